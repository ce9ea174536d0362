// Nodes: what they are for, how they are, what they are made of.

export type NodeRole = 'compute' | 'login' | 'manager';

export const nodeRoles: readonly NodeRole[] = ['compute', 'login', 'manager'];

/** What a node may be called, as an anchored regular expression: letters, digits, dot, dash, underscore. */
export const nodeNamePattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$';

/** `up`: heard within three heartbeats; `silent`: not heard for longer; `down`: silent for five minutes or more. */
export type NodeState = 'up' | 'silent' | 'down';

/** What an agent says of itself when a stream begins. Times in ms since the Unix epoch. */
export interface NodeIdentity {
  readonly name: string;
  readonly role: NodeRole;
  readonly bootId: string;
  readonly agentVersion: string;
  readonly intervalMs: number;
}

/** Static facts of a node; a fact that is not known is null. */
export interface Inventory {
  readonly timeMs: number;
  readonly model: string | null;
  readonly cpuModel: string | null;
  readonly sockets: number | null;
  readonly cores: number | null;
  readonly threads: number | null;
  readonly memoryBytes: number | null;
  readonly os: string | null;
  readonly kernel: string | null;
  readonly arch: string | null;
  readonly bootTimeMs: number | null;
  readonly interfaces: readonly InventoryInterface[];
  readonly disks: readonly InventoryDisk[];
}

export interface InventoryInterface {
  readonly name: string;
  readonly mac: string | null;
  readonly addresses: readonly string[];
  readonly bitsPerSecond: number | null;
}

export interface InventoryDisk {
  readonly name: string;
  readonly model: string | null;
  readonly sizeBytes: number | null;
}
