// Series of jobs and devices that have gone: they make room, and what stays keeps its values.
import { describe, expect, test } from 'vitest';
import { createSampler } from '../../../agent/sampler/sampler.ts';
import { SeriesTable } from '../../../agent/sampler/series-table.ts';
import { createRow, type SeriesRow } from '../../../agent/sources/series-row.ts';
import type { Source } from '../../../agent/sources/source.ts';
import { gauge, type MetricTick } from '../../../shared/model/metric.ts';
import { MetricEncoder } from '../../../shared/wire/metric-encoder.ts';
import { createLineLog } from './log-lines.ts';
import { TurnedClock } from './turned-clock.ts';

const heat = gauge('jidi_test_celsius', 1, 'Heat.');
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function source(name: string, read: Source['read'], everyMs?: number): Source {
  const pace = everyMs === undefined ? {} : { everyMs };
  return { name, reads: name, metrics: [heat], probe: () => ({ present: true }), read, close() {}, ...pace };
}

/** `rows[i]` is set while `isThere(i)`: handles are kept as sources keep them. */
function rowsSource(
  name: string,
  count: number,
  isThere: (index: number) => boolean,
  everyMs?: number,
): Source {
  const rows: readonly SeriesRow[] = Array.from({ length: count }, (_, index) =>
    createRow([heat], { name, place: String(index) }),
  );
  const read: Source['read'] = (sink) =>
    rows.forEach((row, index) => {
      if (isThere(index)) row.set(sink, 0, index);
    });
  return source(name, read, everyMs);
}

function setUp(sources: readonly Source[], seriesLimit: number) {
  const clock = new TurnedClock(hourMs * 1000 - 1);
  const ticks: MetricTick[] = [];
  const sampler = createSampler({
    clock,
    log: createLineLog().log,
    intervalMs: minuteMs,
    sources,
    scanner: null,
    seriesLimit,
    onTick: (tick) => void ticks.push(tick),
    onSnapshot: () => {},
  });
  sampler.start();
  return { clock, ticks, last: () => ticks.at(-1) };
}

function valuesOf(tick: MetricTick | undefined, name: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, { labels }] of (tick?.series ?? []).entries()) {
    const value = tick?.values[index] ?? Number.NaN;
    if (labels['name'] === name && !Number.isNaN(value)) found.set(labels['place'] ?? '', value);
  }
  return found;
}

function figure(tick: MetricTick | undefined, metric: string): number {
  const index = tick?.series.findIndex((series) => series.metric === metric) ?? -1;
  return tick?.values[index] ?? Number.NaN;
}

describe('series without a value for an hour', () => {
  test('are forgotten when they are many; everything else goes on at another place', async () => {
    let jobs = 30;
    const churned = rowsSource('job', 30, (index) => index < jobs);
    const steady = rowsSource('disk', 5, () => true);
    const slow = rowsSource('slow', 3, () => true, hourMs);
    const { clock, last } = setUp([churned, steady, slow], 1000);
    await clock.advance(10 * minuteMs);
    const before = last()?.series;
    jobs = 2;
    await clock.advance(2 * hourMs);
    expect(last()?.series).not.toBe(before);
    expect(figure(last(), 'jidi_agent_series_forgotten_total')).toBe(28);
    expect(valuesOf(last(), 'job')).toEqual(
      new Map([
        ['0', 0],
        ['1', 1],
      ]),
    );
    expect(valuesOf(last(), 'disk').size).toBe(5);
    expect(valuesOf(last(), 'slow').size).toBe(3);
    // Rows that kept their handles come back under new ones, with their own values.
    jobs = 30;
    await clock.advance(minuteMs);
    expect([...valuesOf(last(), 'job').values()]).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  test('stay when they are few, so that the list is not sent anew for nothing', async () => {
    let isThere = true;
    const { clock, ticks, last } = setUp([rowsSource('disk', 40, (index) => index < 35 || isThere)], 1000);
    await clock.advance(10 * minuteMs);
    isThere = false;
    await clock.advance(3 * hourMs);
    expect(last()?.series).toBe(ticks[0]?.series);
  });

  test('of a slow source end with its next reading, also when the list began anew in between', async () => {
    let jobs = 30;
    let slow = 3;
    const sources = [
      rowsSource('job', 30, (index) => index < jobs),
      rowsSource('slow', 3, (index) => index < slow, hourMs),
    ];
    const { clock, last } = setUp(sources, 1000);
    await clock.advance(10 * minuteMs);
    jobs = 0;
    await clock.advance(hourMs + 25 * minuteMs);
    expect(figure(last(), 'jidi_agent_series_forgotten_total')).toBeGreaterThan(0);
    slow = 1;
    await clock.advance(hourMs);
    expect(valuesOf(last(), 'slow').size).toBe(1);
  });

  test('make room sooner when others are refused: a limit is never used up for good', async () => {
    let hour = 0;
    const jobs = Array.from({ length: 50 }, (_, round) =>
      rowsSource(`job${round}`, 20, () => hour === round),
    );
    const { clock, last } = setUp(jobs, 260);
    for (hour = 0; hour < 50; hour += 1) await clock.advance(hourMs);
    expect(valuesOf(last(), 'job49').size).toBe(20);
    expect(last()?.series.length).toBeLessThanOrEqual(260);
  });
});

test('a table that forgets most of its series makes the stream begin anew, without them', () => {
  const table = new SeriesTable(4000);
  const encoder = new MetricEncoder();
  for (let i = 0; i < 1000; i += 1) table.set(table.series(heat, { place: String(i) }), i);
  expect(encoder.encode([table.take(0)]).definitions).toHaveLength(1000);
  table.forgetAbsent(0);
  for (let i = 100; i < 1000; i += 1) table.set(i, Number.NaN);
  expect(table.forgetAbsent(30 * minuteMs)).toBeNull();
  const places = table.forgetAbsent(2 * hourMs);
  expect([places?.[99], places?.[100]]).toEqual([99, -1]);
  const { keyframe, definitions } = encoder.encode([table.take(minuteMs)]);
  expect([keyframe, definitions?.length]).toEqual([true, 100]);
});
