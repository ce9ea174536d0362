import { describe, expect, test } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import { handClock, series, t0 } from '../store/open-store.ts';
import { clusterWith, table } from './cluster.ts';

const load = series('node_load1');
const read = series('node_disk_read_bytes_total', { device: 'sda' }, 'counter');
const written = series('node_disk_written_bytes_total', { device: 'sda' }, 'counter');
const sdb = series('node_disk_read_bytes_total', { device: 'sdb' }, 'counter');

describe('several metrics of one node', () => {
  test('stand on the same times, gauges as averages, counters as rates', async () => {
    const { store } = await clusterWith([load, read], {
      n1: [
        [0, 1, 100],
        [5, 2, 150],
        [10, 6, 250],
        [15, 3, 250],
        [20, 5, 350],
      ],
    });
    const answer = await table(store, ['node_load1', read.metric, 'unknown'], { to: 20, step: 10 });
    expect(answer.times).toEqual([10, 20]);
    expect(answer.stepMs).toBe(10_000);
    const common = { node: 'n1', across: null, members: 1 };
    expect(answer.rows).toEqual([
      { ...common, metric: 'node_load1', labels: {}, rate: false, values: [4, 4], min: [2, 3], max: [6, 5] },
      {
        ...common,
        metric: read.metric,
        labels: { device: 'sda' },
        rate: true,
        values: [15, 10],
        min: [10, 0],
        max: [20, 20],
      },
    ]);
  });

  test('a series that several selectors name stands in the rows of each, in their order', async () => {
    const { store } = await clusterWith([read, sdb, load], {
      n1: [
        [0, 0, 0, 1],
        [10, 10, 20, 2],
      ],
    });
    const selectors = [
      { metric: 'node_load1', match: {} },
      { metric: read.metric, match: { device: 'sdb' } },
      { metric: read.metric, match: {} },
    ];
    const { rows } = await table(store, [], { selectors, to: 10, step: 10, bands: false });
    expect(rows.map(({ metric, labels, values }) => [metric, labels['device'], ...values])).toEqual([
      ['node_load1', undefined, 2],
      [read.metric, 'sdb', 2],
      [read.metric, 'sda', 1],
      [read.metric, 'sdb', 2],
    ]);
  });

  test('a coarse automatic step keeps the peak in its band', async () => {
    const course = Array.from({ length: 720 }, (_, place) => [place * 5, place === 300 ? 900 : 1] as const);
    const { store } = await clusterWith([load], { n1: course });
    const { stepMs, rows } = await table(store, ['node_load1'], { to: 3595 });
    expect(stepMs).toBe(10_000);
    expect(Math.max(...(rows[0]?.values.map(Number) ?? []))).toBe(450.5);
    expect(Math.max(...(rows[0]?.max?.map(Number) ?? []))).toBe(900);
    expect(rows[0]?.min?.every((value) => value === 1)).toBe(true);
  });

  test('there is no band where the step is not coarser than the samples, and none when it is not wanted', async () => {
    const { store } = await clusterWith([load], {
      n1: [
        [5, 1],
        [10, 2],
      ],
    });
    const fine = await table(store, ['node_load1'], { to: 10, step: 5 });
    expect(fine.rows[0]).not.toHaveProperty('max');
    const plain = await table(store, ['node_load1'], { to: 10, step: 10, bands: false });
    expect(plain.rows[0]).not.toHaveProperty('max');
  });

  test.each([
    ['min', [2, 1], [10, 0]],
    ['max', [6, 5], [20, 20]],
    ['sum', [8, 6], [150, 100]],
    ['last', [6, 5], [250, 350]],
    ['count', [2, 2], [2, 2]],
  ] as const)('%s of each step', async (aggregate, ofGauge, ofCounter) => {
    const { store } = await clusterWith([load, read], {
      n1: [
        [0, 9, 100],
        [5, 2, 150],
        [10, 6, 250],
        [15, 1, 250],
        [20, 5, 350],
      ],
    });
    const { rows } = await table(store, ['node_load1', read.metric], { to: 20, step: 10, aggregate });
    expect(rows.map(({ values }) => values)).toEqual([ofGauge, ofCounter]);
  });

  test('a counter that fell has counted from 0 again; what grew over a gap belongs to no step', async () => {
    const { store } = await clusterWith([read], {
      n1: [
        [0, 1000],
        [5, 1100],
        [10, 30],
        [60, 5000],
        [65, 5050],
        [70, 5100],
      ],
    });
    const { rows } = await table(store, [read.metric], { to: 70, step: 10 });
    expect(rows[0]?.values).toEqual([13, null, null, null, null, null, 10]);
  });

  test('what is declared lost is told beside the empty steps', async () => {
    const { store } = await clusterWith([load], {
      n1: [
        [5, 1],
        [10, 2],
      ],
    });
    const others = Array.from({ length: 40 }, (_, place) => `m${place}`);
    for (const name of others) {
      await store.putNode({ name, role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 }, t0);
    }
    const gap = { fromTimeMs: t0 + 15_000, toTimeMs: t0 + 30_000, count: 4, reason: 'buffer-full' };
    const sender = { node: 'n1', spoolId: 'spool' };
    const declare = (dataClass: 'metric' | 'process', sequence: number) =>
      store.append(sender, {
        sequence,
        payload: { kind: 'gap', gap: { ...gap, dataClass, sequences: null } },
      });
    await declare('metric', 1);
    await declare('process', 2);
    const { rows, gaps } = await table(store, ['node_load1'], { to: 30, step: 10 });
    expect(rows[0]?.values).toEqual([1.5, null, null]);
    expect(gaps).toEqual([
      { node: 'n1', from: t0 / 1000 + 15, to: t0 / 1000 + 30, count: 4, reason: 'buffer-full' },
    ]);
    expect((await table(store, ['node_load1'], { to: 10, step: 10 })).gaps).toEqual([]);
    const nodes = ['n1', ...others];
    expect((await table(store, ['node_load1'], { nodes, to: 30, step: 10 })).gaps).toEqual(gaps);
    expect((await table(store, ['node_load1'], { nodes: others, to: 30, step: 10 })).gaps).toEqual([]);
  });
});

