import { expect, test } from 'vitest';
import { createSampler, type SamplerOptions } from '../../../agent/sampler/sampler.ts';
import type { SampleSink, Source } from '../../../agent/sources/source.ts';
import { gauge, type MetricTick } from '../../../shared/model/metric.ts';
import { createLineLog } from './log-lines.ts';
import { settle, TurnedClock } from './turned-clock.ts';

const heat = gauge('jidi_test_celsius', 1, 'Heat.');

function paced(everyMs: number, read: (sink: SampleSink, round: number) => void | Promise<void>) {
  let reads = 0;
  const source: Source = {
    name: 'slow',
    reads: 'slow',
    metrics: [heat],
    everyMs,
    probe: () => ({ present: true }),
    read(sink) {
      reads += 1;
      return read(sink, reads);
    },
    close() {},
  };
  return { source, reads: () => reads };
}

function setUp(sources: Source | readonly Source[], startMs: number, options: Partial<SamplerOptions> = {}) {
  const clock = new TurnedClock(startMs);
  const ticks: MetricTick[] = [];
  const sampler = createSampler({
    clock,
    log: createLineLog().log,
    intervalMs: 1_000,
    sources: [sources].flat(),
    scanner: null,
    onTick: (tick) => void ticks.push(tick),
    onSnapshot: () => {},
    ...options,
  });
  sampler.start();
  return { clock, ticks };
}

function values(ticks: readonly MetricTick[], place: string): readonly (number | undefined)[] {
  return ticks.map(({ series, values: all }) => {
    const at = series.findIndex(({ labels }) => labels.place === place);
    return at < 0 ? undefined : all[at];
  });
}

const set = (sink: SampleSink, place: string, value: number): void =>
  sink.set(sink.series(heat, { place }), value);

test('a slow source is read at once, then at whole multiples of its spacing; its values stand in between', async () => {
  const { source, reads } = paced(5_000, (sink, round) => set(sink, 'a', round));
  const { clock, ticks } = setUp(source, 1_002_500);
  await clock.advance(9_000);
  expect(ticks.map(({ timeMs }) => timeMs / 1000)).toEqual([
    1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011,
  ]);
  expect(values(ticks, 'a')).toEqual([1, 1, 2, 2, 2, 2, 2, 3, 3]);
  expect(reads()).toBe(3);
});

test('what a reading does not set again is absent until it comes back', async () => {
  const { source } = paced(2_000, (sink, round) => {
    if (round !== 2) set(sink, 'a', round);
    set(sink, 'b', round);
  });
  const { clock, ticks } = setUp(source, 1_001_900);
  await clock.advance(6_000);
  expect(values(ticks, 'a')).toEqual([1, 1, Number.NaN, Number.NaN, 3, 3]);
  expect(values(ticks, 'b')).toEqual([1, 1, 2, 2, 3, 3]);
});

test('after a failed reading there is no value until the next one', async () => {
  const { source } = paced(2_000, (sink, round) => {
    if (round === 2) throw new Error('read slow: EIO');
    set(sink, 'a', round);
  });
  const { clock, ticks } = setUp(source, 1_001_900);
  await clock.advance(6_000);
  expect(values(ticks, 'a')).toEqual([1, 1, Number.NaN, Number.NaN, 3, 3]);
});

test('a reading that hangs takes the values away when the next one would be due', async () => {
  const server = Promise.withResolvers<void>();
  const { source, reads } = paced(2_000, async (sink, round) => {
    set(sink, 'a', round);
    if (round === 2) await server.promise;
  });
  const { clock, ticks } = setUp(source, 1_001_900);
  await clock.advance(6_000);
  expect(values(ticks, 'a')).toEqual([1, 1, 2, 2, Number.NaN, Number.NaN]);
  server.resolve();
  await settle();
  await clock.advance(2_000);
  expect(values(ticks, 'a').slice(6)).toEqual([3, 3]);
  expect(reads()).toBe(3);
});

test('a spacing below the interval means every tick, and a step of the wall clock back does not stop the readings', async () => {
  const { source, reads } = paced(300, (sink, round) => set(sink, 'a', round));
  const { clock, ticks } = setUp(source, 1_001_900);
  await clock.advance(3_000);
  clock.step(-60_000);
  await clock.advance(3_000);
  expect(reads()).toBe(ticks.length);
  const slow = paced(10_000, (sink, round) => set(sink, 'a', round));
  const other = setUp(slow.source, 1_001_900);
  await other.clock.advance(2_000);
  other.clock.step(-3_600_000);
  await other.clock.advance(3_000);
  expect(slow.reads()).toBe(2);
});

test('in quiet mode only the cheapest sources run; the values of the others go, of slow ones after three spacings', async () => {
  let isQuiet = false;
  let scans = 0;
  const quick = paced(0, (sink, round) => set(sink, 'quick', round)).source;
  const cheap = {
    ...paced(0, (sink, round) => set(sink, 'cheap', round)).source,
    name: 'cheap',
    isQuiet: true,
  };
  const slow = paced(2_000, (sink, round) => set(sink, 'slow place', round));
  const { clock, ticks } = setUp([{ ...quick, name: 'quick' }, cheap, slow.source], 1_000_900, {
    isQuiet: () => isQuiet,
    scanner: {
      scan(timeMs) {
        scans += 1;
        return { timeMs, processCount: 0, zombieCount: 0, uninterruptibleCount: 0, processes: [] };
      },
    },
  });
  await clock.advance(2_000);
  isQuiet = true;
  await clock.advance(8_000);
  expect(scans).toBe(2);
  isQuiet = false;
  await clock.advance(1_000);
  const [absent, quickValues] = [Number.NaN, values(ticks, 'quick')];
  expect(quickValues.slice(0, 4)).toEqual([1, 2, absent, absent]);
  expect(quickValues.at(-1)).toBe(3);
  expect(values(ticks, 'cheap')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  // Read at the second tick for the last time: it stands for less than six seconds.
  expect(values(ticks, 'slow place')).toEqual([1, 2, 2, 2, 2, 2, 2, absent, absent, absent, 3]);
  expect(scans).toBe(3);
});
