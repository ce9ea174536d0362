import { describe, expect, test } from 'vitest';
import type { Spool } from '../../../agent/spool/spool.ts';
import type { Clock } from '../../../shared/clock.ts';
import { firstMs, metricsOf } from '../../collector/ingest/ticks.ts';
import { until } from '../../collector/ingest/until.ts';
import { chunk, snapshot } from '../spool/payloads.ts';
import { newFolder } from '../spool/spool-world.ts';
import { agent } from './agent-end.ts';
import { type RangesCollector, rangesCollector } from './ranges-collector.ts';

const empty = (spool: Spool) => until('all acknowledged', () => spool.statistics.batches === 0);
const ticksAt = ({ taken }: RangesCollector) =>
  taken.flatMap(({ payload }) =>
    payload.kind === 'metrics' ? payload.ticks.map(({ timeMs }) => (timeMs - firstMs) / 5000) : [],
  );
const ascending = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Time stands still unless it is told to pass; the pauses of a backlog wait for it. */
function standingClock() {
  let nowMs = 0;
  const waiting = new Set<{ dueMs: number; run: () => void }>();
  const clock: Clock = {
    now: () => firstMs + nowMs,
    monotonic: () => nowMs,
    after(delayMs, run) {
      const timer = { dueMs: nowMs + delayMs, run };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
  };
  const pass = (ms: number) => {
    nowMs += ms;
    const due = [...waiting].filter(({ dueMs }) => dueMs <= nowMs);
    for (const timer of due) if (waiting.delete(timer)) timer.run();
  };
  return { clock, pass };
}

describe('after an outage', () => {
  test('what is new arrives before the backlog, which comes at a bounded pace, and nothing is missing', async () => {
    const collector = await rangesCollector();
    const { clock, pass } = standingClock();
    const { spool, telemetry } = agent(collector.target, {
      clock,
      folder: newFolder(),
      pace: { burst: 10, least: 1, most: 10 },
    });
    for (const number of range(1, 720)) {
      spool.put(metricsOf(number));
      spool.put(snapshot(number));
    }
    telemetry.start();
    await until('the burst', () => collector.taken.length === 10);
    for (const number of range(721, 725)) spool.put(metricsOf(number));
    await until('what is new', () => collector.taken.length === 15);
    expect(ticksAt(collector).slice(-5)).toEqual(range(721, 725));
    pass(1_000);
    await until('a second of backlog', () => collector.taken.length === 25);
    spool.put(metricsOf(726));
    await until('the newest', () => ticksAt(collector).includes(726));
    while (spool.statistics.batches > 0) {
      pass(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(ascending(ticksAt(collector))).toEqual(range(1, 726));
    expect(collector.all).toMatchObject([{ duplicates: 0, declared: [], notHeld: [] }]);
    expect(collector.all[0]?.mostRanges).toBeLessThanOrEqual(3);
  });

  test('of many segments the newest comes first, and at most a handful of ranges arise', async () => {
    const collector = await rangesCollector();
    collector.credit = 4;
    const { spool, telemetry } = agent(collector.target, { folder: newFolder() });
    // Segments of 64 KiB.
    for (const number of range(1, 4_000)) spool.put(metricsOf(number));
    expect(spool.pending('metric').length).toBeGreaterThan(2);
    const newest = spool.pending('metric').at(-1);
    telemetry.start();
    await until('some', () => collector.taken.length > 20);
    expect(collector.taken[0]?.sequence).toBe(newest?.from);
    spool.put(metricsOf(4_001));
    await until('what is new', () => ticksAt(collector).includes(4_001));
    expect(collector.taken.length).toBeLessThan(4_000);
    collector.credit = 256;
    await empty(spool);
    expect(ascending(ticksAt(collector))).toEqual(range(1, 4_001));
    expect(collector.all[0]?.mostRanges).toBeLessThanOrEqual(3);
  });

  test('however often the collector goes away meanwhile, nothing is missing and its ranges stay few', async () => {
    let collector = await rangesCollector();
    collector.credit = 8;
    const { spool, telemetry } = agent(collector.target, { folder: newFolder() });
    let put = 0;
    const putSome = (count: number) => {
      for (let index = 0; index < count; index += 1) spool.put(metricsOf(++put));
    };
    putSome(3_000);
    telemetry.start();
    // Each time it waits longer before it comes back: no stream lasted long enough to be a success.
    for (let outage = 1; outage <= 4; outage += 1) {
      const before = collector.taken.length;
      await until('some more', () => collector.taken.length > before + 40);
      collector.crash();
      putSome(100);
      collector = await rangesCollector(collector);
      collector.credit = 8;
    }
    collector.credit = 64;
    await empty(spool);
    expect(ascending(ticksAt(collector))).toEqual(range(1, put));
    expect(collector.all[0]?.mostRanges).toBeLessThanOrEqual(20);
    expect(collector.all).toMatchObject([{ declared: [], notHeld: [] }]);
  });

  test('a collector with many ranges gets everything in order, until they are few', async () => {
    const collector = await rangesCollector();
    const { spool, telemetry } = agent(collector.target, { folder: newFolder() });
    for (const number of range(1, 200)) spool.put(metricsOf(number));
    const ranges = range(1, 30).map((index) => ({ from: index * 6, to: index * 6 + 2 }));
    const books = collector.bookOf(spool.id);
    for (const each of ranges) books.of('metric').add(each);
    spool.greet({ dataClass: 'metric', sequence: 0, beyond: [] });
    telemetry.start();
    await empty(spool);
    const numbers = collector.taken.map(({ sequence }) => sequence);
    expect(numbers).toEqual(ascending(numbers));
    expect(numbers).toHaveLength(200 - 90);
    expect(books.mostRanges).toBeLessThanOrEqual(30);
  });
});

test('reports arrive in the order in which they were made, whatever is new', async () => {
  const collector = await rangesCollector();
  collector.credit = 4;
  const { spool, control } = agent(collector.target, { folder: newFolder() });
  for (const index of range(1, 12)) spool.put(chunk(index));
  expect(spool.pending('profile').length).toBeGreaterThan(1);
  control.start();
  await until('some', () => collector.taken.length > 2);
  spool.put(chunk(13));
  await empty(spool);
  expect(collector.taken.map(({ sequence }) => sequence)).toEqual(range(1, 13));
});

describe('the window', () => {
  test('lets receipts of what is new wait while there is much room, of the backlog and of events none', async () => {
    const collector = await rangesCollector();
    collector.credit = 16;
    const gate = Promise.withResolvers<void>();
    collector.gate = gate.promise;
    const { spool, telemetry } = agent(collector.target);
    for (const number of range(1, 3)) spool.put(metricsOf(number));
    telemetry.start();
    await until('the backlog', () => collector.taken.length === 3);
    for (const number of range(4, 20)) spool.put(metricsOf(number));
    await until('what is new', () => collector.taken.length === 16);
    expect(collector.taken.map(({ receiptMayWait }) => receiptMayWait)).toEqual([
      ...range(1, 3).map(() => false),
      ...range(4, 12).map(() => true),
      ...range(13, 16).map(() => false),
    ]);
    gate.resolve();
    await empty(spool);
    spool.put({
      kind: 'gap',
      gap: {
        dataClass: 'metric',
        fromTimeMs: firstMs,
        toTimeMs: firstMs,
        count: 1,
        reason: 'x',
        sequences: null,
      },
    });
    await until('the event', () => collector.taken.length === 21);
    expect(collector.taken.at(-1)).toMatchObject({ dataClass: 'event', receiptMayWait: false });
  });

  test('holds no more batches than the credit, and keeps some of it for what is new', async () => {
    const collector = await rangesCollector();
    collector.credit = 8;
    const gate = Promise.withResolvers<void>();
    collector.gate = gate.promise;
    const { spool, telemetry } = agent(collector.target);
    for (const number of range(1, 100)) spool.put(metricsOf(number));
    telemetry.start();
    await until('the backlog', () => collector.taken.length === 6);
    for (const number of range(101, 110)) spool.put(metricsOf(number));
    await until('what is new', () => collector.taken.length === 8);
    expect(ticksAt(collector).slice(-2)).toEqual([101, 102]);
    gate.resolve();
    await empty(spool);
    expect(ascending(ticksAt(collector))).toEqual(range(1, 110));
  });

  test('tells of the boot that a batch belongs to, and what is held', async () => {
    const collector = await rangesCollector();
    const { spool, telemetry, control } = agent(collector.target);
    spool.put(metricsOf(1));
    telemetry.start();
    control.start();
    await empty(spool);
    await until('both', () => collector.hellos.length === 2);
    expect(
      Math.abs((collector.taken[0]?.bootedMs ?? 0) - (Date.now() - 1_000_000 - performance.now())),
    ).toBeLessThan(1_000);
    const held = collector.hellos.flatMap((hello) => hello.held);
    expect(held.find(({ dataClass }) => dataClass === 'metric')).toEqual({
      dataClass: 'metric',
      first: 1,
      next: 2,
    });
    expect(held.map(({ dataClass }) => dataClass).toSorted()).toEqual([
      'event',
      'metric',
      'process',
      'profile',
      'result',
    ]);
    expect(collector.hellos[0]?.bootTimeMs).toBeGreaterThan(1_000_000);
  });
});
