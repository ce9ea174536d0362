import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StartContinuousOrder, StartProfileOrder } from '../../../collector/control/control.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import { usualProfile } from '../../../shared/model/profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { ControlWorld, type FakeNode } from './control-world.ts';

let world: ControlWorld;
beforeEach(async () => {
  world = await ControlWorld.open(['n1', 'n2', 'n3']);
});
afterEach(() => world.end());

const usual = { event: 'cpu-clock', frequencyHz: 19, windowMs: 60_000 } as const;
const start = (fields: Partial<StartContinuousOrder> = {}): Promise<string> =>
  world.control.startContinuous({ nodes: ['n1', 'n2'], job: null, ...usual, ...fields }, 'alice');

const requests = (node: FakeNode) =>
  node.heard.flatMap((heard) => (heard.kind === 'start-profile' ? heard.request : []));

/** Second by second, so that every beat is heard. */
async function pass(ms: number): Promise<void> {
  for (let rest = ms; rest > 0; rest -= 1000) {
    world.clock.turn(Math.min(1000, rest));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const windowsOf = (id: string): Promise<readonly Profile[]> =>
  world.store.windows({ of: id, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 });

async function until<T>(read: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  return vi.waitFor(async () => {
    const value = await read();
    if (value === undefined || value === false) throw new Error('not yet');
    return value;
  }, 15_000);
}

const windowCount = (id: string, count: number): Promise<readonly Profile[]> =>
  until(async () => {
    const windows = await windowsOf(id);
    return windows.length === count && windows;
  });

/** The node says that it samples all it was asked for. */
async function runAll(node: FakeNode): Promise<void> {
  for (const { id } of requests(node)) await world.profileReport(node.node, { profileId: id });
}

/** The node has sampled one stack. */
async function finish(node: string, profileId: string, weight = 5): Promise<void> {
  const stacks = {
    index: 0,
    last: true,
    frames: [{ function: 'main', module: 'a' }],
    parents: [-1],
    frameIds: [0],
    self: [weight],
    threads: [],
    samples: null,
  };
  await world.profileReport(node, { profileId, status: 'finished', samples: weight, stacks });
}

test('windows follow each other on the clock, begin on all nodes at once and become one profile each', async () => {
  const [n1, n2] = [world.connect('n1'), world.connect('n2')];
  world.clockOffsets.set('n2', 500);
  const id = await start();
  expect(id).toMatch(/^con_/);
  await pass(59_000);
  const [first] = await windowCount(id, 1);
  const beginMs = first?.createdTimeMs ?? 0;
  expect(beginMs % 60_000).toBe(0);
  await until(() => requests(n1).length === 1 && requests(n2).length === 1);
  const asked = { target: { kind: 'node' }, durationMs: 60_000, frequencyHz: 19, callGraph: 'fp' };
  expect(requests(n1)).toMatchObject([{ ...asked, startAtMs: beginMs }]);
  expect(requests(n2)).toMatchObject([{ ...asked, startAtMs: beginMs + 500 }]);
  for (const [node, peer] of [
    ['n1', n1],
    ['n2', n2],
  ] as const)
    await finish(node, requests(peer)[0]?.id ?? '');
  await pass(1_000);
  await until(async () => (await world.store.profile(first?.id ?? ''))?.status === 'finished');
  await until(async () => (await world.store.profileParts(first?.id ?? '')).length === 0);
  expect((await world.store.stacks(first?.id ?? ''))?.self).toEqual([10]);
  await pass(60_000);
  const [second] = await windowCount(id, 2);
  expect(second?.createdTimeMs).toBe(beginMs + 60_000);
  expect(await world.store.continuousProfile(id)).toMatchObject({ windows: 2, seenNodes: ['n1', 'n2'] });
  // Neither windows nor their parts are told live, or flood the list or the audit log.
  expect(world.changes).toEqual([]);
  expect(await world.store.profiles({ limit: 10 })).toEqual([]);
  expect(await world.audited()).toEqual([`continuous-profile-started alice ${id}`]);
  expect(world.control.statistics).toMatchObject({
    continuousProfiles: 1,
    windowsBegun: 2,
    windowsMerged: 1,
    windowsUnmerged: 0,
  });
});

test('a node that is away is named in the window, the others count', async () => {
  const n1 = world.connect('n1');
  const id = await start({ nodes: ['n1', 'n2', 'n3'] });
  await pass(59_000);
  await until(() => requests(n1).length === 1);
  await finish('n1', requests(n1)[0]?.id ?? '');
  await pass(1_000);
  const window = await until(async () => (await windowsOf(id)).find(({ status }) => status === 'partial'));
  expect(window.reason?.code).toBe('nodes-missing');
  expect(window.reason?.message).toMatch(/^2 of 3 nodes are missing: n\[2-3\]; /);
  await until(async () => (await world.store.profileParts(window.id)).length === 0);
  await until(async () => (await world.store.continuousProfile(id))?.reason?.code === 'nodes-missing');
  await world.control.stopContinuous(id, 'bob');
});

test('one of a job finds its nodes anew for each window, and ends when no node tells of the job', async () => {
  const peers = ['n1', 'n2', 'n3'].map((node) => world.connect(node));
  await expect(start({ nodes: [], job: '42' })).rejects.toMatchObject({ code: 'unknown-job' });
  world.jobs.set('42', ['n1']);
  const id = await start({ nodes: [], job: '42' });
  await pass(59_000);
  await until(() => requests(peers[0] as FakeNode).length === 1);
  world.jobs.set('42', ['n2', 'n3']);
  await pass(60_000);
  await until(() => requests(peers[2] as FakeNode).length === 1);
  expect(peers.map((peer) => requests(peer).length)).toEqual([1, 1, 1]);
  expect(requests(peers[1] as FakeNode)[0]?.target).toEqual({ kind: 'job', job: '42' });
  world.jobs.delete('42');
  await pass(180_000);
  const ended = await until(async () => {
    // A beat in which verdicts are still being written is left out.
    await pass(60_000);
    const profile = await world.store.continuousProfile(id);
    return profile?.status === 'ended' && profile;
  });
  expect(ended).toMatchObject({ windows: 2, reason: { code: 'job-ended' }, seenNodes: ['n1', 'n2', 'n3'] });
  await until(async () => (await world.audited()).at(-1) === `continuous-profile-ended collector ${id}`);
});

test('one of a job ends when its number is the job of somebody else: none of that one is sampled', async () => {
  const peers = ['n1', 'n2'].map((node) => world.connect(node));
  world.jobs.set('42', ['n1']);
  world.owners.set('42', 'anna');
  const id = await start({ nodes: [], job: '42', startedBy: 'anna' });
  await pass(59_000);
  await until(() => requests(peers[0] as FakeNode).length === 1);
  world.jobs.set('42', ['n1', 'n2']);
  world.owners.set('42', 'bob');
  await pass(180_000);
  const ended = await until(async () => {
    await pass(60_000);
    const profile = await world.store.continuousProfile(id);
    return profile?.status === 'ended' && profile;
  });
  expect(ended).toMatchObject({ windows: 1, seenNodes: ['n1'], reason: { code: 'job-ended' } });
  expect(ended.reason?.message).toBe('no node has told of job 42 of anna for 3 windows');
  expect(peers.map((peer) => requests(peer).length)).toEqual([1, 0]);
});

test('it goes on after a start of the collector, and what was open then is merged', async () => {
  const n1 = world.connect('n1');
  const id = await start({ nodes: ['n1'] });
  await pass(59_000);
  await until(() => requests(n1).length === 1);
  const [window] = await windowCount(id, 1);
  await world.restart();
  const again = world.connect('n1');
  await finish('n1', requests(n1)[0]?.id ?? '', 7);
  await pass(1_000);
  await until(async () => (await world.store.profileParts(window?.id ?? '')).length === 0);
  expect((await world.store.stacks(window?.id ?? ''))?.self).toEqual([7]);
  await pass(60_000);
  await windowCount(id, 2);
  await until(() => requests(again).length === 2);
});

test('stopping it ends its window and keeps what there is; once', async () => {
  const n1 = world.connect('n1');
  const id = await start({ nodes: ['n1'] });
  await pass(59_000);
  await until(() => requests(n1).length === 1);
  await world.control.stopContinuous(id, 'bob');
  const profileId = requests(n1)[0]?.id ?? '';
  expect(n1.heard.at(-1)).toEqual({ kind: 'stop-profile', profileId });
  expect(await world.store.continuousProfile(id)).toMatchObject({ status: 'stopped', windows: 1 });
  await expect(world.control.stopContinuous(id, 'bob')).rejects.toMatchObject({ code: 'already-over' });
  await expect(world.control.stopContinuous('con_x', 'bob')).rejects.toMatchObject({
    code: 'unknown-profile',
  });
  await pass(120_000);
  expect(await windowsOf(id)).toHaveLength(1);
  expect(await world.audited()).toEqual([
    `continuous-profile-started alice ${id}`,
    `continuous-profile-stopped bob ${id}`,
  ]);
});

test('profiles that somebody asks for have their own places, and go first', async () => {
  const n1 = world.connect('n1');
  await start({ nodes: ['n1'] });
  await start({ nodes: ['n1'], frequencyHz: 9 });
  await expect(start({ nodes: ['n1'] })).rejects.toMatchObject({ code: 'too-many' });
  for (const [passing, count] of [
    [59_000, 2],
    [60_000, 4],
  ] as const) {
    await pass(passing);
    await until(() => requests(n1).length === count);
    await runAll(n1);
  }
  const { startAtMs: _at, ...asked } = usualProfile;
  const order: StartProfileOrder = { nodes: ['n1'], target: wholeProcess(42, null), ...asked };
  const startOne = () => world.control.startProfile(order, 'alice');
  await Promise.all([startOne(), startOne(), startOne(), startOne()]);
  await expect(startOne()).rejects.toMatchObject({ code: 'too-many' });
  await runAll(n1);
  // All places of those that were asked for are taken: the windows leave the node alone.
  await pass(60_000);
  await until(() => world.control.statistics.windowsBegun === 6);
  expect(requests(n1)).toHaveLength(8);
});

test.each<[string, Partial<StartContinuousOrder>, string]>([
  ['neither nodes nor a job', { nodes: [] }, 'unknown-node'],
  ['an unknown node', { nodes: ['x9'] }, 'unknown-node'],
  ['a job without a name', { job: '' }, 'bad-parameter'],
  ['a high frequency', { frequencyHz: 100 }, 'bad-parameter'],
  ['a short window', { windowMs: 9_999 }, 'bad-parameter'],
  ['a long window', { windowMs: 300_001 }, 'bad-parameter'],
])('%s is refused, counted and leaves nothing', async (_name, fields, code) => {
  await expect(start(fields)).rejects.toMatchObject({ name: 'ControlError', code });
  expect(await world.store.continuousProfiles(10)).toEqual([]);
  expect(world.control.statistics).toMatchObject({ refusedContinuousProfiles: 1, continuousProfiles: 0 });
});
