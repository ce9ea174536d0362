import { array, assert, asyncProperty, double } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeriesData, Store } from '../../../collector/store/store.ts';
import { appendTicks, metrics, openStore, sender, series, t0, tempDir, tick } from './open-store.ts';

const a = series('disk_bytes_total', { device: 'sda' }, 'counter');
const b = series('disk_bytes_total', { device: 'sdb' }, 'counter');
const load = series('node_load1');

async function select(store: Store, metric: string, options: { match?: Record<string, string> } = {}) {
  const { match = {} } = options;
  return store.select({
    nodes: ['n1'],
    selectors: [{ metric, match }],
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
  });
}

function pairs(data: SeriesData | undefined): [number, number][] {
  return Array.from(data?.timesMs ?? [], (timeMs, place) => [(timeMs - t0) / 1000, data?.values[place] ?? 0]);
}

describe('metric rows', () => {
  test('a series is whole also where jobs that come and go make a layout for every tick', async () => {
    const store = await openStore();
    const job = (number: number) => series('job', { job: String(number) });
    const ticks = Array.from({ length: 40 }, (_, at) => {
      const jobs = Array.from({ length: at % 7 }, (_unused, i) => job(at * 10 + i));
      const values = [...jobs.map((_unused, i) => at * 10 + i), at, -at];
      return tick(t0 + at * 1000, [...jobs, load, b], values);
    });
    await appendTicks(store, ticks);
    const expected = Array.from({ length: 40 }, (_, at): [number, number] => [at, at]);
    expect(pairs((await select(store, 'node_load1'))[0])).toEqual(expected);
    const jobs = await select(store, 'job');
    expect(jobs).toHaveLength(115);
    for (const data of jobs) {
      const number = Number(data.labels['job']);
      expect(pairs(data)).toEqual([[Math.floor(number / 10), number]]);
    }
  });

  test('absent samples are left out, be they NaN or past the end of a row', async () => {
    const store = await openStore();
    await appendTicks(store, [
      tick(t0, [a, load, b], [1, 0.5, 2]),
      tick(t0 + 5000, [a, load, b], [3, Number.NaN, 4]),
      tick(t0 + 10_000, [a, load, b], [5]),
    ]);
    const [first, second, ...others] = await select(store, 'disk_bytes_total');
    expect(first).toMatchObject({
      node: 'n1',
      metric: 'disk_bytes_total',
      kind: 'counter',
      labels: a.labels,
    });
    expect(pairs(first)).toEqual([
      [0, 1],
      [5, 3],
      [10, 5],
    ]);
    expect(pairs(second)).toEqual([
      [0, 2],
      [5, 4],
    ]);
    expect(others).toEqual([]);
    expect(pairs((await select(store, 'node_load1'))[0])).toEqual([[0, 0.5]]);
    expect([...(await store.tickTimes('n1', t0 + 1, t0 + 10_000))]).toEqual([t0 + 5000, t0 + 10_000]);
  });

  test('labels choose series, a range includes both of its ends, what is unknown gives nothing', async () => {
    const store = await openStore();
    await appendTicks(
      store,
      [0, 5000, 10_000, 15_000].map((ms) => tick(t0 + ms, [a, b], [ms, -ms])),
    );
    const match = { device: 'sdb' };
    const range = { fromMs: t0 + 5000, toMs: t0 + 10_000 };
    const found = await store.select({ nodes: ['n1'], selectors: [{ metric: a.metric, match }], ...range });
    expect(found.map(pairs)).toEqual([
      [
        [5, -5000],
        [10, -10_000],
      ],
    ]);
    expect(await select(store, a.metric, { match: { device: 'sdz' } })).toEqual([]);
    expect(await select(store, 'unknown')).toEqual([]);
    const selectors = [{ metric: a.metric, match: {} }];
    expect(await store.select({ nodes: ['n9'], selectors, ...range })).toEqual([]);
    expect(await store.select({ nodes: ['n1'], selectors, fromMs: 0, toMs: t0 - 1 })).toEqual([]);
  });

  test('a series keeps its identity when the dictionary grows, changes its order or is sent anew', async () => {
    const store = await openStore();
    const growing = [a];
    await store.append(sender, { sequence: 1, payload: metrics(tick(t0, growing, [1])) });
    growing.push(load);
    await store.append(sender, { sequence: 2, payload: metrics(tick(t0 + 5000, growing, [2, 0.1])) });
    const copies = [structuredClone(load), structuredClone(a)];
    await store.append(sender, { sequence: 3, payload: metrics(tick(t0 + 10_000, copies, [0.2, 3])) });
    // A late tick of the first order, older than what is there.
    await store.append(sender, { sequence: 4, payload: metrics(tick(t0 + 7000, growing, [2.5, 0.15])) });
    expect((await select(store, a.metric)).map(pairs)).toEqual([
      [
        [0, 1],
        [5, 2],
        [7, 2.5],
        [10, 3],
      ],
    ]);
    expect((await select(store, load.metric)).map(pairs)).toEqual([
      [
        [5, 0.1],
        [7, 0.15],
        [10, 0.2],
      ],
    ]);
    expect(await store.series('n1')).toEqual([a, load]);
    expect(await store.series('n1', load.metric)).toEqual([load]);
  });

  test('the newest two ticks are in memory, at least a second apart, also after opening again', async () => {
    const dataDir = tempDir();
    const store = await openStore({ dataDir });
    expect(store.latestTicks('n1')).toEqual([]);
    await appendTicks(
      store,
      [0, 5000, 5500, 2000].map((ms) => tick(t0 + ms, [load], [ms])),
    );
    expect(store.latestTicks('n1').map(({ timeMs }) => timeMs - t0)).toEqual([2000, 5500]);
    await store.close();
    expect((await openStore({ dataDir })).latestTicks('n1').at(-1)).toEqual(tick(t0 + 5500, [load], [5500]));
  });

  test('a tick under a clock that ran ahead does not hide what comes once the clock is right', async () => {
    const store = await openStore();
    await appendTicks(
      store,
      [540_000, 545_000, 5000, 10_000].map((ms) => tick(t0 + ms, [load], [ms])),
    );
    expect(store.latestTicks('n1').map(({ timeMs }) => timeMs - t0)).toEqual([5000, 10_000]);
  });

  test('a range over many hours comes back whole and in order', async () => {
    const store = await openStore();
    const hours = Array.from({ length: 50 }, (_, hour) => t0 + hour * 1_800_000);
    await appendTicks(
      store,
      hours.map((timeMs, place) => tick(timeMs, [load], [place])),
    );
    const [data] = await select(store, load.metric);
    expect([...(data?.timesMs ?? [])]).toEqual(hours);
    expect([...(data?.values ?? [])]).toEqual(hours.map((_, place) => place));
  });

  test('every value comes back bit for bit', async () => {
    const store = await openStore();
    let sequence = 0;
    await assert(
      asyncProperty(array(double(), { minLength: 1, maxLength: 20 }), async (values) => {
        sequence += 1;
        const definitions = values.map((_, place) => series('any', { place: String(place) }));
        const timeMs = t0 + sequence * 1000;
        await store.append(sender, { sequence, payload: metrics(tick(timeMs, definitions, values)) });
        const found = await store.select({
          nodes: ['n1'],
          selectors: [{ metric: 'any', match: {} }],
          fromMs: timeMs,
          toMs: timeMs,
        });
        const back = values.map((_, place) => found.find(({ labels }) => labels['place'] === String(place)));
        expect(back.map((data) => data?.values[0] ?? Number.NaN)).toEqual(values);
      }),
      { numRuns: 40 },
    );
  });

  test('infinite values are kept, in memory and on disk', async () => {
    const store = await openStore();
    const values = [Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY];
    await appendTicks(
      store,
      values.map((value, at) => tick(t0 + at * 1000, [load], [value])),
    );
    expect([...((await select(store, 'node_load1'))[0]?.values ?? [])]).toEqual(values);
    await store.compact();
    expect([...((await select(store, 'node_load1'))[0]?.values ?? [])]).toEqual(values);
  });
});
