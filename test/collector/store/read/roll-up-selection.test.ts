// What is read of files and head together is what one would make of all samples.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BucketGrid, Buckets } from '../../../../collector/store/buckets.ts';
import { rollUp } from '../../../../collector/store/columns/roll-up.ts';
import { noteChange } from '../../../../collector/store/compaction/roll-up-mark.ts';
import { PartitionWriter } from '../../../../collector/store/partitions/partition-writer.ts';
import { dayMs, hourMs, partitionAt } from '../../../../collector/store/partitions/tier.ts';
import { rollUpSelection } from '../../../../collector/store/read/roll-up-selection.ts';
import { unpackFrame } from '../../../../collector/store/read/rolled-frame.ts';
import { series } from '../open-store.ts';
import {
  between,
  type Course,
  course,
  emptyHead,
  headOf,
  hour0,
  lookbackMs,
  type MadeFiles,
  makeFiles,
  withoutAbsent,
} from './made-files.ts';

const load = series('node_load1');
const read = series('node_disk_read_bytes_total', { device: 'sda' }, 'counter');
const minute = 60_000;

/** From `from` to `to`, seconds after hour0, every five seconds. */
function every(from: number, to: number, value: (second: number) => number): (readonly [number, number])[] {
  const samples: (readonly [number, number])[] = [];
  for (let second = from; second < to; second += 5) samples.push([second, value(second)]);
  return samples;
}

function gridOf(fromMs: number, toMs: number, stepMs: number): BucketGrid {
  return { firstMs: fromMs + stepMs, stepMs, count: Math.round((toMs - fromMs) / stepMs) };
}

async function ask(
  { files }: MadeFiles,
  metric: string,
  grid: BucketGrid,
  { head = emptyHead, nodes = ['n1', 'n2'], toMs = Number.MAX_SAFE_INTEGER } = {},
) {
  const selection = { nodes, selectors: [{ metric, match: {} }], fromMs: 0, toMs };
  const scope = { grid, head: { ...head, nodes }, lookbackMs, yieldTurn: async () => {} };
  return unpackFrame(await rollUpSelection(files, selection, scope), nodes);
}

function expected({ series: { kind }, ...rest }: Course, grid: BucketGrid): Buckets {
  const { timesMs, values } = withoutAbsent({ ...rest, series: load });
  return rollUp(kind, { timesMs, values }, grid, { lookbackMs });
}

/** Sums may differ in the last digit, and rates in files are 32-bit floats. */
function expectAlike(found: Buckets | undefined, wanted: Buckets): void {
  expect(found?.kind).toBe(wanted.kind);
  const fields = Object.entries(found ?? {}).filter(
    (entry): entry is [string, Float64Array] => entry[0] !== 'kind',
  );
  const others = new Map(Object.entries(wanted));
  for (const [name, values] of fields) {
    const there = others.get(name) as Float64Array;
    expect([name, values.length]).toEqual([name, there.length]);
    for (const [place, value] of values.entries()) {
      const other = there[place] ?? Number.NaN;
      const isSame =
        Object.is(value, other) || Math.abs(value - other) <= 1e-6 * Math.max(1, Math.abs(other));
      if (!isSame) expect([name, place, value]).toEqual([name, place, other]);
    }
  }
}

