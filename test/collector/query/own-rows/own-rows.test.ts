import { describe, expect, it } from 'vitest';
import type { RangeQuery, TopQuery } from '../../../../collector/query/range.ts';
import { t0 } from '../../store/open-store.ts';
import { minuteMs, sharedCluster } from './shared-cluster.ts';

const allNodes = ['n1', 'n2', 'n3', 'n4'];
const tailMs = 60_000;

function range(change: Partial<RangeQuery> = {}): RangeQuery {
  return {
    nodes: allNodes,
    selectors: [{ metric: 'node_load1', match: {} }],
    fromMs: t0 + 1,
    toMs: t0 + 20 * minuteMs,
    stepMs: 10_000,
    aggregate: 'avg',
    bands: false,
    within: null,
    across: [],
    by: null,
    ...change,
  };
}

function top(change: Partial<TopQuery> = {}): TopQuery {
  return {
    nodes: allNodes,
    selector: { metric: 'node_load1', match: {} },
    when: null,
    aggregate: 'avg',
    of: 'nodes',
    within: null,
    order: 'highest',
    limit: 10,
    ...change,
  };
}

/** Minutes after t0 at which a row has values. */
function minutesOf(timesMs: Float64Array, values: Float64Array): readonly [number, number] {
  const minutes = [...timesMs]
    .filter((_, place) => !Number.isNaN(values[place]))
    .map((at) => (at - t0) / minuteMs);
  return [Math.min(...minutes), Math.max(...minutes)];
}

describe('the nodes of a user', () => {
  it('are those on which it has a job now; others do not exist', async () => {
    const { of, everybody } = await sharedCluster();
    const alice = of('alice');
    expect((await alice.nodes()).map(({ name }) => name)).toEqual(['n4']);
    expect((await alice.map()).map(({ name }) => name)).toEqual(['n4']);
    expect((await of('bob').map()).map(({ name }) => name)).toEqual(['n1', 'n3', 'n4']);
    expect(await alice.node('n4')).toEqual(await everybody.node('n4'));
    expect(await alice.node('n3')).toBeNull();
    expect(await alice.node('nothing')).toBeNull();
    expect(await alice.unknownNodes(['n1', 'n3', 'n4', 'nothing'])).toEqual(['n3', 'nothing']);
    expect(await alice.metrics('n3')).toBeNull();
    expect(await of('carol').nodes()).toEqual([]);
  });

  it('are seen in the past where a job was then', async () => {
    const { of, everybody } = await sharedCluster();
    const atMs = t0 + 5 * minuteMs;
    const seen = await of('alice').mapAt(atMs);
    expect(seen.map(({ name }) => name)).toEqual(['n1', 'n2', 'n4']);
    expect(seen).toEqual((await everybody.mapAt(atMs)).filter(({ name }) => name !== 'n3'));
    expect((await of('alice').mapAt(t0 + 15 * minuteMs)).map(({ name }) => name)).toEqual(['n4']);
  });
});

