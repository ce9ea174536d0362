import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunCommandOrder } from '../../../collector/control/control.ts';
import { ControlWorld } from './control-world.ts';

let world: ControlWorld;
beforeEach(async () => {
  world = await ControlWorld.open(['n1', 'n2', 'n3']);
});
afterEach(() => world.end());

function order(fields: Partial<RunCommandOrder> = {}): RunCommandOrder {
  return { action: 'service-status', nodes: ['n1'], parameters: {}, timeoutMs: 60_000, ...fields };
}

const run = (fields: Partial<RunCommandOrder> = {}): Promise<string> =>
  world.control.runCommand(order(fields), 'alice');

/** The sweep writes in its own time; wait for what it wrote. */
const eventually = vi.waitFor;

test('a command goes to its node, runs, ends, and leaves its trace in the audit log', async () => {
  const n1 = world.connect('n1');
  const id = await run({ parameters: { service: 'slurmd' } });
  expect(n1.heard).toMatchObject([
    {
      kind: 'run-command',
      request: { id, action: 'service-status', parameters: { service: 'slurmd' }, requester: 'alice' },
    },
  ]);
  expect(await world.target(id, 'n1')).toMatchObject({ state: 'pending' });
  await world.commandReport('n1', { commandId: id, state: 'running', output: 'slurmd: ' });
  await world.commandReport('n1', { commandId: id, state: 'finished', output: 'active\n', exitCode: 0 });
  expect(await world.target(id, 'n1')).toMatchObject({
    state: 'finished',
    exitCode: 0,
    output: 'slurmd: active\n',
  });
  expect(await world.audited()).toEqual([`command-requested alice ${id}`, `command-ended collector ${id}`]);
  expect(world.control.statistics).toMatchObject({ openCommands: 0, openTargets: 0 });
  world.clock.turn(100);
  expect(world.changes).toEqual([{ kind: 'command', id }]);
});

test('a node that is not connected fails at once and the others go on', async () => {
  const n1 = world.connect('n1');
  const n3 = world.connect('n3');
  n3.takesDirectives = false;
  const id = await run({ nodes: ['n1', 'n2', 'n3'] });
  expect(n1.heard).toHaveLength(1);
  for (const node of ['n2', 'n3']) {
    expect(await world.target(id, node)).toMatchObject({
      state: 'failed',
      reason: { code: 'node-not-connected' },
    });
  }
  expect(world.control.statistics).toMatchObject({ openCommands: 1, openTargets: 1 });
});

test('a command whose nodes are all away is over at once', async () => {
  const id = await run({ nodes: ['n1', 'n2'] });
  expect(await world.audited()).toEqual([`command-requested alice ${id}`, `command-ended collector ${id}`]);
  expect(world.control.statistics.openCommands).toBe(0);
});

test.each([
  [
    'unknown nodes',
    order({ nodes: ['n1', 'x1', 'x2'] }),
    'unknown-node',
    'nodes x1, x2: unknown',
    'jidi node ls',
  ],
  ['no nodes', order({ nodes: [] }), 'unknown-node', 'names no node', 'none never means all'],
  [
    'an unknown action',
    order({ action: 'reboot' }),
    'unknown-action',
    'reboot',
    'service-status, process-memory, restart-slurmd, quiet',
  ],
  [
    'an unknown parameter',
    order({ parameters: { force: '1' } }),
    'bad-parameter',
    'no parameter "force"',
    'Mend',
  ],
  [
    'a bad parameter',
    order({ parameters: { service: '; rm' } }),
    'bad-parameter',
    'service-status must match',
    'Mend',
  ],
  ['a short time-out', order({ timeoutMs: 10 }), 'bad-parameter', 'timeout must be', 'Mend'],
  [
    'too many nodes',
    order({ nodes: Array.from({ length: 5_001 }, (_, i) => `n${i}`) }),
    'too-many',
    '5000 are allowed',
    'Split',
  ],
])('%s is refused with the reason and leaves nothing', async (_name, wrong, code, message, remedy) => {
  const asked = world.control.runCommand(wrong, 'alice');
  await expect(asked).rejects.toMatchObject({
    name: 'ControlError',
    code,
    message: expect.stringContaining(message) as string,
    remedy: expect.stringContaining(remedy) as string,
  });
  expect(await world.store.commands({ limit: 10 })).toEqual([]);
});

test('a refusal by the node is audited with its reason', async () => {
  world.connect('n1');
  const id = await run({ action: 'restart-slurmd' });
  const reason = { code: 'policy-denied', message: 'no', remedy: 'set allow to true' };
  await world.commandReport('n1', { commandId: id, state: 'refused', reason });
  const [, record] = (await world.store.audit({ limit: 10 })).toReversed();
  expect(record).toMatchObject({ event: 'command-refused', actor: 'n1', subject: id, detail: { reason } });
});

