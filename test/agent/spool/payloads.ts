// Payloads as an agent puts them, made from a number.
import { createHash } from 'node:crypto';
import type { Payload } from '../../../shared/model/batch.ts';
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import { profileReport } from '../../shared/model/some-profile.ts';

const series: readonly SeriesDefinition[] = Array.from({ length: 40 }, (_, index) => ({
  metric: `m${index}_total`,
  kind: 'counter',
  decimals: 0,
  labels: { place: `${index}` },
}));
export const firstMs = 1_763_000_000_000;

/** A tick that takes some 90 bytes on disk, and more with each wide one. */
export function tick(number: number): Payload {
  const values = Float64Array.from(series, (_, index) => number * (index + 1) * 97);
  return { kind: 'metrics', ticks: [{ timeMs: firstMs + number * 1000, series, values }] };
}

export function snapshot(number: number): Payload {
  const processes = [
    {
      pid: 1,
      startTimeMs: firstMs,
      parentPid: 0,
      name: 'init',
      command: `init ${'x'.repeat(100)}`,
      user: 'root',
      uid: 0,
      job: null,
      step: null,
      localRank: null,
      outsideJob: false,
      allowedCpus: null,
      cpuRatio: number / 1e4,
      residentBytes: 1024 * number,
      memoryRatio: 0.1,
      threads: 1,
      state: 'S',
      readBytesPerSecond: null,
      writeBytesPerSecond: null,
      waitChannel: null,
      voluntarySwitchesPerSecond: null,
      involuntarySwitchesPerSecond: null,
      gpuMemoryBytes: null,
    },
  ];
  const counts = { processCount: 1, zombieCount: 0, uninterruptibleCount: 0 };
  return { kind: 'processes', snapshots: [{ timeMs: firstMs + number * 1000, ...counts, processes }] };
}

export function result(output: string): Payload {
  const rest = { truncated: false, exitCode: null, reason: null, timeMs: firstMs };
  return { kind: 'command', report: { commandId: 'c', state: 'running', output, ...rest } };
}

/** A portion of stacks: some hundreds of KiB in memory; names that do not compress. */
export function chunk(index: number, frameCount = 2_000): Payload {
  const frames = Array.from({ length: frameCount }, (_, at) => ({
    function: createHash('md5').update(`${index}.${at}`).digest('hex'),
    module: 'm',
  }));
  const parents = frames.map((_, at) => at - 1);
  const stacks = {
    index,
    last: false,
    frames,
    parents,
    frameIds: parents.map((at) => at + 1),
    self: parents.map(() => 1),
    threads: [],
    samples: null,
  };
  const times = { startedTimeMs: 1, endedTimeMs: 2, progress: 1, samples: 1 };
  return {
    kind: 'profile',
    report: profileReport({ profileId: 'p', status: 'processing', ...times, stacks }),
  };
}