describe('figures over nodes', () => {
  const nodes = {
    n1: [
      [5, 1],
      [10, 2],
    ],
    n2: [
      [5, 3],
      [10, 4],
    ],
    n3: [[5, 10]],
    n4: [[5, 5]],
  } as const;

  test('sum, avg, min, max, count and quantiles of those that have a value', async () => {
    const { store } = await clusterWith([load], nodes);
    const across = ['sum', 'avg', 'min', 'max', 'count', 'p50', 'p100', 'p25'] as const;
    const { rows } = await table(store, ['node_load1'], { to: 10, step: 5, across });
    expect(rows.map(({ across: how, values }) => [how, ...values])).toEqual([
      ['sum', 19, 6],
      ['avg', 4.75, 3],
      ['min', 1, 2],
      ['max', 10, 4],
      ['count', 4, 2],
      ['p50', 4, 3],
      ['p100', 10, 4],
      ['p25', 2.5, 2.5],
    ]);
    expect(rows[0]).toMatchObject({ node: null, members: 4, labels: {}, rate: false });
  });

  test('the nodes and the interval of a job', async () => {
    const { store } = await clusterWith([load], nodes);
    const job = { nodes: ['n2', 'n3', 'n9'], from: 1, to: 5, step: 5 };
    const { rows } = await table(store, ['node_load1'], { ...job, across: ['avg'] });
    expect(rows).toMatchObject([{ across: 'avg', members: 2, values: [6.5] }]);
  });

  test('series with the same labels become one, of each node first if so wished', async () => {
    const { store } = await clusterWith([read, sdb, written], {
      n1: [
        [0, 0, 0, 0],
        [5, 10, 20, 5],
      ],
      n2: [
        [0, 0, 0, 0],
        [5, 30, 40, 15],
      ],
    });
    const wish = { to: 5, step: 5 } as const;
    const metrics = [read.metric, written.metric];
    const values = async (more: Parameters<typeof table>[2]) =>
      (await table(store, metrics, more)).rows.map((row) => [
        row.node,
        row.labels,
        row.values[0],
        row.members,
      ]);
    expect(await values({ ...wish, across: ['sum'] })).toEqual([
      [null, { device: 'sda' }, 8, 2],
      [null, { device: 'sdb' }, 12, 2],
      [null, { device: 'sda' }, 4, 2],
    ]);
    expect(await values({ ...wish, across: ['sum'], by: [] })).toEqual([
      [null, {}, 20, 4],
      [null, {}, 4, 2],
    ]);
    expect(await values({ ...wish, within: 'sum', by: [] })).toEqual([
      ['n1', {}, 6, 2],
      ['n2', {}, 14, 2],
      ['n1', {}, 1, 1],
      ['n2', {}, 3, 1],
    ]);
    expect(await values({ ...wish, within: 'sum', by: [], across: ['max'] })).toEqual([
      [null, {}, 14, 4],
      [null, {}, 3, 2],
    ]);
  });
});

describe('cost', () => {
  test('is told before anything is read, with a step that is cheap enough', async () => {
    const many = Array.from({ length: 40 }, (_, cpu) => series('node_cpu_seconds_total', { cpu: `${cpu}` }));
    const { store } = await clusterWith(many, { n1: [[0, ...many.map(() => 1)]] });
    const day = 86_400;
    const wish = { from: -10 * day, to: 0, step: 120 };
    const metrics = Array.from({ length: 10 }, () => 'node_cpu_seconds_total');
    await expect(table(store, metrics, wish)).rejects.toMatchObject({
      name: 'QueryError',
      code: 'too-many-samples',
      message: 'metric range: the answer would have about 2880400 samples, at most 2500000 are given',
      remedy: 'Ask with a step of 10m or more, for a shorter range, fewer nodes, or more labels.',
    });
    await expect(table(store, metrics, { ...wish, step: 7 * 61 })).rejects.toMatchObject({
      message: expect.stringMatching(/^metric range: about 691\d{5} stored values would be read, at most/),
      remedy: expect.stringContaining('a step of 10m or more'),
    });
    await expect(table(store, metrics, { ...wish, step: 1 })).rejects.toMatchObject({
      message: 'metric range: a series would have 864001 samples, at most 11000 are given',
      remedy: expect.stringContaining('a step of 10m or more'),
    });
  });

  test('unknown nodes are left out', async () => {
    const { store } = await clusterWith([load], { n1: [[5, 1]] });
    expect(await table(store, ['node_load1'], { to: 5, step: 5, nodes: ['n9'] })).toMatchObject({ rows: [] });
    expect(await createQuery(store, handClock()).latest({ nodes: ['n9'], selectors: null })).toEqual([]);
  });
});
