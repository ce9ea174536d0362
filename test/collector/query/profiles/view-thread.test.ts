import { expect, onTestFinished, test } from 'vitest';
import { readFunctionClasses } from '../../../../collector/query/profiles/function-classes.ts';
import { createProfileViews } from '../../../../collector/query/profiles/views/answer-view.ts';
import { createThreadedViews } from '../../../../collector/query/profiles/views/view-door.ts';
import type { ViewQuestion } from '../../../../collector/query/profiles/views/view-question.ts';
import { systemClock } from '../../../../shared/clock.ts';
import { createLogger } from '../../../../shared/log.ts';
import { openStore, t0, tempDir } from '../../store/open-store.ts';
import { recordedStacks } from './recorded-profiles.ts';
import { finishedProfile } from './stack-samples.ts';

test('views made in a thread of their own are those of the store, and so are refusals', async () => {
  const dataDir = tempDir();
  const store = await openStore({ dataDir });
  const rules = readFunctionClasses();
  const recorded = recordedStacks([
    { timeMs: 0, stack: 'main;solve', pid: 1, rank: 0 },
    { timeMs: 40, stack: 'main;MPI_Wait@libmpi.so', pid: 2, rank: 1 },
  ]);
  await store.putStacks({ ...finishedProfile, id: 'p1', createdTimeMs: t0 }, recorded);
  const nodes = ['n1'];
  await store.putContinuous({
    id: 'con_1',
    job: null,
    nodes,
    event: 'cpu-clock',
    frequencyHz: 19,
    windowMs: 60_000,
    createdTimeMs: t0,
    status: 'running',
    reason: null,
    endedTimeMs: null,
    windows: 1,
    lastWindowTimeMs: t0,
    seenNodes: nodes,
  });
  const window = { ...finishedProfile, id: 'w1', node: null, parentId: 'con_1', createdTimeMs: t0 };
  await store.putStacks(window, recorded);
  const log = createLogger('test', 'silent');
  const threaded = createThreadedViews({ dataDir, logLevel: 'silent', rules, clock: systemClock, log });
  onTestFinished(() => threaded.stop());
  const here = createProfileViews(store, rules);

  const questions: ViewQuestion[] = [
    { view: 'functions', id: 'p1' },
    { view: 'stacks', id: 'p1', asked: { by: 'class' } },
    { view: 'difference', id: 'p1', asked: { ranks: 'slowest' } },
    { view: 'timeline', id: 'p1', asked: { step: 0.04, to: 0.08 } },
    { view: 'spread', id: 'p1', asked: {} },
    { view: 'windows', id: 'con_1', times: { fromMs: t0, toMs: t0 + 60_000 }, shape: {} },
  ];
  for (const question of questions) {
    expect(Buffer.from(await threaded.view(question))).toEqual(Buffer.from(await here.view(question)));
  }
  const folded = { id: 'p1', format: 'folded', asked: { rank: 1 } } as const;
  const file = await threaded.export(folded);
  expect(Buffer.from(file.body).toString()).toBe('main;MPI_Wait 1\n');
  expect(file.fileName).toBe((await here.export(folded)).fileName);
  for (const format of ['pprof', 'speedscope', 'svg'] as const) {
    expect((await threaded.export({ id: 'p1', format, asked: {} })).body.length).toBeGreaterThan(100);
  }
  await expect(threaded.view({ view: 'functions', id: 'p9' })).rejects.toMatchObject({
    name: 'QueryError',
    code: 'unknown-profile',
    remedy: 'List the profiles with: jidi profile ls',
  });
  await threaded.stop();
  await threaded.stop();
  await expect(threaded.view({ view: 'functions', id: 'p1' })).rejects.toThrow('stopped');
});
