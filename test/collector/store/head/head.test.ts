import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HeadSamples } from '../../../../collector/store/front/reader-door.ts';
import { Head } from '../../../../collector/store/head/head.ts';
import { selectHead } from '../../../../collector/store/head/head-samples.ts';
import { SegmentEncoder } from '../../../../collector/store/log/segment-encoder.ts';
import { segmentHead } from '../../../../collector/store/log/segment-head.ts';
import { type SeriesList, SeriesLists } from '../../../../collector/store/log/series-lists.ts';
import type { SeriesDefinition } from '../../../../shared/model/metric.ts';
import { SegmentWriter } from '../../../../shared/segment-file/segment-writer.ts';
import {
  processSample,
  sender,
  seriesOf,
  snapshot,
  snapshotsEntry,
  tempFolder,
  ticksEntry,
} from '../log/log-data.ts';
import { handClock, series, t0, tick } from '../open-store.ts';

function openHead(): Head {
  return new Head(new SeriesLists(), handClock());
}

let sequence = 0;

/** Ticks of a node as one entry of a segment. */
function addTicks(
  head: Head,
  segment: number,
  { node, ticks }: { node: string; ticks: readonly (readonly [ms: number, SeriesDefinition[], number[]])[] },
): void {
  sequence += 1;
  const all = ticks.map(([ms, definitions, values]) => tick(t0 + ms, definitions, values));
  head.add(segment, ticksEntry(sequence, all, { node, spoolId: 's' }));
}

/** As lists that are easy to read: node, label `of`, [ms, value]. */
function runsOf({ nodes, series: found, nodeOf, seriesOf: which, starts, timesMs, values }: HeadSamples) {
  return Array.from(nodeOf, (node, run) => {
    const pairs: [number, number][] = [];
    for (let at = starts[run] ?? 0; at < (starts[run + 1] ?? 0); at += 1) {
      pairs.push([(timesMs[at] ?? 0) - t0, values[at] ?? 0]);
    }
    return [nodes[node], found[which[run] ?? -1]?.labels['of'], pairs];
  });
}

function select(
  head: Head,
  changes: { nodes?: string[]; fromMs?: number; toMs?: number; match?: object } = {},
) {
  const { match, ...rest } = { match: {}, ...changes };
  const wish = { nodes: ['a', 'b'], fromMs: t0, toMs: t0 + 99_000, ...rest };
  const selectors = [{ metric: 'm', match: { ...match } }];
  return selectHead(head, { ...wish, selectors }, () => Promise.resolve());
}

const [x, y, other] = [series('m', { of: 'x' }), series('m', { of: 'y' }), series('n', { of: 'x' })];

describe('samples of the head', () => {
  test('series of a metric, node by node, across segments, without absent ones', async () => {
    const head = openHead();
    addTicks(head, 1, { node: 'a', ticks: [[0, [other, x, y], [9, 1, 2]]] });
    addTicks(head, 1, { node: 'b', ticks: [[0, [x], [5]]] });
    addTicks(head, 2, { node: 'a', ticks: [[5000, [other, x, y], [9, Number.NaN, 4]]] });
    // Now its series are in another order, and one is at its end and has no value.
    addTicks(head, 2, { node: 'a', ticks: [[9000, [y, x, other], [6, 7]]] });
    const samples = await select(head);
    expect(runsOf(samples)).toEqual([
      [
        'a',
        'x',
        [
          [0, 1],
          [9000, 7],
        ],
      ],
      [
        'a',
        'y',
        [
          [0, 2],
          [5000, 4],
          [9000, 6],
        ],
      ],
      ['b', 'x', [[0, 5]]],
    ]);
    expect(samples.series).toEqual([x, y]);
    expect(samples.timesMs.length).toBe(samples.timesMs.buffer.byteLength / 8);
    expect(runsOf(await select(head, { match: { of: 'y' }, fromMs: t0 + 1, toMs: t0 + 5000 }))).toEqual([
      ['a', 'y', [[5000, 4]]],
    ]);
    expect(runsOf(await select(head, { nodes: ['b', 'nobody'] }))).toEqual([['b', 'x', [[0, 5]]]]);
  });

  test('late ticks in order, the first of a time; what is flushed is gone', async () => {
    const head = openHead();
    addTicks(head, 1, {
      node: 'a',
      ticks: [
        [5000, [x], [5]],
        [2000, [x], [2]],
        [3000, [x], [3]],
      ],
    });
    addTicks(head, 2, {
      node: 'a',
      ticks: [
        [4000, [x], [4]],
        [2000, [x], [99]],
        [6000, [x], [6]],
      ],
    });
    expect(head.duplicates).toBe(1);
    expect(head.samples).toBe(5);
    expect(runsOf(await select(head))).toEqual([
      [
        'a',
        'x',
        [
          [2000, 2],
          [3000, 3],
          [4000, 4],
          [5000, 5],
          [6000, 6],
        ],
      ],
    ]);
    expect(head.tickTimes('a', t0 + 2500, t0 + 4500)).toEqual([t0 + 3000, t0 + 4000]);
    head.drop(1);
    expect(runsOf(await select(head))).toEqual([
      [
        'a',
        'x',
        [
          [4000, 4],
          [6000, 6],
        ],
      ],
    ]);
    expect(head.samples).toBe(2);
    expect(head.latestTicks('a').map(({ timeMs }) => timeMs - t0)).toEqual([5000, 6000]);
    head.drop(2);
    expect(head.samples).toBe(0);
    expect(await select(head)).toMatchObject({ nodeOf: new Uint32Array(0), starts: Uint32Array.of(0) });
  });

  test('a series whose definition changed is another one', async () => {
    const head = openHead();
    const finer = { ...x, decimals: 6 };
    addTicks(head, 1, {
      node: 'a',
      ticks: [
        [0, [x], [1]],
        [1000, [finer], [2]],
      ],
    });
    const samples = await select(head);
    expect(samples.series).toEqual([x, finer]);
    expect(runsOf(samples)).toEqual([
      ['a', 'x', [[0, 1]]],
      ['a', 'x', [[1000, 2]]],
    ]);
    expect(head.series('a', 'm')).toEqual([x, finer]);
    expect(head.series('a', 'n')).toEqual([]);
  });
});

