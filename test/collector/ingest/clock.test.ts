// Clocks of nodes that are wrong or set: times are corrected, nothing is lost or overwritten, the impossible is kept apart.
import { describe, expect, test } from 'vitest';
import { checkTimes, correctTimes } from '../../../collector/ingest/admission.ts';
import { NodeClock } from '../../../collector/ingest/node-clock.ts';
import type { Quarantined } from '../../../collector/store/store.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Gap } from '../../../shared/model/delivery.ts';
import { useBench } from './bench.ts';
import { makeDataDir, openCollectorEnd } from './collector-end.ts';
import { helloOf } from './raw-agent.ts';
import { tickOf } from './ticks.ts';
import { until } from './until.ts';

const bench = useBench();

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A node that booted a day ago, by a clock that is so far off. */
function nodeWith(offsetMs: number) {
  const bootedMs = Date.now() - dayMs;
  return { bootedMs: bootedMs + offsetMs, sentTimeMs: Date.now() + offsetMs, bootTimeMs: dayMs };
}

describe('a clock that is wrong', () => {
  test.each([
    ['an hour ahead', hourMs],
    ['an hour behind', -hourMs],
    ['years behind', -20 * 365 * dayMs],
  ])('by %s has its times corrected by whole seconds, marked, and is shown', async (_, offsetMs) => {
    const node = bench().newNode();
    const { bootedMs, ...hello } = nodeWith(offsetMs);
    const agent = await bench().agentOf(node, undefined, hello);
    const trueMs = Math.floor(Date.now() / 1000) * 1000;
    const ticks = [0, 5000].map((addMs) => tickOf(1, trueMs + offsetMs + addMs));
    agent.batch({ sequence: 1, payload: { kind: 'metrics', ticks } }, bootedMs);
    await agent.acknowledged('metric', 1);
    const [first = 0, second = 0] = await bench().storedTimes(node);
    expect(Math.abs(first - trueMs)).toBeLessThan(2500);
    expect(first % 1000).not.toBe(0);
    expect(second - first).toBe(5000);
    const reading = bench().end.server.clocks.of(node);
    expect(Math.abs((reading?.offsetMs ?? 0) - offsetMs)).toBeLessThan(2000);
    expect(reading?.isCorrected).toBe(true);
    expect(bench().end.server.state().clocks.corrected).toBeGreaterThan(0);
    agent.close();
    await until('farewell', () => bench().end.server.clocks.of(node) === null);
  });

  test.each([1500, -1500])('by %d ms is left alone', async (offsetMs) => {
    const node = bench().newNode();
    const { bootedMs, ...hello } = nodeWith(offsetMs);
    const agent = await bench().agentOf(node, undefined, hello);
    const timeMs = Math.floor(Date.now() / 1000) * 1000;
    agent.batch({ sequence: 1, payload: { kind: 'metrics', ticks: [tickOf(1, timeMs)] } }, bootedMs);
    await agent.acknowledged('metric', 1);
    expect(await bench().storedTimes(node)).toEqual([timeMs]);
    expect(bench().end.server.clocks.of(node)?.isCorrected).toBe(false);
  });

  test.each([
    ['an hour back', -hourMs, 5000],
    ['an hour forth', hourMs, 5000],
    ['half a minute back', -30_000, 5000],
    ['half a minute back, with a tick every second', -30_000, 1000],
  ])('set by %s in the middle of a stream loses and overwrites nothing', async (_, jumpMs, everyMs) => {
    const node = bench().newNode();
    const { bootedMs, ...hello } = nodeWith(0);
    const agent = await bench().agentOf(node, undefined, hello);
    const beganMs = Math.floor(Date.now() / 60_000) * 60_000 - hourMs / 2;
    const count = 40;
    for (let number = 1; number <= count; number += 1) {
      const addMs = number > count / 2 ? jumpMs : 0;
      const ticks = [tickOf(number, beganMs + number * everyMs + addMs)];
      agent.batch({ sequence: number, payload: { kind: 'metrics', ticks } }, bootedMs + addMs);
    }
    await agent.acknowledged('metric', count);
    const stored = await bench().storedTimes(node);
    expect(stored).toHaveLength(count);
    const [data] = await bench().end.store.select({
      nodes: [node],
      selectors: [{ metric: 'node_load1', match: {} }],
      fromMs: 0,
      toMs: Date.now() + dayMs,
    });
    const values = [...(data?.values ?? [])].map((value) => Math.round(value * 100));
    expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    if (Math.abs(jumpMs) === hourMs) {
      // Corrected, they follow each other as they were measured.
      expect(values).toEqual(values.toSorted((a, b) => a - b));
      expect((stored.at(-1) ?? 0) - beganMs - count * everyMs).toBeLessThan(2500);
    }
  });

  test('cannot keep a loss from being declared', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    const toTimeMs = Date.now() + dayMs;
    const gap: Gap = {
      dataClass: 'metric',
      fromTimeMs: 5,
      toTimeMs,
      count: 2,
      reason: 'thinned',
      sequences: null,
    };
    agent.batch({ sequence: 1, payload: { kind: 'gap', gap } });
    await agent.acknowledged('event', 1);
    const [declared] = await bench().end.store.gaps(node, 0, 10);
    expect(declared?.reason).toBe('thinned');
    expect(declared?.toTimeMs).toBeLessThanOrEqual(Date.now());
  });
});

