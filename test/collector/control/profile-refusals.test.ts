// What is refused changes nothing: one store, of which the threads take seconds to begin on a busy machine, serves all.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StartProfileOrder } from '../../../collector/control/control.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { ControlWorld } from './control-world.ts';
import { profileOrder } from './profile-order.ts';

let world: ControlWorld;
beforeAll(async () => {
  world = await ControlWorld.open(['n1', 'n2']);
  world.connect('n1');
});
afterAll(() => world.end());

test.each<[string, Partial<StartProfileOrder>, string]>([
  ['an unknown node', { nodes: ['x9'] }, 'unknown-node'],
  ['a node that is away', { nodes: ['n2'] }, 'node-not-connected'],
  ['a pid of 0', { target: wholeProcess(0, null) }, 'bad-parameter'],
  ['a start that no node could read', { target: wholeProcess(42, 1e300) }, 'bad-parameter'],
  ['a start before time began', { target: wholeProcess(42, -1) }, 'bad-parameter'],
  ['a short duration', { durationMs: 9_999 }, 'bad-parameter'],
  ['a long duration', { durationMs: 300_001 }, 'bad-parameter'],
  ['a high frequency', { frequencyHz: 2_001 }, 'bad-parameter'],
  ['a job without a name', { target: { kind: 'job', job: '' } }, 'bad-parameter'],
  ['a job whose name moves the cursor', { target: { kind: 'job', job: '7\u001b[2J' } }, 'bad-parameter'],
  ['a control group of two lines', { target: { kind: 'cgroup', path: '/a\nb' } }, 'bad-parameter'],
  ['a long control group', { target: { kind: 'cgroup', path: '/'.repeat(2000) } }, 'bad-parameter'],
  ['no thread', { target: { ...wholeProcess(42, null), threads: [] } }, 'bad-parameter'],
  ['no number', { frequencyHz: Number.NaN }, 'bad-parameter'],
])('%s is refused and leaves nothing', async (_name, fields, code) => {
  await expect(world.control.startProfile(profileOrder(fields), 'alice')).rejects.toMatchObject({
    name: 'ControlError',
    code,
  });
  expect(await world.store.profiles({ limit: 10 })).toEqual([]);
});
