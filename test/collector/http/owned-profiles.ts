// Profiles of two users: of a process, of a job on one node and on two, windows of a continuous one, a file; and one of a node, whose
// is nobody's. Ids tell whose they are: `prf-alice-job`, `con-bob`.
import type { Store } from '../../../collector/store/store.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import { recordedStacks } from '../query/profiles/recorded-profiles.ts';
import { finishedProfile } from '../query/profiles/stack-samples.ts';

const users = { alice: { job: 'ja-71', pid: 1001 }, bob: { job: 'jb-91', pid: 2002 } } as const;
type User = keyof typeof users;

export async function putOwnedProfiles(store: Store, nowMs: number): Promise<void> {
  for (const user of ['alice', 'bob'] as const) {
    for (const profile of profilesOf(user, nowMs)) await store.putStacks(profile, stacksOf(user));
    await store.putProfile(wideProfile(user, nowMs));
    await store.putContinuous(continuousProfile(user, nowMs));
  }
  const node = {
    ...base('prf-node-all', nowMs),
    target: { kind: 'node' },
    process: null,
    startedBy: 'anna',
  } as const;
  await store.putStacks(node, stacksOf('bob'));
  await store.putCommand({
    id: 'cmd-first',
    action: 'service-status',
    parameters: {},
    requester: 'anna',
    issuedTimeMs: nowMs,
    expiresTimeMs: nowMs + 60_000,
    timeoutMs: 60_000,
    targets: [],
  });
}

function base(id: string, createdTimeMs: number): Profile {
  return {
    ...finishedProfile,
    id,
    node: 'n-both',
    createdTimeMs,
    startedTimeMs: createdTimeMs,
    endedTimeMs: createdTimeMs + 30_000,
  };
}

function profilesOf(user: User, nowMs: number): readonly Profile[] {
  const { job, pid } = users[user];
  const ofJob = { target: { kind: 'job', job }, process: null, owner: user } as const;
  const program = { name: `app-${user}`, command: `/home/${user}/app --input ${user}.dat` };
  const process = { pid, startTimeMs: nowMs - 3_600_000, user, ...program };
  const target = { kind: 'process', pid, startTimeMs: null, withChildren: false, threads: null } as const;
  const [home, atMs] = [`n-${user}`, nowMs - 60_000];
  return [
    // Somebody else started it.
    { ...base(`prf-${user}-pid`, atMs), target, process, startedBy: 'otto' },
    { ...base(`prf-${user}-job`, atMs), ...ofJob, node: home },
    { ...base(`prf-${user}-part`, atMs), ...ofJob, node: home, parentId: `prf-${user}-wide` },
    { ...base(`prf-${user}-window`, atMs), ...ofJob, node: null, parentId: `con-${user}` },
    {
      ...base(`prf-${user}-file`, atMs),
      target: { kind: 'file', name: `${user}.pprof` },
      process: null,
      node: null,
      nodeCount: 0,
      startedBy: user,
    },
  ];
}

function wideProfile(user: User, nowMs: number): Profile {
  const target = { kind: 'job', job: users[user].job } as const;
  const profile = base(`prf-${user}-wide`, nowMs - 60_000);
  return { ...profile, target, process: null, node: null, owner: user, startedBy: 'otto' };
}

function continuousProfile(user: User, nowMs: number) {
  return {
    id: `con-${user}`,
    job: users[user].job,
    nodes: [],
    event: 'cpu-clock',
    frequencyHz: 19,
    windowMs: 60_000,
    createdTimeMs: nowMs - 60_000,
    status: 'ended',
    reason: null,
    endedTimeMs: nowMs,
    windows: 1,
    lastWindowTimeMs: nowMs - 60_000,
    seenNodes: [`n-${user}`],
    owner: user,
  } as const;
}

function stacksOf(user: User) {
  return recordedStacks([
    { timeMs: 0, stack: `main;solve-${user}`, pid: users[user].pid },
    { timeMs: 1000, stack: `main;wait-${user}`, pid: users[user].pid },
  ]);
}