describe('a collector whose own clock is not set', () => {
  test('takes nothing and declares nothing lost: the agent keeps it', async () => {
    const dataDir = makeDataDir();
    let aheadMs = 0;
    const clock = { ...systemClock, now: () => Date.now() + aheadMs };
    const end = await openCollectorEnd({ dataDir: dataDir.path, clock });
    const agent = await bench().agentOf('n1', end.target);
    aheadMs = -Date.now();
    agent.batch({ sequence: 1, payload: { kind: 'metrics', ticks: [tickOf(1)] } });
    const refused = {
      code: 'UNAVAILABLE',
      details: expect.stringMatching(/clock of the collector says 1970/),
    };
    expect(await agent.end()).toEqual(refused);
    const late = bench().stranger(end.target);
    late.hello(helloOf('n1'));
    expect(await late.end()).toEqual(refused);
    expect(await end.store.gaps('n1', 0, 10)).toEqual([]);
    aheadMs = 0;
    const again = await bench().agentOf('n1', end.target);
    again.batch({ sequence: 1, payload: { kind: 'metrics', ticks: [tickOf(1)] } });
    await again.acknowledged('metric', 1);
    await end.crash();
    dataDir.remove();
  });
});

describe('impossible times', () => {
  test('are kept as they came and declared lost', async () => {
    const dataDir = makeDataDir();
    const kept: Quarantined[] = [];
    const quarantine = (batch: Quarantined) => Promise.resolve(void kept.push(batch));
    const end = await openCollectorEnd({ dataDir: dataDir.path, overStore: () => ({ quarantine }) });
    const agent = await bench().agentOf('n1', end.target);
    agent.batch({ sequence: 1, payload: { kind: 'metrics', ticks: [tickOf(1, 5000)] } });
    agent.batch({ sequence: 2, payload: { kind: 'metrics', ticks: [tickOf(1, Date.now() + hourMs)] } });
    agent.batch({ sequence: 3, payload: { kind: 'metrics', ticks: [tickOf(3)] } });
    await agent.acknowledged('metric', 3);
    expect((await agent.heard('refusal', 2)).map(({ refusal }) => refusal.code)).toEqual(['past', 'future']);
    await until('kept', () => end.server.statistics.quarantined.get('kept') === 2);
    expect(kept).toMatchObject([
      { node: 'n1', dataClass: 'metric', reason: 'past' },
      { node: 'n1', dataClass: 'metric', reason: 'future' },
    ]);
    expect(kept.every(({ body }) => body.length > 0)).toBe(true);
    const gaps = await end.store.gaps('n1', 0, 10);
    expect(gaps.map(({ reason, count }) => [reason, count])).toEqual([
      ['refused', 1],
      ['refused', 1],
    ]);
    await end.crash();
    dataDir.remove();
  });

  test('that come too fast to be kept are counted and declared all the same', async () => {
    const dataDir = makeDataDir();
    const gate = Promise.withResolvers<void>();
    const quarantine = () => gate.promise;
    const end = await openCollectorEnd({ dataDir: dataDir.path, overStore: () => ({ quarantine }) });
    const agent = await bench().agentOf('n1', end.target);
    for (let sequence = 1; sequence <= 20; sequence += 1) {
      agent.batch({ sequence, payload: { kind: 'metrics', ticks: [tickOf(1, 5000)] } });
    }
    await agent.acknowledged('metric', 20);
    expect(end.server.statistics.quarantined.get('dropped')).toBe(12);
    gate.resolve();
    await end.crash();
    dataDir.remove();
  });
});

