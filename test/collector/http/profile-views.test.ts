import { expect, test } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import { recordedStacks } from '../query/profiles/recorded-profiles.ts';
import { finishedProfile } from '../query/profiles/stack-samples.ts';
import { handClock, openStore, t0 } from '../store/open-store.ts';
import { runServer } from './running-server.ts';

async function runOverProfile() {
  const clock = handClock();
  const store = await openStore({ clock });
  const recorded = recordedStacks([
    { timeMs: 0, stack: 'main;solve', pid: 1, rank: 0 },
    { timeMs: 30, stack: 'main;solve', pid: 1, rank: 0 },
    { timeMs: 40, stack: 'main;MPI_Wait@libmpi.so', pid: 2, rank: 1 },
  ]);
  const profile = { ...finishedProfile, createdTimeMs: t0 };
  await store.putStacks({ ...profile, id: 'p1' }, recorded);
  await store.putProfile({ ...profile, id: 'p2', status: 'running' });
  const { ask } = await runServer({ query: createQuery(store, clock) });
  return (path: string) => ask(`/api/v1/profiles/${path}`);
}

test('views of a profile are answered as JSON, files as they are', async () => {
  const ask = await runOverProfile();
  const stacks = await ask('p1/stacks?rank=0&by=class&most=10');
  expect(stacks.headers['content-type']).toContain('application/json');
  expect(stacks.json).toMatchObject({ functions: ['own-code'], self: [2], weight: 2, timed: true });
  expect((await ask('p1/difference?from=0.035&baseTo=0.035')).json).toMatchObject({
    weight: 1,
    baseWeight: 2,
  });
  expect((await ask('p1/difference?ranks=slowest')).json).toMatchObject({
    of: { rank: 0 },
    base: { rank: 1 },
  });
  expect((await ask('p1/timeline?step=0.02&to=0.06')).json).toMatchObject({ weights: [1, 1, 1] });
  expect((await ask('p1/spread?over=thread')).json).toMatchObject({
    rows: [{ pid: 1 }, { pid: 2 }],
    left: 0,
  });
  expect((await ask('p1/functions')).json).toMatchObject({ id: 'p1', topDown: { total: 1 } });
  expect((await ask('p1/export?format=folded&rank=1')).text).toBe('main;MPI_Wait 1\n');
});

test.each([
  ['p9/stacks', 404, 'unknown-profile'],
  ['p9', 404, 'unknown-profile'],
  ['p9/functions', 404, 'unknown-profile'],
  ['p2/stacks', 409, 'no-stacks'],
  ['p2/export?format=svg', 409, 'no-stacks'],
  ['p1/stacks?pid=99', 404, 'nothing-chosen'],
  ['p1/stacks?from=2&to=1', 400, 'bad-parameter'],
  ['p1/stacks?most=1', 400, 'bad-parameter'],
  ['p1/stacks?by=file', 400, 'bad-parameter'],
  ['p1/stacks?frm=1', 400, 'unknown-parameter'],
  ['p1/difference', 400, 'bad-parameter'],
  ['p1/timeline?step=0.001&to=1000', 400, 'bad-parameter'],
])('%s is refused with a remedy', async (path, status, code) => {
  const ask = await runOverProfile();
  const answer = await ask(path);
  expect(answer.status).toBe(status);
  expect(answer.json).toMatchObject({ code, remedy: expect.stringMatching(/./) });
});
