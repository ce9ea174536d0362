import { expect, test } from 'vitest';
import { nodesOfJob } from '../../../collector/query/job-nodes.ts';
import { noneWaiting, plainDetails } from '../../shared/process-details.ts';
import { metrics, openStore, series, t0, tick } from '../store/open-store.ts';

const identity = { role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 } as const;

test('a job runs where a series of it or one of its processes was told of lately', async () => {
  const store = await openStore();
  for (const name of ['by-series', 'by-process', 'other']) await store.putNode({ ...identity, name }, t0);
  await store.putNode({ ...identity, name: 'silent' }, t0 - 600_000);
  const told = tick(t0, [series('jidi_job_processes', { job: '7', scheduler: 'slurm' })], [1]);
  for (const node of ['by-series', 'silent']) {
    await store.append({ node, spoolId: 's' }, { sequence: 1, payload: metrics(told) });
  }
  const identified = { pid: 1, startTimeMs: 0, parentPid: 0, name: 's', command: 's', user: 'u', uid: 1 };
  const used = { threads: 1, state: 'R', cpuRatio: 1, memoryRatio: 0, residentBytes: 1 };
  const solver = {
    ...plainDetails,
    ...identified,
    ...used,
    readBytesPerSecond: null,
    writeBytesPerSecond: null,
  };
  for (const [node, job] of [
    ['by-process', '7'],
    ['other', '77'],
  ] as const) {
    const snapshot = { timeMs: t0, processCount: 1, ...noneWaiting, processes: [{ ...solver, job }] };
    const payload = { kind: 'processes', snapshots: [snapshot] } as const;
    await store.append({ node, spoolId: 's' }, { sequence: 1, payload });
  }
  expect([...(await nodesOfJob(store, '7', t0 + 1000))].sort()).toEqual(['by-process', 'by-series']);
  expect(await nodesOfJob(store, '8', t0 + 1000)).toEqual([]);
});
