// Questions over time and nodes, from the address to the answer, over a real store.
import { describe, expect, it } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import type { MetricTable } from '../../../shared/api/range.ts';
import { clusterWith } from '../query/cluster.ts';
import { series, t0 } from '../store/open-store.ts';
import { runServer } from './running-server.ts';

const load = series('node_load1');
const read = series('node_disk_read_bytes_total', { device: 'sda' }, 'counter');
const second = t0 / 1000;

async function runOverCluster() {
  const { store, clock } = await clusterWith([load, read], {
    n1: [
      [5, 1, 0],
      [10, 2, 100],
      [15, 4 / 3, 150],
    ],
    n2: [
      [5, 7, 0],
      [10, 9, 1e9],
    ],
  });
  clock.nowMs = t0 + 15_000;
  return runServer({ query: createQuery(store, clock) });
}

describe('over a real store', () => {
  it('gives a table: the times once, rows of values, null where there is none', async () => {
    const { ask } = await runOverCluster();
    const metrics = encodeURIComponent('node_load1,node_disk_read_bytes_total{device=sda}');
    const range = `from=${second + 1}&to=${second + 15}&step=5s`;
    const answer = await ask(`/api/v1/range?nodes=n[1-2]&metrics=${metrics}&${range}`);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const load = { metric: 'node_load1', labels: {}, rate: false, across: null, members: 1 };
    const disk = { ...load, metric: 'node_disk_read_bytes_total', labels: { device: 'sda' }, rate: true };
    expect(answer.json).toEqual({
      step: 5,
      times: [second + 5, second + 10, second + 15],
      rows: [
        { ...load, node: 'n1', values: [1, 2, 1.333333] },
        { ...load, node: 'n2', values: [7, 9, null] },
        { ...disk, node: 'n1', values: [null, 20, 10] },
        { ...disk, node: 'n2', values: [null, 2e8, null] },
      ],
      gaps: [],
    });
  });

  it('gives quantiles over the nodes, and bands of one node', async () => {
    const { ask } = await runOverCluster();
    const range = `from=${second + 1}&to=${second + 10}`;
    const path = `/api/v1/range?metrics=node_load1&${range}`;
    const over = (await ask(`${path}&nodes=n[1-2]&step=5s&across=p50,max`)).json as MetricTable;
    expect(over.rows.map(({ node, across, values }) => [node, across, ...values])).toEqual([
      [null, 'p50', 4, 5.5],
      [null, 'max', 7, 9],
    ]);
    const band = (await ask(`${path}&nodes=n1&step=10s`)).json as MetricTable;
    expect(band.rows).toMatchObject([{ values: [1.5], min: [1], max: [2] }]);
  });

  it('gives the newest samples, top lists and what processes used', async () => {
    const { ask } = await runOverCluster();
    expect((await ask('/api/v1/latest?metrics=node_load1')).json).toMatchObject([
      { node: 'n1', value: 4 / 3 },
      { node: 'n2', value: 9 },
    ]);
    expect((await ask('/api/v1/latest?nodes=n2')).json).toHaveLength(2);
    expect((await ask('/api/v1/top?metric=node_load1&limit=1')).json).toMatchObject({
      considered: 2,
      entries: [{ node: 'n2', labels: null, value: 9 }],
    });
    expect((await ask(`/api/v1/map?at=${second + 15}`)).json).toMatchObject([{ name: 'n1' }, { name: 'n2' }]);
    expect((await ask(`/api/v1/processes?nodes=n1&from=${second}&to=${second + 5}`)).json).toEqual({
      from: second,
      to: second + 5,
      snapshots: 0,
      count: 0,
      processes: [],
      gaps: [],
    });
  });

  it('refuses what would cost too much, and says what does not', async () => {
    const { ask } = await runOverCluster();
    const path = `/api/v1/range?nodes=n1&metrics=node_load1&from=${second - 90 * 86_400}&to=${second}&step=10s`;
    expect((await ask(path)).json).toMatchObject({
      status: 422,
      code: 'too-many-samples',
      detail: expect.stringContaining('777601 samples, at most 11000'),
      remedy: expect.stringContaining('a step of 1h or more'),
    });
  });
});

