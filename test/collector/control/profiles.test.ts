import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StartProfileOrder } from '../../../collector/control/control.ts';
import { usualProfile } from '../../../shared/model/profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { ControlWorld } from './control-world.ts';
import { profileOrder } from './profile-order.ts';

let world: ControlWorld;
beforeEach(async () => {
  world = await ControlWorld.open(['n1', 'n2']);
});
afterEach(() => world.end());

/** What the store's threads take on a busy machine. */
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, 15_000);

const start = (fields: Partial<StartProfileOrder> = {}): Promise<string> =>
  world.control.startProfile(profileOrder(fields), 'alice');

test('a profile goes to its node, is reported on and ends', async () => {
  const n1 = world.connect('n1');
  const id = await start();
  expect(id).toMatch(/^prf_[0-9a-z]{22}$/);
  const request = { id, target: wholeProcess(42, null), ...usualProfile };
  expect(n1.heard).toEqual([{ kind: 'start-profile', request }]);
  expect(await world.store.profile(id)).toMatchObject({ node: 'n1', status: 'pending' });
  await world.profileReport('n1', { profileId: id, progress: 0.5 });
  await world.profileReport('n1', { profileId: id, status: 'finished', progress: 1, samples: 10 });
  expect(await world.store.profile(id)).toMatchObject({ status: 'finished', samples: 10 });
  expect(await world.audited()).toEqual([`profile-requested alice ${id}`, `profile-ended collector ${id}`]);
  expect(world.changes).toEqual(Array.from({ length: 3 }, () => ({ kind: 'profile', id })));
  expect(world.control.statistics.openProfiles).toBe(0);
});

test('ids sort by time', async () => {
  world.connect('n1');
  const first = await start();
  world.clock.turn(5);
  expect((await start()) > first).toBe(true);
});

test('a node that takes no directive fails the profile and says so', async () => {
  world.connect('n1').takesDirectives = false;
  await expect(start()).rejects.toMatchObject({ code: 'node-not-connected' });
  const [profile] = await world.store.profiles({ limit: 10 });
  expect(profile).toMatchObject({ status: 'failed', reason: { code: 'node-not-connected' } });
  expect(world.control.statistics.openProfiles).toBe(0);
});

test('at most four run on a node', async () => {
  world.connect('n1');
  const ids = await Promise.all([start(), start(), start(), start()]);
  await expect(start()).rejects.toMatchObject({ code: 'too-many' });
  await world.profileReport('n1', { profileId: ids[0], status: 'failed' });
  await start();
});

test('without an answer it fails after 15 s, without a report after its duration and a minute', async () => {
  world.connect('n1');
  const silent = await start();
  const talking = await start();
  await world.profileReport('n1', { profileId: talking });
  world.clock.turn(16_000);
  await eventually(async () =>
    expect(await world.store.profile(silent)).toMatchObject({
      status: 'failed',
      reason: { code: 'no-answer' },
    }),
  );
  world.clock.turn(70_000);
  expect((await world.store.profile(talking))?.status).toBe('running');
  world.clock.turn(20_000);
  await eventually(async () => {
    // A beat while a verdict is being written is left out.
    world.clock.turn(1_000);
    expect(await world.store.profile(talking)).toMatchObject({
      status: 'failed',
      reason: { code: 'no-answer' },
    });
  });
});

test('a pending profile is asked for again when its node returns, a running one is not', async () => {
  const before = world.connect('n1');
  const pending = await start();
  const running = await start();
  await world.profileReport('n1', { profileId: running });
  world.control.disconnected(before);
  const after = world.connect('n1');
  expect(after.heard).toMatchObject([{ kind: 'start-profile', request: { id: pending } }]);
});

test('stop reaches the node, at once or on its return', async () => {
  const before = world.connect('n1');
  const id = await start();
  await world.profileReport('n1', { profileId: id });
  await world.control.stopProfile(id, 'bob');
  expect(before.heard.at(-1)).toEqual({ kind: 'stop-profile', profileId: id });
  world.control.disconnected(before);
  const after = world.connect('n1');
  expect(after.heard).toEqual([{ kind: 'stop-profile', profileId: id }]);
  await world.profileReport('n1', { profileId: id, status: 'stopped' });
  await expect(world.control.stopProfile(id, 'bob')).rejects.toMatchObject({ code: 'already-over' });
  await expect(world.control.stopProfile('prf_none', 'bob')).rejects.toMatchObject({
    code: 'unknown-profile',
  });
  expect(await world.audited()).toContain(`profile-stopped bob ${id}`);
});

test('delete stops a running profile first, and late reports do not bring it back', async () => {
  const n1 = world.connect('n1');
  const id = await start();
  await world.control.deleteProfile(id, 'bob');
  expect(n1.heard.at(-1)).toEqual({ kind: 'stop-profile', profileId: id });
  await world.profileReport('n1', { profileId: id, status: 'stopped' });
  expect(await world.store.profile(id)).toBeNull();
  expect(world.changes).toContainEqual({ kind: 'profile-deleted', id, whose: [] });
  await expect(world.control.deleteProfile(id, 'bob')).rejects.toMatchObject({ code: 'unknown-profile' });
});

