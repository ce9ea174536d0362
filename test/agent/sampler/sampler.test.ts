import { describe, expect, test } from 'vitest';
import { createSampler, type SamplerOptions } from '../../../agent/sampler/sampler.ts';
import { SeriesTable } from '../../../agent/sampler/series-table.ts';
import type { SampleSink, Source } from '../../../agent/sources/source.ts';
import type { MetricDefinition, MetricTick } from '../../../shared/model/metric.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import { noneWaiting } from '../../shared/process-details.ts';
import { createLineLog } from './log-lines.ts';
import { settle, TurnedClock } from './turned-clock.ts';

const heat: MetricDefinition = { name: 'jidi_test_celsius', kind: 'gauge', decimals: 1, help: 'Heat.' };

function source(
  name: string,
  read: Source['read'],
  probe: Source['probe'] = () => ({ present: true }),
): Source {
  return { name, reads: name, metrics: [heat], probe, read, close: () => {} };
}

function setting(name: string, value: number): Source {
  return source(name, (sink) => setHeat(sink, name, value));
}

function setHeat(sink: SampleSink, place: string, value: number): void {
  sink.set(sink.series(heat, { place }), value);
}

function setUp(options: Partial<SamplerOptions>) {
  const clock = new TurnedClock(1_000_001);
  const { log, messages } = createLineLog();
  const ticks: MetricTick[] = [];
  const snapshots: ProcessSnapshot[] = [];
  const sampler = createSampler({
    clock,
    log,
    intervalMs: 1_000,
    sources: [],
    scanner: null,
    onTick: (tick) => void ticks.push(tick),
    onSnapshot: (snapshot) => void snapshots.push(snapshot),
    ...options,
  });
  sampler.start();
  return { clock, sampler, ticks, snapshots, messages };
}

/** The value of a series in a tick: NaN when absent, undefined when there is no such series. */
function valueIn(tick: MetricTick | undefined, metric: string, labels: object = {}): number | undefined {
  const wanted = JSON.stringify(labels);
  const index =
    tick?.series.findIndex((one) => one.metric === metric && JSON.stringify(one.labels) === wanted) ?? -1;
  return index < 0 ? undefined : (tick?.values[index] ?? Number.NaN);
}

const success = (tick: MetricTick | undefined, name: string): number | undefined =>
  valueIn(tick, 'jidi_source_success', { source: name });

describe('a tick', () => {
  test('has the values of all sources and keeps them when the next one is made', async () => {
    let value = 1;
    const { clock, ticks } = setUp({
      sources: [source('a', (sink) => setHeat(sink, 'a', value)), setting('b', 7)],
    });
    await clock.advance(1_000);
    value = 2;
    await clock.advance(1_000);
    expect(ticks.map(({ timeMs }) => timeMs)).toEqual([1_001_000, 1_002_000]);
    expect(ticks.map((tick) => valueIn(tick, heat.name, { place: 'a' }))).toEqual([1, 2]);
    expect(valueIn(ticks[1], heat.name, { place: 'b' })).toBe(7);
    expect(valueIn(ticks[1], 'jidi_source_duration_seconds', { source: 'a' })).toBe(0);
  });

  test('shows what was not set, or is no number, as absent', async () => {
    let round = 0;
    const moody = source('a', (sink) => {
      round += 1;
      if (round === 2) return;
      setHeat(sink, 'a', round === 3 ? Number.POSITIVE_INFINITY : 5);
    });
    const { clock, ticks } = setUp({ sources: [moody] });
    await clock.advance(4_000);
    expect(ticks.map((tick) => valueIn(tick, heat.name, { place: 'a' }))).toEqual([
      5,
      Number.NaN,
      Number.NaN,
      5,
    ]);
  });

  test('has the figures that other parts add', async () => {
    const { clock, sampler, ticks } = setUp({});
    sampler.observe(heat, { place: 'spool' }, () => 42);
    await clock.advance(1_000);
    expect(valueIn(ticks[0], heat.name, { place: 'spool' })).toBe(42);
    expect(valueIn(ticks[0], 'jidi_agent_ticks_missed_total')).toBe(0);
    expect(valueIn(ticks[0], 'jidi_agent_series')).toBe(6);
  });
});

describe('a source that fails', () => {
  test('harms no other, is counted at every tick and told once', async () => {
    let broken = true;
    const failing = source('bad', () => {
      if (broken) throw new Error('read /proc/bad: EIO');
    });
    const { clock, ticks, messages } = setUp({ sources: [failing, setting('good', 1)] });
    await clock.advance(3_000);
    expect(ticks.map((tick) => success(tick, 'bad'))).toEqual([0, 0, 0]);
    expect(ticks.map((tick) => success(tick, 'good'))).toEqual([1, 1, 1]);
    expect(messages()).toEqual(['source failed']);
    broken = false;
    await clock.advance(2_000);
    expect(success(ticks[4], 'bad')).toBe(1);
    expect(messages()).toEqual(['source failed', 'source works again']);
  });

  test('keeps what it set before it failed', async () => {
    const half = source('half', (sink) => {
      setHeat(sink, 'half', 3);
      throw new Error('the rest is gone');
    });
    const { clock, ticks } = setUp({ sources: [half] });
    await clock.advance(1_000);
    expect(valueIn(ticks[0], heat.name, { place: 'half' })).toBe(3);
  });
});