describe('addresses', () => {
  const clock = { now: () => 5_000_000, monotonic: () => 0, after: () => () => {} };

  it('are read as people write them', async () => {
    const { ask, collector } = await runServer({ clock });
    const metrics = encodeURIComponent('a:b{x=1,y="z"},c');
    await ask(`/api/v1/range?nodes=n[001-002]&metrics=${metrics}&step=1m&across=p99.9,sum&by=x,y&within=max`);
    await ask('/api/v1/range?nodes=n001&metrics=c&by=&bands=false&aggregate=last');
    const plain = { fromMs: 4_400_000, toMs: 5_000_000, aggregate: 'avg', bands: null };
    expect(collector.asked.tables).toEqual([
      {
        ...plain,
        nodes: ['n001', 'n002'],
        selectors: [
          { metric: 'a:b', match: { x: '1', y: 'z' } },
          { metric: 'c', match: {} },
        ],
        stepMs: 60_000,
        within: 'max',
        across: ['p99.9', 'sum'],
        by: ['x', 'y'],
      },
      {
        ...plain,
        nodes: ['n001'],
        selectors: [{ metric: 'c', match: {} }],
        stepMs: null,
        aggregate: 'last',
        bands: false,
        within: null,
        across: [],
        by: [],
      },
    ]);
  });

  it('mean all nodes and the present where nothing else is said', async () => {
    const { ask, collector } = await runServer({ clock });
    await ask('/api/v1/top?metric=a');
    await ask('/api/v1/top?metric=a&at=1000&of=series&order=lowest&within=avg&limit=3&aggregate=max');
    await ask('/api/v1/top?metric=a&from=-1h');
    await ask('/api/v1/latest');
    await ask('/api/v1/map?at=-1m');
    await ask('/api/v1/processes?nodes=n001&job=7&sort=io&limit=5');
    const nodes = ['n001', 'n002'];
    const selector = { metric: 'a', match: {} };
    const now = { nodes, selector, aggregate: 'avg', of: 'nodes', within: null, order: 'highest', limit: 10 };
    const then = { of: 'series', order: 'lowest', within: 'avg', limit: 3, aggregate: 'max' };
    expect(collector.asked.tops).toEqual([
      { ...now, when: null },
      { ...now, ...then, when: 1_000_000 },
      { ...now, when: { fromMs: 1_400_000, toMs: 5_000_000 } },
    ]);
    expect(collector.asked.latest).toEqual([{ nodes, selectors: null }]);
    expect(collector.asked.moments).toEqual([4_940_000]);
    expect(collector.asked.processTops).toEqual([
      { nodes: ['n001'], fromMs: 4_400_000, toMs: 5_000_000, job: '7', sort: 'io', limit: 5 },
    ]);
  });

  it.each([
    ['/api/v1/range?nodes=n001', 'query parameter metrics: missing', 'comma-separated'],
    [
      '/api/v1/range?nodes=n001&metrics=a%20b',
      'query parameter metrics: not a list of metrics',
      '{mode=idle}',
    ],
    ['/api/v1/range?nodes=n001&metrics=a{b}', 'query parameter metrics: not a list of labels', 'name=value'],
    [
      `/api/v1/range?nodes=n001&metrics=${'a,'.repeat(65)}`,
      'query parameter metrics: 65 metrics',
      'at most 64',
    ],
    ['/api/v1/range?nodes=n001&metrics=a&across=p101', 'query parameter across: not a way', 'percentile'],
    ['/api/v1/range?nodes=n001&metrics=a&within=mean', 'query parameter within: not a way', 'percentile'],
    ['/api/v1/range?nodes=n001&metrics=a&aggregate=mean', 'query parameter aggregate: must', 'avg, min, max'],
    [
      '/api/v1/range?nodes=n001&metrics=a&by=1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h',
      'query parameter by: 17',
      '16',
    ],
    ['/api/v1/top', 'query parameter metric: missing', 'node_cpu_seconds_total'],
    ['/api/v1/top?metric=a,b', 'query parameter metric: not one metric', 'Name one metric'],
    ['/api/v1/top?metric=a&at=now&from=-1h', 'query parameter at: together', 'a moment or a range'],
    ['/api/v1/top?metric=a&limit=1001', 'query parameter limit: must be <= 1000', 'integer from 1 to 1000'],
    ['/api/v1/map?at=yesterday', 'query parameter at: not a time', 'ISO 8601'],
    ['/api/v1/processes', 'query parameter nodes: missing', 'n[001-100]'],
  ])('%s is refused', async (path, detail, remedy) => {
    const { ask } = await runServer({ clock });
    expect((await ask(path)).json).toMatchObject({
      status: 400,
      detail: expect.stringContaining(detail),
      remedy: expect.stringContaining(remedy),
    });
  });
});
