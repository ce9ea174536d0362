import { describe, expect, test } from 'vitest';
import { handClock, series, t0 } from '../store/open-store.ts';
import { clusterWith, top } from './cluster.ts';

const temperature = (chip: string) => series('node_hwmon_temp_celsius', { chip });
const read = (device: string) => series('node_disk_read_bytes_total', { device }, 'counter');
const load = series('node_load1');
const { metric } = temperature('');

async function names(answer: ReturnType<typeof top>) {
  return (await answer).entries.map(({ node, value }) => [node, value]);
}

describe('now', () => {
  test('the hottest node by its hottest chip; the series by themselves', async () => {
    const { store } = await clusterWith([temperature('a'), temperature('b')], {
      n1: [[0, 50, 70]],
      n2: [[0, 80, 40]],
      n3: [[0, 60, 60]],
    });
    expect(await top(store, metric, { limit: 2 })).toEqual({
      metric,
      from: t0 / 1000,
      to: t0 / 1000,
      rate: false,
      considered: 3,
      entries: [
        { node: 'n2', labels: null, value: 80 },
        { node: 'n1', labels: null, value: 70 },
      ],
    });
    const series = await top(store, metric, { of: 'series', limit: 3 });
    expect(series).toMatchObject({ considered: 6 });
    expect(series.entries).toEqual([
      { node: 'n2', labels: { chip: 'a' }, value: 80 },
      { node: 'n1', labels: { chip: 'b' }, value: 70 },
      { node: 'n3', labels: { chip: 'a' }, value: 60 },
    ]);
    expect(await names(top(store, metric, { within: 'avg', order: 'lowest', limit: 1 }))).toEqual([
      ['n1', 60],
    ]);
  });

  test('counters are compared by their growth, the devices of a node together', async () => {
    const { store, clock } = await clusterWith([read('sda'), read('sdb')], {
      n1: [
        [0, 1e6, 1e6],
        [5, 1e6 + 50, 1e6 + 100],
      ],
      n2: [
        [0, 0, 0],
        [5, 500, 10],
      ],
    });
    clock.nowMs = t0 + 10_000;
    const answer = await top(store, 'node_disk_read_bytes_total', {}, clock);
    expect(answer).toMatchObject({ rate: true, considered: 2 });
    expect(answer.entries.map(({ node, value }) => [node, value])).toEqual([
      ['n2', 102],
      ['n1', 30],
    ]);
  });

  test('a node that told nothing lately is not compared', async () => {
    const { store, clock } = await clusterWith([load], { n1: [[0, 9]], n2: [[60, 1]] });
    clock.nowMs = t0 + 61_000;
    expect(await names(top(store, 'node_load1', {}, clock))).toEqual([['n2', 1]]);
  });

  test('equal ones stand by name, as people count', async () => {
    const equal = Object.fromEntries(['n10', 'n2', 'n1', 'n33'].map((name) => [name, [[0, 7]] as const]));
    const { store } = await clusterWith([load], { ...equal, n5: [[0, 8]] });
    expect(await names(top(store, 'node_load1', { limit: 3 }))).toEqual([
      ['n5', 8],
      ['n1', 7],
      ['n2', 7],
    ]);
    expect(await names(top(store, 'node_load1', { limit: 2, order: 'lowest' }))).toEqual([
      ['n1', 7],
      ['n2', 7],
    ]);
  });
});

describe('then', () => {
  const course = { n1: [], n2: [] } as Record<string, [number, number][]>;
  for (let second = 5; second <= 3600; second += 5) {
    course['n1']?.push([second, second > 1800 ? 10 : 0]);
    course['n2']?.push([second, second === 900 ? 100 : 4]);
  }

  test('at a moment: its minute counts', async () => {
    const { store } = await clusterWith([load], course);
    expect(await names(top(store, 'node_load1', { when: t0 + 600_000 }))).toEqual([
      ['n2', 4],
      ['n1', 0],
    ]);
    expect(await names(top(store, 'node_load1', { when: t0 + 2_400_000, limit: 1 }))).toEqual([['n1', 10]]);
    expect(await names(top(store, 'node_load1', { when: t0 - 600_000 }))).toEqual([]);
  });

  test('over a range: the average, or the peak', async () => {
    const { store } = await clusterWith([load], course);
    const when = { fromMs: t0, toMs: t0 + 3_600_000 };
    const [first, second] = (await top(store, 'node_load1', { when })).entries;
    expect(first).toEqual({ node: 'n1', labels: null, value: 5 });
    expect(second?.value).toBeCloseTo(4 + 96 / 720);
    const peak = await top(store, 'node_load1', { when, aggregate: 'max', limit: 1 });
    expect(peak).toEqual({
      metric: 'node_load1',
      from: t0 / 1000,
      to: t0 / 1000 + 3600,
      rate: false,
      considered: 2,
      entries: [{ node: 'n2', labels: null, value: 100 }],
    });
  });

  test('what a counter grew by in the range', async () => {
    const growing = Array.from({ length: 721 }, (_, place) => [place * 5, place * 10] as const);
    const { store } = await clusterWith([read('sda')], { n1: growing });
    const when = { fromMs: t0, toMs: t0 + 3_600_000 };
    const answer = await top(store, 'node_disk_read_bytes_total', { when, aggregate: 'sum' }, handClock());
    expect(answer).toMatchObject({ rate: false, entries: [{ node: 'n1', value: 7200 }] });
    const rate = await top(store, 'node_disk_read_bytes_total', { when });
    expect(rate).toMatchObject({ rate: true, entries: [{ value: 2 }] });
  });
});