test('after a restart of the collector reports are still taken, and the deadline still comes', async () => {
  world.connect('n1');
  const [reporting, silent] = [await start(), await start()];
  await world.profileReport('n1', { profileId: silent });
  await world.restart();
  expect(world.control.statistics.openProfiles).toBe(2);
  await world.profileReport('n1', { profileId: reporting, status: 'finished' });
  world.clock.turn(91_000);
  await eventually(async () => expect((await world.store.profile(silent))?.status).toBe('failed'));
  expect((await world.store.profile(reporting))?.status).toBe('finished');
});

test('a node that reports on and on, and never the end, does not keep a profile open for ever', async () => {
  world.connect('n1');
  const id = await start();
  const { durationMs } = usualProfile;
  // Each report comes in time: before the silence is too long.
  const each = durationMs + 50_000;
  for (let toldMs = 0; toldMs < durationMs + 700_000; toldMs += each) {
    await world.profileReport('n1', { profileId: id, status: 'running', progress: 0.5 });
    world.clock.turn(each);
  }
  await eventually(async () => expect((await world.store.profile(id))?.status).toBe('failed'));
  expect(world.control.statistics.openProfiles).toBe(0);
});

test('reports of another node change nothing', async () => {
  world.connect('n1');
  const id = await start();
  await world.profileReport('n2', { profileId: id, status: 'failed' });
  expect(await world.store.profile(id)).toMatchObject({ status: 'pending' });
  expect(world.control.statistics.openProfiles).toBe(1);
});

describe('on several nodes', () => {
  const job = { kind: 'job', job: '7' } as const;

  test('a job begins at one instant on all its nodes, each by its own clock, and ends with the last part', async () => {
    const [n1, n2] = ['n1', 'n2'].map((name) => world.connect(name));
    world.jobs.set('7', ['n1', 'n2']);
    world.clockOffsets.set('n2', -500);
    const id = await start({ nodes: [], target: job });
    const parts = await world.store.profileParts(id);
    expect(parts.map(({ node, parentId, status }) => [node, parentId, status])).toEqual([
      ['n1', id, 'pending'],
      ['n2', id, 'pending'],
    ]);
    const begins = [n1, n2].map((peer) => {
      const [directive] = peer?.heard ?? [];
      return directive?.kind === 'start-profile' ? directive.request.startAtMs : null;
    });
    expect(begins).toEqual([world.clock.now() + 4000, world.clock.now() + 3500]);
    const [one = '', other = ''] = parts.map((part) => part.id);
    const stateOf = async () => {
      world.clock.turn(300);
      return world.store.profile(id);
    };
    await world.profileReport('n1', { profileId: one, progress: 0.5, startedTimeMs: 5, samples: 3 });
    await eventually(async () =>
      expect(await stateOf()).toMatchObject({
        node: null,
        nodeCount: 2,
        status: 'running',
        progress: 0.25,
        samples: 3,
      }),
    );
    await world.profileReport('n1', { profileId: one, status: 'finished', progress: 1, samples: 8 });
    await world.profileReport('n2', { profileId: other, status: 'finished', progress: 1, samples: 4 });
    await eventually(async () =>
      expect(await stateOf()).toMatchObject({
        status: 'finished',
        progress: 1,
        samples: 12,
        startedTimeMs: 5,
      }),
    );
    expect((await world.store.profiles({ limit: 9 })).map((profile) => profile.id)).toEqual([id]);
    await world.control.deleteProfile(id, 'alice');
    expect(await world.store.profileParts(id)).toEqual([]);
  });

  test('a node that is away is a part that failed, and named', async () => {
    world.connect('n1');
    const id = await start({ nodes: ['n1', 'n2'], target: job });
    const [part] = await world.store.profileParts(id);
    await world.profileReport('n1', { profileId: part?.id ?? '', status: 'finished', samples: 8 });
    await eventually(async () => {
      world.clock.turn(300);
      expect(await world.store.profile(id)).toMatchObject({
        status: 'partial',
        samples: 8,
        reason: { code: 'nodes-missing', message: expect.stringContaining('1 of 2 nodes are missing: n2') },
      });
    });
  });

  test('stopping it stops every part, also after the collector was away', async () => {
    world.connect('n1');
    world.connect('n2');
    const id = await start({ nodes: ['n1', 'n2'], target: job });
    await world.restart();
    const peers = ['n1', 'n2'].map((name) => world.connect(name));
    await world.control.stopProfile(id, 'alice');
    for (const peer of peers) expect(peer.heard.some(({ kind }) => kind === 'stop-profile')).toBe(true);
  });

  test('a job that nobody runs is refused, and so is a process without a node', async () => {
    await expect(start({ nodes: [], target: job })).rejects.toMatchObject({ code: 'unknown-job' });
    await expect(start({ nodes: [] })).rejects.toMatchObject({ code: 'unknown-node' });
    expect(await world.store.profiles({ limit: 9 })).toEqual([]);
  });
});
