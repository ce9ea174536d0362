// Columns as the series of a node of twenty cores give them every five seconds: jobs that come and go, most of the
// machine idle or busy for long, counters that never move, memory in pages. The same seed gives the same values.
// The shares follow those of 256 series seen on machines under load: four in ten values repeat the one before.
import type { Column } from '../../collector/store/columns/chunk-codec.ts';
import { createRandom } from './random.ts';

/** What a node does at a tick: its load from 0 to 1, with noise of its own. */
interface Machine {
  readonly random: () => number;
  readonly load: number;
}

interface Signal {
  readonly decimals: number;
  /** Of 256 series so many are of this kind. */
  readonly share: number;
  readonly kind: 'counter' | 'gauge';
  /** The next value, as a whole number of 10^-decimals or, when `isFloat`, any double. */
  next(before: number, machine: Machine, trait: number): number;
  readonly isFloat?: boolean;
}

const signals: readonly Signal[] = [
  signal({ share: 70, next: (before) => before }),
  // Errors, interrupts, waiting for disks: now and then.
  signal({
    share: 22,
    decimals: 2,
    next: (before, { random }) => before + (random() < 0.12 ? Math.ceil(random() * 9) : 0),
  }),
  // Jiffies of busy and of idle cores.
  signal({
    share: 30,
    decimals: 2,
    next: (before, { random, load }) => before + Math.round(500 * load - 4 * random() * (1 - load)),
  }),
  signal({
    share: 26,
    decimals: 2,
    next: (before, { random, load }) => before + Math.round((12 + 30 * load) * random() ** 2),
  }),
  signal({
    share: 14,
    decimals: 2,
    next: (before, { random, load }) => before + Math.round(500 * (1 - load) + 3 * random() * load),
  }),
  // Memory in KiB; pages come and go with the load.
  signal({
    share: 24,
    kind: 'gauge',
    next: (before, machine, trait) =>
      Math.max(0, before + 1024 * Math.round(spread(machine) * 2 ** (4 + 9 * trait))),
  }),
  // Events, bytes of disks and networks.
  signal({
    share: 30,
    next: (before, machine, trait) =>
      before + Math.round((1.1 + spread(machine)) * (0.02 + machine.load) * 2 ** (4 + 13 * trait)),
  }),
  // Cycles and instructions.
  signal({
    share: 20,
    next: (before, machine) => before + Math.round((0.02 + machine.load + 0.2 * machine.random()) * 1.4e10),
  }),
  // Load, temperatures, utilisation.
  signal({
    share: 8,
    kind: 'gauge',
    decimals: 2,
    next: (before, machine) =>
      Math.max(0, Math.round(before * 0.95 + 100 * machine.load + 6 * spread(machine))),
  }),
  signal({
    share: 6,
    kind: 'gauge',
    next: (before, { random }) => before + (random() < 0.05 ? Math.round(4 * random() - 2) : 0),
  }),
  signal({ share: 4, kind: 'gauge', next: (_, machine) => Math.round(100 * machine.load) }),
  signal({
    share: 2,
    kind: 'gauge',
    isFloat: true,
    next: (before, machine) => before * 0.9 + machine.load + spread(machine),
  }),
];

export interface MixSeries {
  readonly kind: 'counter' | 'gauge';
  /** One for each node. */
  readonly columns: readonly Column[];
}

/** So many series, spread over all kinds as 256 are, each on `nodes` nodes with `length` values. */
export function createMix(series: number, nodes: number, length: number): readonly MixSeries[] {
  const kinds = signals.flatMap((one) => Array.from({ length: one.share }, () => one));
  const random = createRandom(7);
  const loads = Array.from({ length: nodes }, () => createLoads(length, random));
  return Array.from({ length: series }, (_, index) => {
    const signal = kinds[Math.floor(((index + 0.5) * kinds.length) / series)] ?? signals[0];
    if (signal === undefined) throw new Error('no signals');
    const columns = loads.map((load): Column => {
      const trait = random();
      const scale = signal.isFloat === true ? 1 : 10 ** signal.decimals;
      let value = Math.floor(random() * 2 ** (10 + 30 * trait));
      const values = Float64Array.from(load, (load) => {
        value = signal.next(value, { random, load }, trait);
        return value / scale;
      });
      return { values, decimals: signal.decimals };
    });
    return { kind: signal.kind, columns };
  });
}

/** Jobs of some minutes to hours, three quarters of the time. */
function createLoads(length: number, random: () => number): Float64Array {
  let left = 0;
  let level = 0;
  return Float64Array.from({ length }, () => {
    if (left-- <= 0) {
      left = 30 + random() * 2000;
      level = random() < 0.25 ? 0.01 : random() < 0.6 ? 0.99 : random();
    }
    return Math.min(1, Math.max(0, level + 0.02 * (random() - 0.5) * (1 - Math.abs(2 * level - 1))));
  });
}

/** About normal, from -1 to 1. */
function spread({ random }: Machine): number {
  return (random() + random() + random()) / 1.5 - 1;
}

function signal(given: Partial<Signal> & Pick<Signal, 'share' | 'next'>): Signal {
  return { decimals: 0, kind: 'counter', ...given };
}