test('a node that does not answer within 15 s leaves the target unknown; a later report corrects it', async () => {
  world.connect('n1');
  const id = await run();
  world.clock.turn(14_000);
  expect(await world.target(id, 'n1')).toMatchObject({ state: 'pending' });
  world.clock.turn(2_000);
  await eventually(async () =>
    expect(await world.target(id, 'n1')).toMatchObject({ state: 'unknown', reason: { code: 'no-answer' } }),
  );
  await world.commandReport('n1', { commandId: id, state: 'finished', exitCode: 0 });
  expect(await world.target(id, 'n1')).toMatchObject({ state: 'finished' });
});

test('a running command stays through a broken stream, is asked for again, and ends at its deadline', async () => {
  const first = world.connect('n1');
  const id = await run({ timeoutMs: 60_000 });
  await world.commandReport('n1', { commandId: id });
  world.control.disconnected(first);
  world.clock.turn(30_000);
  const second = world.connect('n1');
  world.control.disconnected(first);
  expect(second.heard).toMatchObject([{ kind: 'run-command', request: { id } }]);
  expect(world.control.statistics.openTargets).toBe(1);
  world.clock.turn(74_000);
  expect(await world.target(id, 'n1')).toMatchObject({ state: 'running' });
  world.clock.turn(2_000);
  await eventually(async () => expect(await world.target(id, 'n1')).toMatchObject({ state: 'unknown' }));
});

test('cancel reaches every open node, also one that returns later', async () => {
  const n1 = world.connect('n1');
  const n2 = world.connect('n2');
  const id = await run({ nodes: ['n1', 'n2'] });
  await world.commandReport('n1', { commandId: id });
  world.control.disconnected(n2);
  await world.control.cancelCommand(id, 'bob');
  expect(n1.heard.at(-1)).toEqual({ kind: 'cancel-command', commandId: id });
  const again = world.connect('n2');
  expect(again.heard).toEqual([{ kind: 'cancel-command', commandId: id }]);
  await world.commandReport('n1', { commandId: id, state: 'cancelled' });
  await world.commandReport('n2', { commandId: id, state: 'cancelled' });
  await expect(world.control.cancelCommand(id, 'bob')).rejects.toMatchObject({ code: 'already-over' });
  await expect(world.control.cancelCommand('cmd_none', 'bob')).rejects.toMatchObject({
    code: 'unknown-command',
  });
  expect(await world.audited()).toContain(`command-cancelled bob ${id}`);
});

test('after a restart of the collector reports are still taken, and the deadline still comes', async () => {
  const n1 = world.connect('n1');
  world.connect('n2');
  const id = await run({ nodes: ['n1', 'n2'] });
  world.control.disconnected(n1);
  await world.restart();
  expect(world.control.statistics).toMatchObject({ openCommands: 1, openTargets: 2 });
  await world.commandReport('n1', { commandId: id, state: 'finished', exitCode: 0 });
  world.clock.turn(200_000);
  await eventually(async () => expect(await world.target(id, 'n2')).toMatchObject({ state: 'unknown' }));
  expect(await world.target(id, 'n1')).toMatchObject({ state: 'finished' });
  await eventually(() => expect(world.control.statistics.openCommands).toBe(0));
});

test('no more than 1,000 commands are open at once', async () => {
  world.connect('n1');
  for (let count = 0; count < 10; count += 1) {
    await Promise.all(Array.from({ length: 100 }, () => run()));
  }
  await expect(run()).rejects.toMatchObject({ code: 'too-many' });
}, 30_000);

test('reports of another node, and for commands nobody asked for, change nothing', async () => {
  world.connect('n1');
  const id = await run();
  await world.commandReport('n2', { commandId: id, state: 'finished', exitCode: 0 });
  await world.commandReport('n2', { commandId: 'cmd_none', state: 'finished', exitCode: 0 });
  expect(await world.target(id, 'n1')).toMatchObject({ state: 'pending' });
  expect(world.control.statistics.openTargets).toBe(1);
});

test('the actions are described for people', () => {
  expect(world.control.actions()).toMatchObject([
    { name: 'service-status', changesNode: false, parameters: [{ name: 'service', required: false }] },
    { name: 'process-memory', changesNode: false, parameters: [{ name: 'pid' }, { name: 'startTime' }] },
    { name: 'restart-slurmd', changesNode: true, parameters: [] },
    { name: 'quiet', changesNode: true, parameters: [{ name: 'state' }, { name: 'minutes' }] },
  ]);
});
