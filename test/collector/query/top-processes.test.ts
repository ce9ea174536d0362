import { expect, test } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import type { TopProcessesQuery } from '../../../collector/query/range.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { ProcessSample } from '../../../shared/model/process.ts';
import { noneWaiting, plainDetails } from '../../shared/process-details.ts';
import { handClock, openStore, t0 } from '../store/open-store.ts';

function process(pid: number, cpuRatio: number, more: Partial<ProcessSample> = {}): ProcessSample {
  return {
    ...plainDetails,
    pid,
    startTimeMs: t0 - 1000,
    parentPid: 1,
    name: `p${pid}`,
    command: `/bin/p${pid}`,
    user: 'ada',
    uid: 1000,
    threads: 1,
    state: 'R',
    cpuRatio,
    memoryRatio: 0.1,
    residentBytes: 1000 * pid,
    readBytesPerSecond: null,
    writeBytesPerSecond: null,
    job: null,
    ...more,
  };
}

type Snapshots = readonly (readonly [second: number, ...processes: ProcessSample[]])[];

async function storeWith(nodes: Readonly<Record<string, Snapshots>>): Promise<Store> {
  const store = await openStore();
  for (const [name, snapshots] of Object.entries(nodes)) {
    await store.putNode({ name, role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 }, t0);
    for (const [place, [second, ...processes]] of snapshots.entries()) {
      const snapshot = { timeMs: t0 + second * 1000, processCount: 9, ...noneWaiting, processes };
      const payload = { kind: 'processes', snapshots: [snapshot] } as const;
      await store.append({ node: name, spoolId: 's' }, { sequence: place + 1, payload });
    }
  }
  return store;
}

function ask(store: Store, wish: Partial<TopProcessesQuery> & { from: number; to: number }) {
  const { from, to, ...rest } = wish;
  return createQuery(store, handClock()).topProcesses({
    nodes: ['n1'],
    fromMs: t0 + from * 1000,
    toMs: t0 + to * 1000,
    sort: 'cpu',
    limit: 10,
    ...rest,
  });
}

test('CPU time is the ratio over the time since the snapshot before; peaks stay', async () => {
  const store = await storeWith({
    n1: [
      [0, process(7, 9)],
      [
        5,
        process(7, 2, { residentBytes: 500, gpuMemoryBytes: 10 }),
        process(8, 1, { readBytesPerSecond: 100 }),
      ],
      [10, process(7, 1, { residentBytes: 9000, name: 'renamed' })],
      [20, process(7, 0.5), process(8, 0.1, { readBytesPerSecond: 10 })],
    ],
  });
  const answer = await ask(store, { from: 2, to: 20 });
  expect(answer).toMatchObject({ from: t0 / 1000 + 2, to: t0 / 1000 + 20, snapshots: 3, count: 2, gaps: [] });
  const [first, second] = answer.processes;
  // 2 × (5 - 2) s, 1 × 5 s and 0.5 × 10 s.
  expect(first).toMatchObject({ node: 'n1', pid: 7, name: 'p7', startTime: t0 / 1000 - 1 });
  expect(first).toMatchObject({
    cpuSeconds: 16,
    peakCpuRatio: 2,
    peakResidentBytes: 9000,
    peakGpuMemoryBytes: 10,
  });
  expect(first).toMatchObject({
    firstSeen: t0 / 1000 + 5,
    lastSeen: t0 / 1000 + 20,
    snapshots: 3,
    readBytes: null,
  });
  expect(first?.cpuRatio).toBeCloseTo(16 / 18);
  expect(second).toMatchObject({ pid: 8, readBytes: 400, snapshots: 2 });
  expect(second?.cpuSeconds).toBeCloseTo(4);
});

test('nothing is counted over a gap between snapshots', async () => {
  const store = await storeWith({
    n1: [
      [0, process(7, 1)],
      [600, process(7, 1)],
    ],
  });
  expect((await ask(store, { from: 0, to: 600 })).processes).toMatchObject([{ cpuSeconds: 5, snapshots: 2 }]);
});

test('many snapshots are read in portions, each once', async () => {
  const snapshots = Array.from({ length: 150 }, (_, place) => [place * 5, process(7, 1)] as const);
  const store = await storeWith({ n1: snapshots });
  const answer = await ask(store, { from: 0, to: 745 });
  expect(answer).toMatchObject({ snapshots: 150, processes: [{ cpuSeconds: 745, cpuRatio: 1 }] });
});

test('over nodes, of one job, by what is asked for, and only so many', async () => {
  const store = await storeWith({
    n1: [[5, process(7, 1, { job: '42' }), process(8, 3)]],
    n2: [[5, process(7, 2, { job: '42' }), process(9, 0.5, { job: '42', residentBytes: 1e6 })]],
  });
  const wish = { nodes: ['n1', 'n2', 'n9'], from: 0, to: 5 };
  const list = async (more: Partial<TopProcessesQuery>) =>
    (await ask(store, { ...wish, ...more })).processes.map(({ node, pid }) => `${node}/${pid}`);
  expect(await list({})).toEqual(['n1/8', 'n2/7', 'n1/7', 'n2/9']);
  expect(await list({ job: '42' })).toEqual(['n2/7', 'n1/7', 'n2/9']);
  expect(await list({ job: '42', sort: 'memory', limit: 2 })).toEqual(['n2/9', 'n2/7']);
  expect(await ask(store, { ...wish, limit: 1 })).toMatchObject({ count: 4, processes: [{ pid: 8 }] });
});

test('too many snapshots are refused', async () => {
  const store = await storeWith({ n1: [[5, process(7, 1)]] });
  await expect(ask(store, { from: -200_000, to: 0 })).rejects.toMatchObject({
    name: 'QueryError',
    code: 'too-many-samples',
    message: 'processes: about 40000 snapshots would be read, at most 20000 are',
  });
});