describe('the moment of boot', () => {
  const bootMs = 1_760_000_000_000;
  const sign = (uptimeMs: number, offsetMs = 0) => ({
    sentTimeMs: bootMs + uptimeMs + offsetMs,
    bootTimeMs: uptimeMs,
  });

  /** The collector's monotonic clock began with the node, its wall clock says something. */
  const at = (wallMs: number, monotonicMs = wallMs - bootMs) => ({ wallMs, monotonicMs });

  test('is what the fastest message says', () => {
    const clock = new NodeClock();
    clock.learn(sign(1000), at(bootMs + 1000 + 800));
    clock.learn(sign(2000), at(bootMs + 2000 + 3));
    clock.learn(sign(3000), at(bootMs + 3000 + 400));
    expect(clock.bootMs).toBe(bootMs + 3);
    expect(clock.offsetMs).toBe(-3);
  });

  test.each([hourMs, -hourMs])(
    'follows the clock of the collector at once when that is set by %d ms',
    (setMs) => {
      const clock = new NodeClock();
      clock.learn(sign(1000), at(bootMs + 1000));
      clock.learn(sign(61_000), at(bootMs + 61_000 + setMs, 61_000));
      expect(clock.bootMs).toBe(bootMs + setMs);
      clock.learn(sign(71_000), at(bootMs + 71_000));
      expect(clock.bootMs).toBe(bootMs);
    },
  );

  test('forgets what was said minutes ago, so that clocks of unequal speed do no harm', () => {
    const clock = new NodeClock();
    for (let minute = 0; minute <= 30; minute += 1) {
      clock.learn(sign(minute * 60_000 + 1), at(bootMs + minute * 60_100 + 1));
    }
    expect(clock.bootMs).toBeGreaterThan(bootMs + 1500);
  });

  test('is not known of a node that does not tell it, and nothing is corrected then', () => {
    const clock = new NodeClock();
    clock.learn({ sentTimeMs: 5, bootTimeMs: 0 }, at(bootMs));
    expect([clock.bootMs, clock.offsetMs, clock.correctionMs(5)]).toEqual([null, null, 0]);
  });

  test('gives times of differently wrong clocks different marks', () => {
    const clock = new NodeClock();
    clock.learn(sign(1000), at(bootMs + 1000));
    const wrong = [3000, -4000, 30_000, hourMs, -hourMs - 1000];
    const marks = wrong.map((offsetMs) => ((clock.correctionMs(bootMs + offsetMs) % 1000) + 1000) % 1000);
    expect(new Set(marks).size).toBe(wrong.length);
    expect(marks).not.toContain(0);
  });
});

describe('times of a payload', () => {
  test('all move by the same, of every kind', () => {
    const snapshot = {
      timeMs: 7000,
      processCount: 0,
      zombieCount: 0,
      uninterruptibleCount: 0,
      processes: [],
    };
    const processes = { kind: 'processes' as const, snapshots: [snapshot] };
    expect(correctTimes(processes, 3000, 10_000)).toMatchObject({ snapshots: [{ timeMs: 10_000 }] });
    const metrics = { kind: 'metrics' as const, ticks: [tickOf(1, 5), tickOf(2, 10)] };
    expect(correctTimes(metrics, 3, 0)).toMatchObject({ ticks: [{ timeMs: 8 }, { timeMs: 13 }] });
  });

  test('must ascend', () => {
    const ticks = [tickOf(1), tickOf(1)];
    expect(checkTimes({ kind: 'metrics', ticks }, Date.now())).toMatchObject({ code: 'malformed' });
  });
});
