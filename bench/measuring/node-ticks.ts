// Ticks of one node as they come from the sources: 256 series in the mix of a 16-core node with a modest load. The same
// seed gives the same ticks.
import type { Labels, MetricKind, MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';

export const seriesCount = 256;
export const tickEveryMs = 5_000;
export const firstTickMs = 1_764_600_000_000;

const cores = 16;
const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];
const busyModes = new Set(['user', 'system', 'idle', 'softirq']);
export const memoryMetrics = Array.from({ length: 60 }, (_, index) => `node_memory_Value${index}_bytes`);

interface Signal {
  readonly definition: SeriesDefinition;
  /** What is added at each tick at most; 0: it never changes. */
  readonly step: number;
}

const signals: readonly Signal[] = [...cpuSignals(), ...memorySignals(), ...deviceSignals()].slice(
  0,
  seriesCount,
);
const series = signals.map(({ definition }) => definition);

/** The ticks of one node, oldest first. */
export function createTicks(count: number, seed: number): readonly MetricTick[] {
  const random = createRandom(seed);
  const values = Float64Array.from(signals, () => Math.floor(random() * 1e6));
  return Array.from({ length: count }, (_, index) => {
    for (const [place, { step, definition }] of signals.entries()) {
      const change = definition.kind === 'counter' ? random() * step : (random() - 0.5) * step;
      const scale = 10 ** definition.decimals;
      values[place] = Math.round(((values[place] ?? 0) + change) * scale) / scale;
    }
    return { timeMs: firstTickMs + index * tickEveryMs, series, values: values.slice() };
  });
}

function cpuSignals(): readonly Signal[] {
  return Array.from({ length: cores }, (_, cpu) =>
    modes.map((mode) =>
      signal('node_cpu_seconds_total', 'counter', {
        decimals: 2,
        labels: { cpu: String(cpu), mode },
        step: busyModes.has(mode) ? 5 : 0,
      }),
    ),
  ).flat();
}

/** Every other one moves, in whole pages. */
function memorySignals(): readonly Signal[] {
  return memoryMetrics.map((metric, index) =>
    signal(metric, 'gauge', { decimals: 0, labels: {}, step: index % 2 === 0 ? 4_000_000 : 0 }),
  );
}

/** Disks and interfaces: one in three is in use. */
function deviceSignals(): readonly Signal[] {
  return Array.from({ length: seriesCount }, (_, index) =>
    signal(`node_device_value${index % 16}_total`, 'counter', {
      decimals: 0,
      labels: { device: `dev${index >> 4}` },
      step: (index >> 4) % 3 === 0 ? 500_000 : 0,
    }),
  );
}

function signal(
  metric: string,
  kind: MetricKind,
  { decimals, labels, step }: { decimals: number; labels: Labels; step: number },
): Signal {
  return { definition: { metric, kind, decimals, labels }, step };
}

/** mulberry32: good enough for a mix, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
