import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { DataClass, Gap } from '../../../shared/model/delivery.ts';
import { chunk, firstMs, result, snapshot, tick } from './payloads.ts';
import { all, gaps, mebibyte, newFolder, numbers, openWorld, range, ticksIn } from './spool-world.ts';

const numbersIn = (declared: readonly Gap[]) =>
  declared.flatMap(({ sequences }) => (sequences === null ? [] : range(sequences.from, sequences.to)));

describe.each(['disk', 'memory'] as const)('a spool on %s', (place) => {
  const open = (sizeBytes = 4 * mebibyte) =>
    openWorld(newFolder(), { place, diskBytes: sizeBytes, memoryBytes: sizeBytes }).spool;

  test('numbers each class by itself from the moment of putting, and keeps batches until they are acknowledged', () => {
    const spool = open();
    for (const number of range(1, 3)) spool.put(tick(number));
    spool.put(result(''));
    spool.put(snapshot(1));
    expect(spool.held('metric')).toEqual({ dataClass: 'metric', first: 1, next: 4 });
    expect(numbers(spool, 'metric')).toEqual([1, 2, 3]);
    expect(numbers(spool, 'result')).toEqual([1]);
    expect(numbers(spool, 'process')).toEqual([1]);
    spool.acknowledge({ dataClass: 'metric', sequence: 1, beyond: [{ from: 3, to: 3 }] });
    expect(numbers(spool, 'metric')).toEqual([2]);
    expect(spool.pending('metric')).toEqual([{ from: 2, to: 2 }]);
    expect(spool.statistics.batches).toBe(3);
  });

  test('hands out at most as many as asked for, up to a number, and the same ones again', () => {
    const spool = open();
    for (const number of range(1, 5)) spool.put(tick(number));
    const first = spool.after('metric', 0, { batches: 2 });
    expect(first.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(spool.after('metric', 0, { batches: 2 })).toEqual(first);
    expect(spool.after('metric', 2, { batches: 9, upTo: 4 }).map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect(spool.after('metric', 5, { batches: 9 })).toEqual([]);
  });

  test('holds far more than its memory, and gives all of it back as it was', () => {
    const spool = open(4 * mebibyte);
    for (const number of range(1, 6_000)) spool.put(tick(number));
    expect(spool.statistics.queueBytes).toBeLessThanOrEqual(mebibyte);
    expect(spool.statistics.dropped.metric).toBe(0);
    const found = all(spool, 'metric', 16);
    expect(found.map(({ sequence }) => sequence)).toEqual(range(1, 6_000));
    const values = found.map(({ payload }) =>
      payload.kind === 'metrics' ? payload.ticks[0]?.values[3] : null,
    );
    expect(values).toEqual(range(1, 6_000).map((number) => number * 4 * 97));
    expect(found[0]?.bootedMs).toBe(1_700_000_000_000);
    expect(spool.statistics.backlogAgeMs).toBeGreaterThan(Date.now() - firstMs - 60_000);
    spool.acknowledge({ dataClass: 'metric', sequence: 6_000, beyond: [] });
    expect(spool.statistics.batches).toBe(0);
    expect(spool.statistics.backlogAgeMs).toBe(0);
    expect(spool.statistics.bytes).toBeLessThan(200_000);
  });

  test('stays within its bound, drops the oldest and declares exactly those, with their numbers', () => {
    const spool = open(mebibyte);
    for (const number of range(1, 15_000)) spool.put(tick(number * 60));
    const { bytes, dropped, droppedFor } = spool.statistics;
    expect(bytes).toBeLessThanOrEqual(mebibyte);
    expect(dropped.metric).toBeGreaterThan(1_000);
    expect(droppedFor['buffer-full']).toBe(dropped.metric);
    expect(numbers(spool, 'metric')).toEqual(range(dropped.metric + 1, 15_000));
    const declared = gaps(spool);
    expect(declared.reduce((sum, { count }) => sum + count, 0)).toBe(dropped.metric);
    expect(numbersIn(declared)).toEqual(range(1, dropped.metric));
    expect(declared[0]?.fromTimeMs).toBe(firstMs + 60_000);
    expect(declared.at(-1)?.toTimeMs).toBe(firstMs + dropped.metric * 60_000);
    expect(
      declared.every(({ reason, dataClass }) => reason === 'buffer-full' && dataClass === 'metric'),
    ).toBe(true);
    // Who has not heard of the loss must not take it for one that nobody declares.
    expect(spool.held('metric').first).toBe(1);
    spool.acknowledge({ dataClass: 'event', sequence: declared.length, beyond: [] });
    expect(spool.held('metric').first).toBe(dropped.metric + 1);
  });

  test('before ticks go they become few: of old ones the first of each minute is kept, the others are declared', () => {
    const spool = open(mebibyte);
    // In memory a tick takes more room.
    const put = place === 'disk' ? 16_000 : 10_000;
    for (const number of range(1, put)) spool.put(tick(number));
    expect(spool.statistics.bytes).toBeLessThanOrEqual(mebibyte);
    const { dropped, droppedFor } = spool.statistics;
    expect(droppedFor).toMatchObject({ 'buffer-full': 0, thinned: dropped.metric });
    const ticks = ticksIn(spool).toSorted((one, other) => one - other);
    expect(ticks.length + dropped.metric).toBe(put);
    const minutes = new Set(ticks.map((number) => Math.floor((firstMs / 1000 + number) / 60)));
    expect(minutes.size).toBe(
      Math.floor((firstMs / 1000 + put) / 60) - Math.floor((firstMs / 1000 + 1) / 60) + 1,
    );
    expect(ticks.slice(-1_000)).toEqual(range(put - 999, put));
    const declared = gaps(spool);
    expect(declared.every(({ reason }) => reason === 'thinned')).toBe(true);
    expect(declared.reduce((sum, { count }) => sum + count, 0)).toBe(dropped.metric);
    const { next } = spool.held('metric');
    const accounted = [...numbers(spool, 'metric'), ...numbersIn(declared)];
    expect(accounted.toSorted((one, other) => one - other)).toEqual(range(1, next - 1));
  });

  test('profiles give way first, then processes, then metrics; a class within its share keeps what it has', () => {
    const spool = open(2 * mebibyte);
    for (const index of range(1, 30)) spool.put(chunk(index));
    for (const number of range(1, 700)) spool.put(snapshot(number));
    for (const number of range(1, 5_000)) spool.put(tick(number));
    const { dropped } = spool.statistics;
    expect(dropped.profile).toBeGreaterThan(0);
    expect(dropped).toMatchObject({ process: 0, event: 0, metric: 0 });
  });

  test('never drops a result and says when there is no room left for new ones', () => {
    const spool = open(mebibyte);
    for (const number of range(1, 12_000)) spool.put(tick(number));
    const output = randomBytes(4 * 1024).toString('hex');
    let put = 0;
    for (; spool.hasRoom('result') && put < 1000; put += 1) spool.put(result(output));
    expect(put).toBeGreaterThanOrEqual(3);
    expect(put).toBeLessThan(20);
    // What runs already may still tell its end.
    for (let extra = 0; extra < 30; extra += 1) spool.put(result(output));
    for (const number of range(12_001, 13_000)) spool.put(tick(number));
    expect(numbers(spool, 'result')).toEqual(range(1, put + 30));
    expect(spool.statistics.dropped.result).toBe(0);
    spool.acknowledge({ dataClass: 'result', sequence: put + 30, beyond: [] });
    spool.put(result(''));
    expect(spool.hasRoom('result')).toBe(true);
  });

  test('forgets a refused batch alone, which the collector declared; one that cannot be sent it declares itself', () => {
    const spool = open();
    for (const number of range(1, 4)) spool.put(tick(number));
    spool.discard('metric', 2);
    expect(gaps(spool)).toEqual([]);
    spool.giveUp('metric', 3);
    expect(ticksIn(spool)).toEqual([1, 4]);
    expect(spool.statistics.dropped.metric).toBe(2);
    expect(gaps(spool)).toMatchObject([{ reason: 'refused', count: 1, sequences: { from: 3, to: 3 } }]);
  });

  test('a collector that was restored from a backup gets everything again that is still there', () => {
    const spool = open();
    for (const number of range(1, 3_000)) spool.put(tick(number));
    spool.acknowledge({ dataClass: 'metric', sequence: 2_000, beyond: [] });
    const { first } = spool.held('metric');
    spool.greet({ dataClass: 'metric', sequence: 10, beyond: [] });
    const again = numbers(spool, 'metric');
    const declared = gaps(spool).flatMap(({ sequences }) =>
      sequences === null ? [] : range(sequences.from, sequences.to),
    );
    expect([...again, ...declared].toSorted((one, other) => one - other)).toEqual(
      range(Math.max(first, 11), 3_000),
    );
    expect(again).toEqual(expect.arrayContaining(range(2_001, 3_000)));
    if (place === 'disk') expect(again.length).toBeGreaterThan(1_200);
  });

  test('numbers go on above what the collector has, and what it takes for others is declared', () => {
    const spool = open();
    for (const number of range(1, 3)) spool.put(tick(number));
    spool.greet({ dataClass: 'metric', sequence: 2, beyond: [{ from: 40, to: 50 }] });
    spool.put(tick(4));
    expect(numbers(spool, 'metric')).toEqual([3, 51]);
    expect(gaps(spool)[0]).toMatchObject({ count: 2, sequences: null, reason: 'damaged' });
    expect(gaps(spool)[1]).toMatchObject({ sequences: { from: 4, to: 39 } });
  });

  test('tells listeners of every batch until they leave', () => {
    const spool = open();
    const heard: DataClass[] = [];
    const leave = spool.onPut((dataClass) => heard.push(dataClass));
    spool.put(tick(1));
    spool.put(result(''));
    leave();
    spool.put(tick(2));
    expect(heard).toEqual(['metric', 'result']);
  });
});
