// Opens the agent's buffer where the configuration and the machine want it. In: a folder, sizes, the node's own facts.
// Out: a spool on disk, or in memory where there is no disk of the node's own. It refuses (StartError) a disk that was
// asked for and is none, and a folder that another agent holds.
import { statfsSync } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { errorMessage, StartError } from '../../shared/errors.ts';
import { makeFolder } from '../../shared/folders.ts';
import type { Logger } from '../../shared/log.ts';
import type { BatchCodec } from './batch-codec.ts';
import { BufferedSpool } from './buffered-spool.ts';
import { DiskStorage } from './disk-storage.ts';
import { shares } from './lane-set.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SpoolFolder, type SpoolOwner } from './spool-folder.ts';

export interface SpoolOptions {
  readonly folder: string;
  readonly place: 'auto' | 'disk' | 'memory';
  readonly diskBytes: number;
  readonly memoryBytes: number;
  readonly owner: SpoolOwner;
  /** Moment of the boot by the wall clock as it is now, ms since the Unix epoch; null when not known. */
  readonly bootedMs: () => number | null;
  readonly codec: BatchCodec;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface OpenedSpool {
  readonly spool: BufferedSpool;
  close(): Promise<void>;
}

const mebibyte = 1024 * 1024;
const largestQueueBytes = 4 * mebibyte;
const smallestSegmentBytes = 16 * 1024;

/** Filesystems in memory, and those of other machines: f_type of statfs(2). */
const otherFilesystems: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
]);

/** What a filesystem is called that is no disk of this node; null for a disk. In: its type. */
export function filesystemBesideDisk(type: number): string | null {
  return otherFilesystems.get(type) ?? null;
}

/** Throws StartError. */
export function openSpool(options: SpoolOptions): OpenedSpool {
  const { place, folder, log } = options;
  if (place === 'memory') return openInMemory(options);
  try {
    makeFolder(folder);
    const filesystem = filesystemBesideDisk(statfsSync(folder).type);
    if (filesystem === null) return openOnDisk(options);
    if (place === 'disk') throw new Error(`${filesystem} is no disk of this node`);
    log.info({ folder, filesystem }, 'no disk of this node: the buffer is in memory');
  } catch (error) {
    if (error instanceof StartError) throw error;
    if (place === 'disk') {
      throw new StartError(
        `configuration key buffer.place: the buffer cannot be in ${folder}: ${errorMessage(error)}`,
        'Name a stateDir on a local disk that this user may write to, or set buffer.place to memory.',
        { cause: error },
      );
    }
    log.warn({ folder, err: error }, 'the disk refuses: the buffer is in memory');
  }
  return openInMemory(options);
}

/** What ends with the process. */
export function openInMemory(
  options: Omit<SpoolOptions, 'folder' | 'place' | 'diskBytes' | 'log'>,
): OpenedSpool {
  const { memoryBytes, owner } = options;
  const queueBytes = Math.min(largestQueueBytes, memoryBytes / 4);
  const limitBytes = memoryBytes - queueBytes;
  const spool = new BufferedSpool({
    ...options,
    spoolId: crypto.randomUUID(),
    bootId: owner.bootId,
    storage: new MemoryStorage(),
    limitBytes,
    queueBytes,
    segmentBytes: segmentBytesOf(limitBytes),
    start: { kind: 'new' },
  });
  return { spool, close: async () => void (await spool.close()) };
}

/** Throws StartError or the system's error. */
function openOnDisk(options: SpoolOptions): OpenedSpool {
  const { folder, owner, clock, log, bootedMs, diskBytes } = options;
  const nowMs = clock.now();
  const held = new SpoolFolder(folder, owner, { nowMs, bootedMs: bootedMs() ?? nowMs });
  if (held.givenUp !== null) log.warn({ folder, reason: held.givenUp }, 'the buffer begins anew');
  const segmentBytes = segmentBytesOf(diskBytes);
  const reserves = Math.floor((diskBytes * shares.result) / 64 / segmentBytes);
  const storage = new DiskStorage({ folder, reserves, reserveBytes: segmentBytes });
  try {
    storage.setAside();
  } catch (error) {
    log.warn({ folder, err: error }, 'no room could be set aside for the results of commands');
  }
  const spool = new BufferedSpool({
    ...options,
    spoolId: held.spoolId,
    bootId: owner.bootId,
    storage,
    limitBytes: diskBytes,
    queueBytes: Math.min(largestQueueBytes, diskBytes / 4),
    segmentBytes,
    start: held.start,
    onTrouble(error) {
      held.refused(error !== null);
      if (error === null) log.info({ folder }, 'the disk takes the buffer again');
      else log.error({ folder, err: error }, 'the disk refuses: what is new is kept in memory only');
    },
  });
  // A disk that refused while it was opened has said so, and that stands until it takes everything.
  if (spool.statistics.writeErrors === 0) held.opened();
  return { spool, close: async () => held.close(await spool.close()) };
}

function segmentBytesOf(limitBytes: number): number {
  return Math.max(smallestSegmentBytes, Math.min(mebibyte, limitBytes / 64));
}