test('memory that is used again holds nothing of what was there before', async () => {
  const head = openHead();
  const columns = Array.from({ length: 3000 }, (_, place) => series('m', { of: String(place) }));
  for (let segment = 1; segment < 5; segment += 1) {
    const values = (of: number) => columns.map((_, place) => segment * 1e6 + of * 1000 + place);
    for (let of = 0; of < 400; of += 1) {
      addTicks(head, segment, { node: `n${of}`, ticks: [[segment, columns, values(of)]] });
    }
    const samples = await select(head, { nodes: ['n0', 'n399'], match: { of: '2999' } });
    expect(runsOf(samples)).toEqual([
      ['n0', '2999', [[segment, values(0)[2999]]]],
      ['n399', '2999', [[segment, values(399)[2999]]]],
    ]);
    head.drop(segment);
  }
});

test('snapshots in order, the first of a time', () => {
  const head = openHead();
  const at = (ms: number, pid: number) => snapshot(t0 + ms, [processSample(pid)]);
  const other = { ...sender, spoolId: 'spool-2' };
  const entries = [
    snapshotsEntry(1, [at(0, 1), at(9000, 2)]),
    snapshotsEntry(1, [at(7000, 6)], other),
    snapshotsEntry(2, [at(5000, 3), at(9000, 4)]),
    // Nothing of it is new, and the next one builds on it.
    snapshotsEntry(3, [at(5000, 5)]),
    snapshotsEntry(4, [at(8000, 5)]),
    snapshotsEntry(2, [at(6000, 6)], other),
  ];
  const encoder = new SegmentEncoder(
    new SegmentWriter(join(tempFolder(), '1.log'), segmentHead(1)),
    new SeriesLists(),
  );
  for (const entry of entries) {
    encoder.append(entry);
    head.add(1, entry);
  }
  expect(head.snapshots('n1', t0, t0 + 9000)).toEqual([
    at(0, 1),
    at(5000, 3),
    at(6000, 6),
    at(7000, 6),
    at(8000, 5),
    at(9000, 2),
  ]);
  expect(head.snapshots('n1', t0 + 1, t0 + 5999)).toEqual([at(5000, 3)]);
  expect(head.duplicates).toBe(2);
  expect(new Map(head.newestTimes('n1')).get('process')).toBe(t0 + 9000);
});

describe('lists of series', () => {
  function all(lists: SeriesLists, arrays: readonly (readonly SeriesDefinition[])[]): SeriesList[] {
    return arrays.map((array) => lists.listOf(array));
  }

  test('arrays of equal content share one list and its definitions, however they came to it', () => {
    const lists = new SeriesLists();
    const growing = seriesOf(10);
    lists.listOf(growing);
    growing.push(...seriesOf(20).slice(10));
    const again = seriesOf(10);
    lists.listOf(again);
    again.push(...seriesOf(20).slice(10));
    const [one, same, different] = all(lists, [growing, again, seriesOf(20).toReversed()]);
    expect(one).toBe(same);
    expect(one?.series).toEqual(seriesOf(20));
    expect(one?.previous?.series).toEqual(seriesOf(10));
    expect(different?.series).toEqual(seriesOf(20).toReversed());
    expect(different?.series.at(-1)).toBe(one?.series[0]);
  });

  test('what is remembered is bounded; lists that are in use stay as they are', () => {
    const lists = new SeriesLists(1000);
    const first = lists.listOf(seriesOf(50));
    for (let part = 0; part < 100; part += 1) {
      lists.listOf(Array.from({ length: 50 }, (_, place) => series(`m${part}`, { of: String(place) })));
    }
    expect(lists.resets).toBeGreaterThan(4);
    expect(first.series).toEqual(seriesOf(50));
    expect(lists.listOf(seriesOf(50)).series).toEqual(first.series);
  });
});
