// A whole collector over HTTP with two users, their jobs, processes and profiles in a real store, and an account of each role.
//
//   n-alice  job ja-71 of alice        n-both  jobs ja-72 and jb-92 of both
//   n-bob    job jb-91 of bob          n-idle  nobody          login  processes of both, outside of jobs
import { onTestFinished } from 'vitest';
import { ControlService } from '../../../collector/control/control-service.ts';
import { createSelfMetrics } from '../../../collector/http/self-metrics.ts';
import { ObservedOwners } from '../../../collector/identity/jobs/observed-owners.ts';
import { createPeople } from '../../../collector/identity/people/people.ts';
import { ProfileImport } from '../../../collector/import/profile-import.ts';
import { LiveBus } from '../../../collector/live/live-bus.ts';
import { createQuery } from '../../../collector/query/create-query.ts';
import { nodesOfJob } from '../../../collector/query/job-nodes.ts';
import { ownRows } from '../../../collector/query/own-rows/own-rows.ts';
import { createContinuousQueries } from '../../../collector/query/profiles/continuous-queries.ts';
import { createProfileViews } from '../../../collector/query/profiles/views/answer-view.ts';
import { inTurn, QuestionGate } from '../../../collector/query/question-gate.ts';
import type { Store } from '../../../collector/store/store.ts';
import { systemClock as clock } from '../../../shared/clock.ts';
import { createLogger } from '../../../shared/log.ts';
import { permissionsOf, type Role } from '../../../shared/model/role.ts';
import { FakeNode } from '../control/control-world.ts';
import { type SomeProcess, snapshot } from '../identity/jobs/some-processes.ts';
import { metrics, openStore, series, tick } from '../store/open-store.ts';
import { putOwnedProfiles } from './owned-profiles.ts';
import { openAccess, type RunningServer, runServer } from './running-server.ts';

export const stepMs = 10_000;
const ticks = 18;

type User = 'alice' | 'bob';

const jobs: Readonly<Record<string, readonly (readonly [user: User, job: string | null])[]>> = {
  'n-alice': [['alice', 'ja-71']],
  'n-bob': [['bob', 'jb-91']],
  'n-both': [
    ['alice', 'ja-72'],
    ['bob', 'jb-92'],
  ],
  'n-idle': [],
  login: [
    ['alice', null],
    ['bob', null],
  ],
};

const pids: Readonly<Record<User, number>> = { alice: 1001, bob: 2002 };

/** One account of each role, and a second user. */
export const accounts = {
  alice: 'user',
  bob: 'user',
  vera: 'viewer',
  otto: 'operator',
  anna: 'admin',
  audrey: 'auditor',
} as const satisfies Readonly<Record<string, Role>>;
export type Account = keyof typeof accounts;

export interface OwnedWorld extends RunningServer {
  readonly store: Store;
  readonly nowMs: number;
  /** Headers with which the account comes in. */
  readonly as: (account: Account) => Readonly<Record<string, string>>;
}

export async function runOwnedWorld(): Promise<OwnedWorld> {
  const nowMs = Math.floor(clock.now() / stepMs) * stepMs;
  const store = await openStore({ clock });
  const log = createLogger('test', 'silent');
  const owners = new ObservedOwners({ store, clock, log });
  await owners.start();
  await fill(owners.observe(store), nowMs);
  await putOwnedProfiles(store, nowMs);
  const people = createPeople({ store, clock, audit: async () => undefined });
  const secrets = await createAccounts(people);
  const bus = new LiveBus();
  const control = new ControlService({
    store,
    bus,
    clock,
    log,
    nodesOfJob: (job) => nodesOfJob(store, job, clock.now()),
    ownerOfJob: (job) => owners.register.ownerOf(job),
    clockOffsetMs: () => 0,
  });
  await control.start();
  for (const node of Object.keys(jobs)) control.connected(new FakeNode(node));
  const views = createProfileViews(store, []);
  const query = createQuery(store, clock, { profileViews: views });
  const gate = new QuestionGate(clock);
  const imports = new ProfileImport({ store, bus, clock });
  const server = await runServer({
    query: inTurn(query, gate),
    continuous: createContinuousQueries(store, views),
    control,
    imports,
    bus,
    selfMetrics: createSelfMetrics({ version: '1', store: () => store.statistics() }),
    people,
    access: { ...openAccess, login: 'required' },
    rows: {
      owners: owners.register,
      ownQuery: (own) => inTurn(ownRows({ query, store, clock }, own), gate),
    },
  });
  onTestFinished(async () => {
    await server.stop();
    await imports.stop();
    await control.stop();
    await owners.stop();
  });
  const as = (account: Account) => ({ authorization: `Bearer ${secrets.get(account)}` });
  return { ...server, bus, store, nowMs, as };
}

async function createAccounts(people: ReturnType<typeof createPeople>): Promise<ReadonlyMap<string, string>> {
  const secrets = new Map<string, string>();
  for (const [name, role] of Object.entries(accounts)) {
    await people.accounts.create({ name, role, password: null }, 'test');
    const principal = { name, role, permissions: permissionsOf[role], via: 'session' };
    const wish = { name: 'test', permissions: undefined, lifeMs: 3_600_000, network: null };
    secrets.set(name, (await people.tokens.create(wish, principal, 'test')).secret);
  }
  return secrets;
}

async function fill(store: Pick<Store, 'append' | 'putNode'>, nowMs: number): Promise<void> {
  for (const [name, there] of Object.entries(jobs)) {
    await store.putNode(
      { name, role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: stepMs },
      nowMs + stepMs,
    );
    const sender = { node: name, spoolId: 'spool' };
    const times = Array.from({ length: ticks }, (_, place) => nowMs - (ticks - 1 - place) * stepMs);
    const ofJobs = there.flatMap(([, job]) => (job === null ? [] : memoryOf(job)));
    const all = [series('node_load1'), ...ofJobs];
    const measured = times.map((timeMs) => tick(timeMs, all, [1, ...ofJobs.map(() => 7)]));
    await store.append(sender, { sequence: 1, payload: metrics(...measured) });
    const some = there.map(([user, job]): SomeProcess => ({ pid: pids[user], user, job }));
    const startTimeMs = nowMs - 3_600_000;
    const snapshots = times.map((timeMs) =>
      snapshot(timeMs, [{ pid: 1, user: 'root' }, ...some.map((one) => ({ ...one, startTimeMs }))]),
    );
    await store.append(sender, { sequence: 1, payload: { kind: 'processes', snapshots } });
  }
}

function memoryOf(job: string) {
  return series('jidi_job_memory_bytes', { job, scheduler: 'slurm' });
}
