import { describe, expect, test } from 'vitest';
import { MemorySpool } from '../../../agent/spool/memory-spool.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import type { DataClass } from '../../../shared/model/delivery.ts';

let nowMs = 0;
const clock: Clock = { now: () => nowMs, monotonic: () => nowMs, after: () => () => undefined };
const mebibyte = 1024 * 1024;

/** About 8 KiB. */
function metrics(timeMs: number): Payload {
  nowMs = timeMs;
  return { kind: 'metrics', ticks: [{ timeMs, series: [], values: new Float64Array(1000) }] };
}

function result(output: string): Payload {
  const rest = { truncated: false, exitCode: null, reason: null, timeMs: 0 };
  return { kind: 'command', report: { commandId: 'c', state: 'running', output, ...rest } };
}

/** A portion of stacks as large as the profiler makes them: some 600 KiB in memory. */
function chunk(index: number): Payload {
  const frames = Array.from({ length: 2000 }, (_, at) => ({ function: `f${at}`.padEnd(40), module: 'm' }));
  const parents = frames.map((_, at) => at - 1);
  const stacks = { index, last: false, frames, parents, frameIds: parents, self: parents };
  const times = { startedTimeMs: 1, endedTimeMs: 2, progress: 1, samples: 1, lost: 0 };
  const report = { profileId: 'p', status: 'processing', reason: null, event: null, process: null } as const;
  return { kind: 'profile', report: { ...report, ...times, stacks } };
}

function filled(limitBytes: number, count: number): MemorySpool {
  const spool = new MemorySpool({ limitBytes, clock });
  for (let index = 1; index <= count; index += 1) spool.put(metrics(index * 1000));
  return spool;
}

const sequences = (spool: MemorySpool, dataClass: DataClass, after = 0) =>
  spool.after(dataClass, after, 1000).map(({ sequence }) => sequence);

function gaps(spool: MemorySpool, after = 0) {
  return spool
    .after('event', after, 100)
    .map(({ payload }) => (payload.kind === 'gap' ? payload.gap : payload));
}

describe('memory spool', () => {
  test('numbers each class by itself, without holes, and keeps batches until they are acknowledged', () => {
    const spool = filled(mebibyte, 3);
    spool.put(result(''));
    expect(sequences(spool, 'metric')).toEqual([1, 2, 3]);
    expect(sequences(spool, 'result')).toEqual([1]);
    spool.acknowledge({ dataClass: 'metric', sequence: 2 });
    expect(sequences(spool, 'metric')).toEqual([3]);
    expect(sequences(spool, 'result')).toEqual([1]);
    expect(spool.statistics.batches).toBe(2);
  });

  test('hands out at most as many as asked for, the oldest first, and the same ones again', () => {
    const spool = filled(mebibyte, 5);
    const first = spool.after('metric', 0, 2);
    expect(first.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(spool.after('metric', 0, 2)).toEqual(first);
    expect(sequences(spool, 'metric', 2)).toEqual([3, 4, 5]);
  });

  test('stays within its bound, drops the oldest and declares exactly those as one gap', () => {
    const spool = filled(mebibyte, 300);
    const { bytes, dropped } = spool.statistics;
    expect(bytes).toBeLessThanOrEqual(mebibyte);
    expect(dropped.metric).toBeGreaterThan(100);
    const [gap, ...more] = gaps(spool);
    expect(more).toEqual([]);
    expect(gap).toEqual({
      dataClass: 'metric',
      fromTimeMs: 1000,
      toTimeMs: dropped.metric * 1000,
      count: dropped.metric,
      reason: 'buffer-full',
      sequences: null,
    });
    expect(sequences(spool, 'metric')).toHaveLength(300 - dropped.metric);
  });

  test('declares later losses as a gap of their own once the first gap was handed out', () => {
    const spool = filled(mebibyte, 200);
    const [first] = gaps(spool);
    const lost = spool.statistics.dropped.metric;
    for (let index = 201; index <= 210; index += 1) spool.put(metrics(index * 1000));
    const [, second] = gaps(spool);
    expect(first).toMatchObject({ count: lost });
    expect(second).toMatchObject({ count: spool.statistics.dropped.metric - lost });
  });

  test('a batch that was numbered and is dropped is counted, and declared by the hole that it leaves', () => {
    const spool = filled(mebibyte, 10);
    expect(sequences(spool, 'metric')).toHaveLength(10);
    for (let index = 11; index <= 300; index += 1) spool.put(metrics(index * 1000));
    const declared = gaps(spool).reduce((sum, gap) => sum + ('count' in gap ? gap.count : 0), 0);
    expect(declared).toBe(spool.statistics.dropped.metric - 10);
    expect(sequences(spool, 'metric')[0]).toBe(11);
  });

  test('keeps all portions of a profile while there is room, however long nobody fetches them', () => {
    const spool = new MemorySpool({ limitBytes: 4 * mebibyte, clock });
    for (let index = 0; index < 4; index += 1) spool.put(chunk(index));
    expect(sequences(spool, 'profile')).toEqual([1, 2, 3, 4]);
    expect(spool.statistics.dropped.profile).toBe(0);
  });

  test('a class that took more than its share gives it back to one that needs its own', () => {
    const spool = new MemorySpool({ limitBytes: 4 * mebibyte, clock });
    for (let index = 0; index < 5; index += 1) spool.put(chunk(index));
    for (let index = 1; index <= 150; index += 1) spool.put(metrics(index * 1000));
    expect(spool.statistics.dropped.metric).toBe(0);
    expect(spool.statistics.dropped.profile).toBeGreaterThan(0);
    expect(spool.statistics.bytes).toBeLessThanOrEqual(4 * mebibyte);
  });

  test('never drops a result and says when there is no room left for new ones', () => {
    const spool = filled(mebibyte, 300);
    const output = 'x'.repeat(8 * 1024);
    let put = 0;
    for (; spool.hasRoom('result') && put < 1000; put += 1) spool.put(result(output));
    expect(put).toBeGreaterThanOrEqual(3);
    expect(put).toBeLessThan(1000);
    // What runs already may still tell its end.
    spool.put(result(output));
    expect(sequences(spool, 'result')).toHaveLength(put + 1);
    expect(spool.statistics.dropped.result).toBe(0);
    spool.acknowledge({ dataClass: 'result', sequence: put + 1 });
    expect(spool.hasRoom('result')).toBe(true);
  });

  test('forgets a refused batch alone', () => {
    const spool = filled(mebibyte, 3);
    sequences(spool, 'metric');
    spool.discard('metric', 2);
    expect(sequences(spool, 'metric')).toEqual([1, 3]);
    expect(spool.statistics.dropped.metric).toBe(1);
  });

  test('goes on after what the collector says it has, also when that is more than was ever handed out', () => {
    const spool = filled(mebibyte, 2);
    spool.acknowledge({ dataClass: 'metric', sequence: 40 });
    expect(sequences(spool, 'metric')).toEqual([41, 42]);
  });

  test('tells listeners of every batch until they leave', () => {
    const spool = new MemorySpool({ limitBytes: mebibyte, clock });
    const heard: DataClass[] = [];
    const leave = spool.onPut((dataClass) => heard.push(dataClass));
    spool.put(metrics(1000));
    spool.put(result(''));
    leave();
    spool.put(metrics(2000));
    expect(heard).toEqual(['metric', 'result']);
  });
});