describe('from the tier that serves the step', () => {
  const samples = every(0, 4 * 3600, (second) => (second === 4000 ? 900 : Math.floor(second / 60)));
  const gauge = course('n1', load, samples);
  const counter = course(
    'n1',
    read,
    every(0, 4 * 3600, (second) => second * second),
  );
  const grids: readonly (readonly [string, BucketGrid])[] = [
    ['a minute', gridOf(hour0 + hourMs, hour0 + 3 * hourMs, minute)],
    ['a minute, from and to within hours', gridOf(hour0 + hourMs / 2, hour0 + 2.5 * hourMs, minute)],
    ['five minutes', gridOf(hour0, hour0 + 4 * hourMs, 5 * minute)],
    ['an hour', gridOf(hour0, hour0 + 4 * hourMs, 60 * minute)],
    ['ten seconds', gridOf(hour0 + hourMs, hour0 + hourMs + 600_000, 10_000)],
    ['seven seconds, over an hour', gridOf(hour0 + hourMs - 70_000, hour0 + hourMs + 70_000, 7_000)],
  ];

  test.each(grids)(
    '%s: closed hours, open hours and the head give what all samples give',
    async (_name, grid) => {
      for (const one of [gauge, counter]) {
        const made = makeFiles();
        for (const hour of [0, 1]) {
          made.raw([one], hour0 + hour * hourMs);
          made.minute([one], hour0 + hour * hourMs);
        }
        made.hot([one], hour0 + 2 * hourMs, hour0 + 3 * hourMs);
        made.hot([one], hour0 + 3 * hourMs, hour0 + 3.5 * hourMs);
        const head = headOf(['n1'], [between(one, hour0 + 3.5 * hourMs, hour0 + 4 * hourMs)]);
        const [found, ...others] = await ask(made, one.series.metric, grid, { head, nodes: ['n1'] });
        expect(others).toEqual([]);
        expect(found).toMatchObject({ node: 'n1', labels: one.series.labels });
        expectAlike(found?.buckets, expected(one, grid));
      }
    },
  );

  test('only buckets are read of closed hours: the raw file may be gone', async () => {
    const made = makeFiles();
    made.minute([gauge, counter], hour0);
    const grid = gridOf(hour0, hour0 + hourMs - minute, minute);
    expectAlike((await ask(made, load.metric, grid))[0]?.buckets, expected(gauge, grid));
    // Without finer ones, a step of seconds shows the minutes.
    const fine = gridOf(hour0 + 300_000, hour0 + 420_000, 10_000);
    const [found] = await ask(made, load.metric, fine);
    expect(Array.from(found?.buckets.counts ?? [])).toEqual([0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 12]);
  });

  test('whole days for steps of ten minutes, also when nothing finer is kept', async () => {
    const made = makeFiles();
    const long = course(
      'n1',
      load,
      every(0, 2 * 86_400, (second) => second % 7000),
    );
    made.tenMinutes([long], hour0);
    made.tenMinutes([long], hour0 + dayMs);
    const grid = gridOf(hour0 + hourMs, hour0 + 2 * dayMs - hourMs, 30 * minute);
    expectAlike((await ask(made, load.metric, grid))[0]?.buckets, expected(long, grid));
    const fine = gridOf(hour0, hour0 + hourMs, minute);
    const [found] = await ask(made, load.metric, fine);
    expect(Array.from(found?.buckets.counts ?? []).filter((count) => count > 0)).toEqual([
      120, 120, 120, 120, 120, 120,
    ]);
  });
});

test('ten minutes that were made before late data came are not used', async () => {
  const made = makeFiles();
  const whole = course(
    'n1',
    load,
    every(0, 3600, (second) => second),
  );
  made.tenMinutes([between(whole, 0, hour0 + 1800_000)], hour0);
  made.minute([whole], hour0);
  const grid = gridOf(hour0, hour0 + hourMs - 600_000, 600_000);
  expect((await ask(made, load.metric, grid))[0]?.buckets.counts[4]).toBe(0);
  const minute = PartitionWriter.open(made.root, partitionAt('minute', hour0));
  minute.transaction(() => noteChange(minute));
  minute.close();
  expectAlike((await ask(made, load.metric, grid))[0]?.buckets, expected(whole, grid));
});

describe('what came late', () => {
  const early = course(
    'n1',
    read,
    every(0, 2 * 3600, (second) => second),
  );
  const whole = course(
    'n2',
    read,
    every(0, 2 * 3600, (second) => 3 * second),
  );
  const late = between(whole, hour0 + 1800_000, hour0 + hourMs);
  const onTime = [early, { ...between(whole, 0, hour0 + 1800_000) }];
  const grid = gridOf(hour0, hour0 + hourMs - minute, minute);

  test.each(['the hot file of an hour', 'the head'])(
    'and lies in %s counts, others stay rolled up',
    async (where) => {
      const made = makeFiles();
      made.raw(onTime, hour0);
      made.minute(onTime, hour0);
      if (where !== 'the head') made.hot([late], hour0 + 1800_000, hour0 + hourMs);
      const head = where === 'the head' ? headOf(['n1', 'n2'], [late]) : emptyHead;
      const found = await ask(made, read.metric, grid, { head });
      expect(found.map(({ node }) => node)).toEqual(['n1', 'n2']);
      expectAlike(found[0]?.buckets, expected(early, grid));
      expectAlike(found[1]?.buckets, expected(whole, grid));
    },
  );

  test('is counted once while it is in two places', async () => {
    const made = makeFiles();
    made.raw([early], hour0);
    made.minute([early], hour0);
    made.hot([early], hour0, hour0 + hourMs, 1_200_000);
    const head = headOf(['n1'], [between(early, hour0 + 3000_000, hour0 + hourMs)]);
    const [found] = await ask(made, read.metric, grid, { head, nodes: ['n1'] });
    expectAlike(found?.buckets, expected(early, grid));
  });
});