describe('the metrics of a user', () => {
  it('are those of its nodes while it was there', async () => {
    const { of } = await sharedCluster();
    const { timesMs, rows } = await of('alice').metricTable(range());
    expect(rows.map(({ node }) => node)).toEqual(['n1', 'n2', 'n4']);
    const [n1, n2, n4] = rows.map(({ values }) => minutesOf(timesMs, values));
    expect(n1?.[1]).toBe(10 + tailMs / minuteMs);
    expect(n2?.[1]).toBe(10 + tailMs / minuteMs);
    expect(n4).toEqual([1 / 6, 20]);
    expect(rows[0]?.values.every((value) => Number.isNaN(value) || value === 1)).toBe(true);
  });

  it.each([
    ['10 s', 10_000],
    ['25 s', 25_000],
    ['a minute', 60_000],
    ['ten minutes', 600_000],
  ])('have nothing of strangers’ times at a step of %s, whatever it is read from', async (_name, stepMs) => {
    const { of, store, everybody, clock } = await sharedCluster();
    // The hour is over: it is kept as minutes, too.
    clock.nowMs += 3 * 3_600_000;
    await store.compact();
    for (const aggregate of ['max', 'sum', 'count'] as const) {
      const asked = range({ nodes: ['n1', 'n3'], stepMs, aggregate });
      const { timesMs, rows } = await of('alice').metricTable(asked);
      const all = await everybody.metricTable(asked);
      expect(rows.map(({ node }) => node)).toEqual(['n1']);
      const own = rows[0]?.values ?? new Float64Array();
      for (const [place, value] of own.entries()) {
        const isStrange = (timesMs[place] ?? 0) - stepMs >= t0 + 11 * minuteMs;
        if (isStrange) expect(value).toBeNaN();
        else if (!Number.isNaN(value)) expect(value).toBeLessThanOrEqual(all.rows[0]?.values[place] ?? 0);
      }
      if (aggregate === 'max') expect(Math.max(...own.filter((value) => !Number.isNaN(value)))).toBe(1);
    }
  });

  it('are averages and percentiles of own nodes alone', async () => {
    const { of } = await sharedCluster();
    const asked = range({
      nodes: ['n1', 'n2', 'n3'],
      toMs: t0 + 9 * minuteMs,
      across: ['max', 'count', 'p99'],
    });
    const { rows } = await of('alice').metricTable(asked);
    expect(rows.map(({ across, members }) => [across, members])).toEqual([
      ['max', 2],
      ['count', 2],
      ['p99', 2],
    ]);
    expect([...(rows[0]?.values ?? [])].every((value) => value === 1)).toBe(true);
  });

  it('leave out what is measured of strangers’ jobs on a node that both use', async () => {
    const { of } = await sharedCluster();
    const selectors = [{ metric: 'jidi_job_memory_bytes', match: {} }];
    const { rows } = await of('alice').metricTable(range({ nodes: ['n4'], selectors }));
    expect(rows.map(({ labels }) => labels['job'])).toEqual(['a2']);
    const latest = await of('alice').latest({ nodes: allNodes, selectors: null });
    expect(latest.map(({ node, metric, labels }) => [node, metric, labels['job']])).toEqual([
      ['n4', 'node_load1', undefined],
      ['n4', 'jidi_job_memory_bytes', 'a2'],
    ]);
    const infos = await of('alice').metrics('n4');
    expect(infos?.flatMap(({ series }) => series.flatMap(({ job }) => job ?? []))).toEqual(['a2']);
    const past = await of('alice').metrics('n1');
    expect(past?.flatMap(({ series }) => series.flatMap(({ job }) => job ?? []))).toEqual(['a1']);
  });

  it('make top lists of own nodes, now, at a moment and over a range', async () => {
    const { of } = await sharedCluster();
    const alice = of('alice');
    expect(await alice.top(top())).toMatchObject({ considered: 1, entries: [{ node: 'n4' }] });
    const then = await alice.top(top({ when: t0 + 5 * minuteMs }));
    expect(then.entries.map(({ node }) => node)).toEqual(['n4', 'n1', 'n2']);
    const over = await alice.top(top({ when: { fromMs: t0, toMs: t0 + 20 * minuteMs }, aggregate: 'max' }));
    expect(over.entries.map(({ node, value }) => [node, value])).toEqual([
      ['n4', 10_000],
      ['n1', 1],
      ['n2', 1],
    ]);
  });

  it('of a stranger are those of a node that does not exist', async () => {
    const { of } = await sharedCluster();
    const asked = (node: string) => ({
      nodes: [node],
      metric: 'node_load1',
      match: {},
      fromMs: t0,
      toMs: t0 + 20 * minuteMs,
      stepMs: null,
      rate: false,
    });
    expect(await of('alice').metricRange(asked('n3'))).toEqual(
      await of('alice').metricRange(asked('nothing')),
    );
    expect(await of('alice').metricTable(range({ nodes: ['n3'] }))).toEqual(
      await of('alice').metricTable(range({ nodes: ['nothing'] })),
    );
  });

  it('of a job that came twice to a node are told of both stays, and not of what lies between', async () => {
    const { of, everybody } = await sharedCluster({
      n1: [
        { job: 'a1', user: 'alice', from: 0, to: 4 },
        { job: 'b1', user: 'bob', from: 6, to: 12 },
        { job: 'a3', user: 'alice', from: 14, to: 20 },
      ],
    });
    const { timesMs, rows } = await of('alice').metricTable(range({ nodes: ['n1'] }));
    const all = await everybody.metricTable(range({ nodes: ['n1'] }));
    expect(rows).toHaveLength(1);
    for (const [place, timeMs] of timesMs.entries()) {
      const minute = (timeMs - t0) / minuteMs;
      const value = rows[0]?.values[place] ?? Number.NaN;
      const isOwn = minute <= 5 || minute >= 14;
      if (isOwn) expect(value).toBe(all.rows[0]?.values[place]);
      if (minute > 5 && minute < 13) expect(value).toBeNaN();
    }
  });
});

describe('the processes of a user', () => {
  it('are its own, and so are their counts', async () => {
    const { of } = await sharedCluster();
    expect(await of('alice').processes('n4', { atMs: null })).toMatchObject({
      processCount: 1,
      zombieCount: 0,
      processes: [{ user: 'alice', job: 'a2' }],
    });
    expect(await of('alice').processes('n1', { atMs: t0 + 15 * minuteMs })).toEqual({
      node: 'n1',
      time: null,
      processCount: 0,
      zombieCount: null,
      uninterruptibleCount: null,
      processes: [],
    });
    expect(await of('alice').processes('n3', { atMs: null })).toBeNull();
    expect(await of('alice').processes('nothing', { atMs: null })).toBeNull();
    const ofStranger = await of('alice').processes('n4', { atMs: null, job: 'b3' });
    expect(ofStranger).toEqual(await of('alice').processes('n4', { atMs: null, job: 'no-such-job' }));
  });

  it('are told over a range wherever they ran', async () => {
    const { of } = await sharedCluster();
    const wish = { nodes: allNodes, fromMs: t0, toMs: t0 + 20 * minuteMs, sort: 'cpu', limit: 100 } as const;
    const { processes, count } = await of('alice').topProcesses(wish);
    expect(count).toBe(3);
    expect(new Set(processes.map(({ node, user, job }) => `${node} ${user} ${job}`))).toEqual(
      new Set(['n1 alice a1', 'n2 alice a1', 'n4 alice a2']),
    );
  });
});

describe('what is no user’s', () => {
  it('is not told', async () => {
    const { of } = await sharedCluster();
    const alice = of('alice');
    expect(await alice.commands({ limit: 10 })).toEqual([]);
    expect(await alice.command('cmd')).toBeNull();
    expect(await alice.audit({ limit: 10 })).toEqual([]);
  });
});
