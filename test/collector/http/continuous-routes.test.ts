// Continuous profiles over HTTP, over a real store and control.
import { expect, test } from 'vitest';
import { ControlService } from '../../../collector/control/control-service.ts';
import { LiveBus } from '../../../collector/live/live-bus.ts';
import { createQuery } from '../../../collector/query/create-query.ts';
import { createContinuousQueries } from '../../../collector/query/profiles/continuous-queries.ts';
import { createProfileViews } from '../../../collector/query/profiles/views/answer-view.ts';
import { createLogger } from '../../../shared/log.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import { withoutSamples } from '../../shared/model/some-profile.ts';
import { stackTree } from '../query/profiles/stack-samples.ts';
import { handClock, openStore, t0 } from '../store/open-store.ts';
import { finishedProfile } from '../store/profiles/stack-trees.ts';
import { runServer } from './running-server.ts';

async function runOverStore() {
  const clock = handClock();
  const store = await openStore({ clock });
  const bus = new LiveBus();
  const log = createLogger('test', 'silent');
  const nodesOfJob = () => Promise.resolve([]);
  const control = new ControlService({ store, bus, clock, log, nodesOfJob, clockOffsetMs: () => 0 });
  const identity = { name: 'n1', role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 } as const;
  await store.putNode(identity, t0);
  const continuous = createContinuousQueries(store, createProfileViews(store, []));
  const server = await runServer({ query: createQuery(store, clock), continuous, control, bus });
  return { ...server, store };
}

const path = '/api/v1/continuous-profiles';

test('one is started, listed, shown and stopped', async () => {
  const { ask } = await runOverStore();
  const started = await ask(path, { method: 'POST', body: { nodes: 'n1', window: 30, frequency: 9 } });
  expect(started.status).toBe(201);
  const shown = { job: null, nodes: 'n1', status: 'running', window: 30, frequency: 9, windows: 0 };
  expect(started.json).toMatchObject(shown);
  const { id } = started.json as { id: string };
  expect(started.headers.location).toBe(`${path}/${id}`);
  expect((await ask(path)).json).toMatchObject([{ id, ...shown }]);
  expect((await ask(`${path}/${id}`)).json).toMatchObject({ id, ...shown });
  const stop = { method: 'POST' };
  expect((await ask(`${path}/${id}/stop`, stop)).json).toMatchObject({ id, status: 'stopped' });
  expect((await ask(`${path}/${id}/stop`, stop)).json).toMatchObject({ status: 409, code: 'already-over' });
});

test.each<[string, object, number, string]>([
  ['neither nodes nor a job', {}, 404, 'unknown-node'],
  ['a job that nobody runs', { job: '42' }, 404, 'unknown-job'],
  ['an unknown node', { nodes: 'x9' }, 404, 'unknown-node'],
  ['a frequency of 100', { nodes: 'n1', frequency: 100 }, 400, 'bad-request'],
  ['a window of 5 s', { nodes: 'n1', window: 5 }, 400, 'bad-request'],
])('%s is refused with a code', async (_name, body, status, code) => {
  const { ask } = await runOverStore();
  const { json } = await ask(path, { method: 'POST', body });
  expect(json).toMatchObject({ status });
  if (status === 404) expect(json).toMatchObject({ code });
});

test('the windows of a range are listed, and their stacks are one tree', async () => {
  const { ask, store } = await runOverStore();
  const { json } = await ask(path, { method: 'POST', body: { nodes: 'n1' } });
  const { id } = json as { id: string };
  const window = (number: number): Profile => ({
    ...finishedProfile(`w${number}`, t0 + number * 60_000),
    node: null,
    parentId: id,
  });
  for (const number of [0, 1, 2])
    await store.putStacks(
      window(number),
      withoutSamples(stackTree({ 'main;hot': 10 * (number + 1), idle: 1 })),
    );
  const range = (from: number, to: number) => `from=${t0 / 1000 + from}&to=${t0 / 1000 + to}`;
  const idsOf = async (from: number, to: number) =>
    ((await ask(`${path}/${id}/windows?${range(from, to)}`)).json as { id: string }[]).map((one) => one.id);
  expect(await idsOf(0, 180)).toEqual(['w2', 'w1', 'w0']);
  expect(await idsOf(90, 120)).toEqual(['w1']);
  const stacks = async (query: string) => (await ask(`${path}/${id}/stacks?${query}`)).json;
  expect(await stacks(range(0, 120))).toMatchObject({ weight: 32, timed: false, sampleWeight: 1 });
  expect(await stacks(`${range(0, 180)}&focus=hot`)).toMatchObject({ weight: 60 });
  expect(await stacks(range(600, 700))).toMatchObject({ code: 'no-stacks' });
  expect((await ask(`${path}/none/stacks?${range(0, 60)}`)).json).toMatchObject({ code: 'unknown-profile' });
  expect((await ask(`/api/v1/profiles`)).json).toEqual([]);
});