test('a source that hangs is left alone until it comes back, and its late values are not taken', async () => {
  const server = Promise.withResolvers<void>();
  let reads = 0;
  const hanging = source('nfs', async (sink) => {
    reads += 1;
    setHeat(sink, 'early', 1);
    if (reads === 1) await server.promise;
    setHeat(sink, 'late', 2);
  });
  const { clock, ticks, messages } = setUp({ sources: [hanging, setting('good', 1)] });
  await clock.advance(3_200);
  expect(reads).toBe(1);
  expect(ticks.map((tick) => success(tick, 'nfs'))).toEqual([0, 0, 0]);
  expect(ticks.map((tick) => success(tick, 'good'))).toEqual([1, 1, 1]);
  expect(valueIn(ticks[0], heat.name, { place: 'early' })).toBe(1);
  expect(valueIn(ticks[2], heat.name, { place: 'early' })).toBeNaN();
  expect(valueIn(ticks[2], 'jidi_source_skipped_total', { source: 'nfs' })).toBe(2);
  expect(valueIn(ticks[0], 'jidi_source_duration_seconds', { source: 'nfs' })).toBe(0.25);
  expect(messages()).toEqual(['source failed']);
  server.resolve();
  await settle();
  await clock.advance(1_000);
  expect(reads).toBe(2);
  expect(success(ticks[3], 'nfs')).toBe(1);
  expect(valueIn(ticks[3], heat.name, { place: 'late' })).toBe(2);
  expect(messages()).toEqual(['source failed', 'source works again']);
});

test('what a late source sets during another tick is not taken', async () => {
  const server = Promise.withResolvers<void>();
  let round = 0;
  const hanging = source('nfs', async (sink) => {
    await server.promise;
    setHeat(sink, 'late', 99);
  });
  const slow = source('slow', async () => {
    round += 1;
    if (round < 2) return;
    server.resolve();
    await settle();
  });
  const { clock, ticks } = setUp({ sources: [hanging, slow] });
  await clock.advance(1_600);
  await clock.advance(399);
  await settle();
  expect(ticks).toHaveLength(2);
  expect(valueIn(ticks[1], heat.name, { place: 'late' })).toBeNaN();
});

test('an absent source is told once, has no success, and is looked for again after minutes', async () => {
  let there = false;
  let probes = 0;
  const gpu = source(
    'gpu',
    (sink) => setHeat(sink, 'gpu', 60),
    () => {
      probes += 1;
      return there ? { present: true } : { present: false, reason: 'no device', remedy: 'Fit one.' };
    },
  );
  const { clock, ticks, messages } = setUp({ sources: [gpu], intervalMs: 60_000 });
  await clock.advance(240_000);
  expect([probes, success(ticks[2], 'gpu')]).toEqual([1, undefined]);
  there = true;
  await clock.advance(240_000);
  expect(valueIn(ticks.at(-1), heat.name, { place: 'gpu' })).toBe(60);
  expect(probes).toBe(2);
  expect(messages()).toEqual(['source has nothing to read here']);
});

test('a source whose probe throws has nothing to read here, and the others go on', async () => {
  const odd = source(
    'odd',
    (sink) => setHeat(sink, 'odd', 1),
    () => {
      throw new Error('a table too long');
    },
  );
  const { clock, ticks, messages } = setUp({ sources: [odd, setting('b', 7)] });
  await clock.advance(2_000);
  expect(ticks).toHaveLength(2);
  expect(valueIn(ticks[1], heat.name, { place: 'b' })).toBe(7);
  expect(messages()).toEqual(['source has nothing to read here']);
});

test('series past the limit are refused and counted; the others go on', async () => {
  const many = source('many', (sink) => {
    for (let i = 0; i < 10; i += 1) setHeat(sink, `p${i}`, i);
  });
  const { clock, ticks } = setUp({ sources: [many], seriesLimit: 10 });
  await clock.advance(1_000);
  expect(ticks[0]?.series).toHaveLength(10);
  expect(valueIn(ticks[0], heat.name, { place: 'p4' })).toBe(4);
  expect(valueIn(ticks[0], heat.name, { place: 'p5' })).toBeUndefined();
  expect(valueIn(ticks[0], 'jidi_agent_series_refused_total')).toBeGreaterThanOrEqual(5);
});

describe('the process scan', () => {
  const snapshotAt = (timeMs: number): ProcessSnapshot => ({
    timeMs,
    processCount: 0,
    ...noneWaiting,
    processes: [],
  });

  test('gives one snapshot per tick with its time', async () => {
    const { clock, ticks, snapshots } = setUp({ scanner: { scan: snapshotAt } });
    await clock.advance(2_000);
    expect(snapshots.map(({ timeMs }) => timeMs)).toEqual([1_001_000, 1_002_000]);
    expect(success(ticks[0], 'processes')).toBe(1);
  });

  test('that fails gives no snapshot, but the tick is there', async () => {
    let broken = false;
    const scan = (timeMs: number): ProcessSnapshot => {
      if (broken) throw new Error('list /proc: EIO');
      return snapshotAt(timeMs);
    };
    const { clock, ticks, snapshots } = setUp({ scanner: { scan } });
    await clock.advance(1_000);
    broken = true;
    await clock.advance(1_000);
    expect(snapshots).toHaveLength(1);
    expect(ticks.map((tick) => success(tick, 'processes'))).toEqual([1, 0]);
  });
});

test('the table gives one handle to the same labels in any order and grows past its first size', () => {
  const table = new SeriesTable(1_000);
  const first = table.series(heat, { a: '1', b: '2' });
  expect(table.series(heat, { b: '2', a: '1' })).toBe(first);
  for (let i = 0; i < 600; i += 1) table.set(table.series(heat, { place: String(i) }), i);
  table.set(-1, 5);
  table.set(5_000, 5);
  const tick = table.take(1);
  expect(tick.values).toHaveLength(601);
  expect([tick.values[first], tick.values[600]]).toEqual([Number.NaN, 599]);
});
