// What systemctl show prints: one block of lines KEY=VALUE per unit, an empty line between. Out: the state of each unit
// that is installed, under the name of the unit where an alias was asked for. A block that is cut is passed over.

/** As node_exporter has them; others (reloading, maintenance) leave all five at 0. */
export const unitStates = ['activating', 'active', 'deactivating', 'failed', 'inactive'] as const;

export interface UnitState {
  readonly name: string;
  readonly state: string;
  /** The kind of service: simple, forking, notify …; empty for what is no service. */
  readonly type: string;
  /** NaN when it is no service. */
  readonly restarts: number;
}

const knownStates = new Set<string>([...unitStates, 'reloading', 'refreshing', 'maintenance']);
const knownTypes = /^[a-z-]{0,16}$/;

export function parseUnits(text: string): readonly UnitState[] {
  const units = new Map<string, UnitState>();
  const blocks = text.endsWith('\n') ? text.split('\n\n') : text.split('\n\n').slice(0, -1);
  for (const block of blocks) {
    const unit = parseUnit(block);
    // An alias (ssh, sshd) gives the same unit twice.
    if (unit !== null) units.set(unit.name, unit);
  }
  return [...units.values()];
}

function parseUnit(block: string): UnitState | null {
  const values = new Map<string, string>();
  for (const line of block.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const name = values.get('Id') ?? '';
  const state = values.get('ActiveState') ?? '';
  const type = values.get('Type') ?? '';
  const restarts = values.get('NRestarts') ?? '';
  if (values.get('LoadState') !== 'loaded' || !knownStates.has(state) || !knownTypes.test(type)) return null;
  if (!/^[\w:.@\\-]{1,120}$/.test(name)) return null;
  return { name, state, type, restarts: /^\d{1,10}$/.test(restarts) ? Number(restarts) : Number.NaN };
}
