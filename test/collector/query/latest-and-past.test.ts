import { describe, expect, test } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import { series, t0 } from '../store/open-store.ts';
import { clusterWith } from './cluster.ts';

const cpu = (mode: string) => series('jidi_cpu_seconds_total', { mode }, 'counter');
const core = (mode: string) => series('node_cpu_seconds_total', { cpu: '0', mode }, 'counter');
const received = (device: string) => series('node_network_receive_bytes_total', { device }, 'counter');
const load = series('node_load1');

describe('the newest samples', () => {
  test('of everything: raw values, and how fast counters grow', async () => {
    const { store, clock } = await clusterWith([load, received('eth0')], {
      n1: [
        [0, 1, 100],
        [5, 2, 600],
      ],
      n2: [
        [0, 3, 900],
        [5, Number.NaN, 30],
      ],
    });
    const query = createQuery(store, clock);
    const at = { time: t0 / 1000 + 5 };
    const network = {
      ...at,
      metric: 'node_network_receive_bytes_total',
      labels: { device: 'eth0' },
      kind: 'counter',
    };
    expect(await query.latest({ nodes: ['n1', 'n2'], selectors: null })).toEqual([
      { ...at, node: 'n1', metric: 'node_load1', labels: {}, kind: 'gauge', value: 2, perSecond: null },
      { ...network, node: 'n1', value: 600, perSecond: 100 },
      { ...network, node: 'n2', value: 30, perSecond: 6 },
    ]);
    const some = [{ metric: 'node_network_receive_bytes_total', match: { device: 'eth1' } }];
    expect(await query.latest({ nodes: ['n1'], selectors: some })).toEqual([]);
  });
});

describe('the map at a past moment', () => {
  test('has the load of its minute, and only nodes that told something then', async () => {
    const definitions = [cpu('idle'), cpu('user'), load, received('lo'), received('eth0')];
    const { store, clock } = await clusterWith(definitions, {
      n1: [
        [55, 0, 0, 1, 0, 0],
        [65, 7, 3, 2, 9000, 500],
        [120, 50, 15, 4, 9000, 1000],
        [180, 110, 15, 8, 9000, 1000],
      ],
      n2: [[3600, 0, 0, 1, 0, 0]],
    });
    const query = createQuery(store, clock);
    const [node, ...others] = await query.mapAt(t0 + 90_000);
    expect(others).toEqual([]);
    expect(node).toMatchObject({
      name: 'n1',
      state: 'up',
      lastSeen: t0 / 1000 + 90,
      load1: 2,
      memoryRatio: null,
    });
    expect(node?.cpuRatio).toBeCloseTo(0.3);
    expect(node?.networkBytesPerSecond).toBeCloseTo(50);
    expect(await query.mapAt(t0 - 1)).toEqual([]);
    expect(await query.mapAt(t0 + 600_000)).toEqual([]);
  });

  test('an hour that is over is read once, and says the same of each of its minutes', async () => {
    const course = Array.from({ length: 1441 }, (_, place) => [place * 5, Math.floor(place / 12)] as const);
    const { store, clock } = await clusterWith([load], { n1: course });
    const at = async (nowSecond: number, second: number) => {
      clock.nowMs = t0 + nowSecond * 1000;
      const [node] = await query.mapAt(t0 + second * 1000);
      return [node?.load1, (node?.lastSeen ?? 0) - t0 / 1000];
    };
    const query = createQuery(store, clock);
    for (const second of [60, 120, 1800, 3600, 3660, 7200]) {
      const soon = await at(second + 60, second);
      expect(await at(50_000, second)).toEqual([expect.closeTo(Number(soon[0])), soon[1]]);
    }
    expect(await at(50_000, 1800)).toEqual([expect.closeTo(29 + 1 / 12), 1800]);
  });

  test('a minute without samples shows the one before; without totals the cores are summed', async () => {
    const { store, clock } = await clusterWith([core('idle'), core('user')], {
      n1: [
        [50, 0, 0],
        [55, 4, 1],
      ],
    });
    expect(await createQuery(store, clock).mapAt(t0 + 61_000)).toMatchObject([
      { name: 'n1', lastSeen: t0 / 1000 + 60, cpuRatio: 0.2 },
    ]);
  });
});
