// For tests: a real store with nodes that two users share in turns, its owners, and the questions of everybody and of one user.
//
//   n1  alice's job a1 in the minutes 0 to 10, then bob's job b1 from 10 to 20
//   n2  alice's job a1 in the minutes 0 to 10, nobody afterwards
//   n3  bob's job b2 all the time
//   n4  alice's job a2 and bob's job b3 beside each other, all the time
//
// Each node's load is 1 for alice's minutes, 100 for bob's, 10,000 for both.
import { JobRegister } from '../../../../collector/identity/jobs/job-register.ts';
import { createQuery } from '../../../../collector/query/create-query.ts';
import { ownRows } from '../../../../collector/query/own-rows/own-rows.ts';
import { OwnScope } from '../../../../collector/query/own-rows/own-scope.ts';
import type { Query } from '../../../../collector/query/query.ts';
import type { Store } from '../../../../collector/store/store.ts';
import type { MetricTick } from '../../../../shared/model/metric.ts';
import { type SomeProcess, snapshot } from '../../identity/jobs/some-processes.ts';
import { handClock, metrics, openStore, series, t0, tick } from '../../store/open-store.ts';

export const minuteMs = 60_000;
export const stepMs = 10_000;
export const endMinute = 20;
const wideMs = { from: 0, to: endMinute };

interface Stay {
  readonly job: string;
  readonly user: string;
  /** Minutes after t0. */
  readonly from: number;
  readonly to: number;
}

const plan: Readonly<Record<string, readonly Stay[]>> = {
  n1: [
    { job: 'a1', user: 'alice', from: 0, to: 10 },
    { job: 'b1', user: 'bob', from: 12, to: 20 },
  ],
  n2: [{ job: 'a1', user: 'alice', from: 0, to: 10 }],
  n3: [{ job: 'b2', user: 'bob', ...wideMs }],
  n4: [
    { job: 'a2', user: 'alice', ...wideMs },
    { job: 'b3', user: 'bob', ...wideMs },
  ],
};

export interface SharedCluster {
  readonly store: Store;
  readonly owners: JobRegister;
  readonly clock: ReturnType<typeof handClock>;
  readonly everybody: Query;
  readonly of: (user: string) => Query;
}

/** `plans`: other nodes than those above. */
export async function sharedCluster(plans = plan, beginMs = t0): Promise<SharedCluster> {
  const clock = handClock(beginMs + endMinute * minuteMs);
  const store = await openStore({ clock });
  const owners = new JobRegister();
  for (const [name, stays] of Object.entries(plans)) {
    await store.putNode(
      { name, role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: stepMs },
      beginMs,
    );
    await fillNode({ store, owners, beginMs }, name, stays);
  }
  const everybody = createQuery(store, clock);
  const of = (user: string) => ownRows({ query: everybody, store, clock }, new OwnScope(user, owners));
  return { store, owners, clock, everybody, of };
}

async function fillNode(
  {
    store,
    owners,
    beginMs,
  }: { readonly store: Store; readonly owners: JobRegister; readonly beginMs: number },
  node: string,
  stays: readonly Stay[],
): Promise<void> {
  const sender = { node, spoolId: 'spool' };
  const ticks: MetricTick[] = [];
  const snapshots = [];
  for (let timeMs = beginMs; timeMs <= beginMs + endMinute * minuteMs; timeMs += stepMs) {
    const minute = (timeMs - beginMs) / minuteMs;
    const there = stays.filter(({ from, to }) => minute >= from && minute <= to);
    ticks.push(tickOf(timeMs, there));
    const some = there.map((stay): SomeProcess => {
      const { user, job, from } = stay;
      return { pid: 100 + stays.indexOf(stay), user, job, startTimeMs: beginMs + from * minuteMs };
    });
    const table = snapshot(timeMs, [{ pid: 1, user: 'root' }, ...some]);
    snapshots.push(table);
    owners.note(node, timeMs, table.processes);
  }
  await store.append(sender, { sequence: 1, payload: metrics(...ticks) });
  await store.append(sender, { sequence: 1, payload: { kind: 'processes', snapshots } });
}

function tickOf(timeMs: number, there: readonly Stay[]): MetricTick {
  const users = new Set(there.map(({ user }) => user));
  const load = users.size > 1 ? 10_000 : users.has('bob') ? 100 : 1;
  const jobs = there.map(({ job }) => series('jidi_job_memory_bytes', { job, scheduler: 'slurm' }));
  return tick(timeMs, [series('node_load1'), ...jobs], [load, ...there.map(() => 7)]);
}