test('growth over a gap at the end of an hour belongs to no bucket', async () => {
  const samples = [...every(0, 3500, (second) => second), ...every(3600, 7200, (second) => 1e6 + second)];
  const one = course('n1', read, samples);
  const made = makeFiles();
  made.raw([one], hour0);
  made.minute([one], hour0);
  made.hot([one], hour0 + hourMs, hour0 + 2 * hourMs, 1_200_000);
  const grid = gridOf(hour0, hour0 + 2 * hourMs - minute, minute);
  const [found] = await ask(made, read.metric, grid, { nodes: ['n1'] });
  expectAlike(found?.buckets, expected(one, grid));
});

test('a damaged chunk costs its nodes alone, and is told once', async () => {
  const nodes = Array.from({ length: 20 }, (_, place) => `n${place}`);
  const courses = nodes.map((node) =>
    course(
      node,
      load,
      every(0, 3600, () => 1),
    ),
  );
  const made = makeFiles();
  made.minute(courses, hour0);
  const db = new Sqlite(join(made.root, partitionAt('minute', hour0).path));
  db.exec('UPDATE chunk SET data = zeroblob(length(data)) WHERE key = (SELECT min(key) FROM chunk)');
  db.close();
  const grid = gridOf(hour0, hour0 + hourMs - minute, minute);
  for (const _ of [1, 2]) {
    const found = await ask(made, load.metric, grid, { nodes });
    expect(found.map(({ node }) => node)).toEqual(['n16', 'n17', 'n18', 'n19']);
  }
  expect(made.damaged).toEqual([partitionAt('minute', hour0).path]);
});

test('nothing later than asked for is counted', async () => {
  const one = course(
    'n1',
    load,
    every(0, 600, () => 1),
  );
  const made = makeFiles();
  made.hot([one], hour0, hour0 + 600_000);
  const grid = gridOf(hour0, hour0 + 600_000, 5 * minute);
  const [found] = await ask(made, load.metric, grid, { toMs: hour0 + 400_000 });
  expect(Array.from(found?.buckets.counts ?? [])).toEqual([60, 20]);
});

test('samples in any places give what all of them give', async () => {
  const step = record({
    value: oneof(integer({ min: 0, max: 1e6 }), constant(Number.NaN)),
    spacing: oneof({ weight: 20, arbitrary: constant(5) }, integer({ min: 6, max: 400 })),
    place: constantFrom('raw', 'hot', 'other hot', 'head', 'hot and head'),
  });
  const steps = array(step, { minLength: 1, maxLength: 120 });
  const stepMs = constantFrom(5_000, 7_000, minute, 5 * minute);
  await assert(
    asyncProperty(steps, stepMs, boolean(), async (samples, gridStepMs, isCounter) => {
      let second = 3300;
      const times = samples.map(({ spacing }) => (second += spacing));
      const values = samples.map(({ value }, place): readonly [number, number] => [times[place] ?? 0, value]);
      const one = course('n1', isCounter ? read : load, values);
      const at = (...places: string[]): Course => {
        const isThere = (_: number, place: number) => places.includes(samples[place]?.place ?? '');
        return { ...one, timesMs: one.timesMs.filter(isThere), values: one.values.filter(isThere) };
      };
      const made = makeFiles();
      for (let hour = hour0; hour < hour0 + 24 * hourMs; hour += hourMs) {
        const inHour = (part: Course) => between(part, hour, hour + hourMs);
        if (inHour(one).timesMs.length === 0) continue;
        made.raw([at('raw')], hour);
        made.minute([at('raw')], hour);
        made.hotSlot([inHour(at('hot', 'hot and head'))], hour, 1);
        made.hotSlot([inHour(at('other hot'))], hour, 2);
      }
      const head = headOf(['n1'], [at('head', 'hot and head')]);
      const grid = gridOf(hour0 + 3300_000, hour0 + 3300_000 + 300 * gridStepMs, gridStepMs);
      const [found] = await ask(made, one.series.metric, grid, { head, nodes: ['n1'] });
      const wanted = expected(one, grid);
      if (found === undefined) expect(wanted.counts.every((count) => count === 0)).toBe(true);
      else expectAlike(found.buckets, wanted);
    }),
    { numRuns: 20 },
  );
});
