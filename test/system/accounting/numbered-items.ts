// What a node under test generates, made from a number, and the number read off it again. A number stands for one tick,
// one snapshot, and every tenth for one report of a command.
import type { Payload } from '../../../shared/model/batch.ts';
import type { SeriesDefinition } from '../../../shared/model/metric.ts';

export const itemClasses = ['metric', 'process', 'result'] as const;
export type ItemClass = (typeof itemClasses)[number];

export const nodeName = 'n001';
export const commandId = 'c-numbered';
export const reportEvery = 10;
const spacingMs = 1_000;

const series: readonly SeriesDefinition[] = [
  { metric: 'numbered_total', kind: 'counter', decimals: 0, labels: { place: 'a' } },
  { metric: 'numbered_ratio', kind: 'gauge', decimals: 4, labels: { place: 'b' } },
  { metric: 'numbered_rough', kind: 'gauge', decimals: 0, labels: { place: 'c' } },
  { metric: 'numbered_bytes', kind: 'gauge', decimals: 0, labels: { place: 'd' } },
];

export const numberedMetrics: readonly string[] = series.map(({ metric }) => metric);

/** One that does not fit its number is damaged, or another one's. */
export function valueOf(metric: string, number: number): number {
  switch (metric) {
    case 'numbered_total':
      return number * 97;
    case 'numbered_ratio':
      return ((number * 7919) % 10_007) / 10_000;
    case 'numbered_rough':
      return (number * 2_654_435_761) % 4_294_967_296;
    default:
      return number;
  }
}

export const timeOf = (firstMs: number, number: number): number => firstMs + number * spacingMs;

/** A wrong clock that was corrected leaves its mark in the milliseconds. */
export const numberOf = (firstMs: number, timeMs: number): number =>
  Math.floor((timeMs - firstMs) / spacingMs);

export function tick(timeMs: number, number: number): Payload {
  const values = Float64Array.from(series, ({ metric }) => valueOf(metric, number));
  return { kind: 'metrics', ticks: [{ timeMs, series, values }] };
}

export function snapshot(timeMs: number, number: number): Payload {
  const own = {
    pid: 1 + (number % 3),
    startTimeMs: 1_700_000_000_000,
    parentPid: 0,
    name: 'numbered',
    command: `numbered --of ${number % 5}`,
    user: 'root',
    uid: 0,
    job: null,
    step: null,
    localRank: null,
    outsideJob: false,
    allowedCpus: null,
    cpuRatio: 0.25,
    residentBytes: residentOf(number),
    memoryRatio: 0.1,
    threads: 1,
    state: 'S',
    readBytesPerSecond: null,
    writeBytesPerSecond: null,
    waitChannel: null,
    voluntarySwitchesPerSecond: null,
    involuntarySwitchesPerSecond: null,
    gpuMemoryBytes: null,
  } as const;
  const counts = { processCount: 1, zombieCount: 0, uninterruptibleCount: 0 };
  return { kind: 'processes', snapshots: [{ timeMs, ...counts, processes: [own] }] };
}

/** Whole MiB: a snapshot keeps no finer figure. */
export const residentOf = (number: number): number => (1 + (number % 4_096)) * 1024 * 1024;

export function report(timeMs: number, number: number): Payload {
  const rest = { truncated: false, exitCode: null, reason: null, timeMs };
  return { kind: 'command', report: { commandId, state: 'running', output: `${number}\n`, ...rest } };
}
