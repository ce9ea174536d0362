import { describe, expect, test } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import { appendTicks, handClock, t0, tick } from '../store/open-store.ts';
import { ask, bytes, load, storeWith } from './ask-range.ts';

describe('values', () => {
  test('a gauge is the mean of each bucket, a counter its last value, and an empty bucket is null', async () => {
    const samples = [
      [0, 9],
      [5, 1],
      [10, 3],
      [25, 4],
      [30, 8],
    ] as const;
    const gauge = await storeWith(load, samples);
    expect(await ask(gauge, 'node_load1', { to: 30, step: 10 })).toEqual([
      [0, 9],
      [10, 2],
      [20, null],
      [30, 6],
    ]);
    const counter = await storeWith(bytes, samples);
    expect(await ask(counter, bytes.metric, { to: 30, step: 10 })).toEqual([
      [0, 9],
      [10, 3],
      [20, null],
      [30, 8],
    ]);
  });

  test('sample times are whole multiples of the step, and the buckets cover the range', async () => {
    const store = await storeWith(load, [
      [0, 1],
      [5, 2],
      [10, 3],
      [15, 4],
    ]);
    expect(await ask(store, 'node_load1', { from: 3, to: 15, step: 5 })).toEqual([
      [5, 2],
      [10, 3],
      [15, 4],
    ]);
    expect(await ask(store, 'node_load1', { from: 5, to: 15, step: 20 })).toEqual([[20, 3]]);
  });

  test('a bucket that is still open is given as soon as there is something in it', async () => {
    const store = await storeWith(load, [
      [0, 1],
      [5, 2],
      [10, 3],
    ]);
    expect(await ask(store, 'node_load1', { to: 14, step: 5 })).toEqual([
      [0, 1],
      [5, 2],
      [10, 3],
    ]);
    expect(await ask(store, 'node_load1', { to: 9, step: 10 })).toEqual([
      [0, 1],
      [10, 2],
    ]);
    expect(await ask(store, 'node_load1', { from: 6, to: 9, step: 5 })).toBeUndefined();
  });

  test('what is unknown or has nothing in the range is left out', async () => {
    const store = await storeWith(load, [[0, 1]]);
    expect(await ask(store, 'unknown', { to: 10, step: 5 })).toBeUndefined();
    expect(await ask(store, 'node_load1', { to: 10, step: 5, nodes: ['n9'] })).toBeUndefined();
    expect(await ask(store, 'node_load1', { to: 10, step: 5, match: { device: 'x' } })).toBeUndefined();
    expect(await ask(store, 'node_load1', { from: 5, to: 60, step: 5 })).toBeUndefined();
  });

  test('series keep their node and labels', async () => {
    const store = await storeWith(bytes, [[0, 1]]);
    const other = { name: 'n2', role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 } as const;
    await store.putNode(other, t0);
    await appendTicks(store, [tick(t0, [bytes], [2])], { node: 'n2', spoolId: 's' });
    const range = { metric: bytes.metric, match: {}, rate: false, fromMs: t0, toMs: t0, stepMs: 5000 };
    const query = createQuery(store, handClock());
    expect(await query.metricRange({ ...range, nodes: ['n2', 'n1', 'n2'] })).toEqual([
      { metric: bytes.metric, node: 'n2', labels: { device: 'sda' }, samples: [[t0 / 1000, 2]] },
      { metric: bytes.metric, node: 'n1', labels: { device: 'sda' }, samples: [[t0 / 1000, 1]] },
    ]);
    expect(await query.metrics('n2')).toEqual([
      { metric: bytes.metric, kind: 'counter', series: [{ device: 'sda' }] },
    ]);
    expect(await query.metrics('n9')).toBeNull();
  });
});

describe('steps and bounds', () => {
  test.each([
    ['5 s', 600, 5],
    ['10 s', 3600, 10],
    ['5 min', 86_400, 300],
    ['1 d', 400 * 86_400, 86_400],
  ])('the default step is an easy one, %s', async (_name, rangeSeconds, stepSeconds) => {
    const store = await storeWith(load, [[0, 1]]);
    const range = { nodes: ['n1'], metric: 'node_load1', match: {}, rate: false, stepMs: null };
    const fromMs = t0 - rangeSeconds * 1000;
    const [answer] = await createQuery(store, handClock()).metricRange({ ...range, fromMs, toMs: t0 });
    const times = answer?.samples.map(([second]) => second) ?? [];
    expect(new Set(times.slice(1).map((second, place) => second - (times[place] ?? 0)))).toEqual(
      new Set([stepSeconds]),
    );
    expect(times.length).toBeLessThanOrEqual(500);
    expect(times[0]).toBeLessThan(fromMs / 1000 + stepSeconds);
    expect(times.at(-1)).toBeGreaterThanOrEqual(t0 / 1000);
  });

  test('too many samples are refused before anything is read', async () => {
    const store = await storeWith(load, [[0, 1]]);
    const refused = { name: 'QueryError', code: 'too-many-samples' };
    await expect(ask(store, 'node_load1', { to: 11_000 * 5, step: 5 })).rejects.toMatchObject(refused);
    expect(await ask(store, 'node_load1', { to: 10_999 * 5, step: 5 })).toHaveLength(11_000);
  });
});
