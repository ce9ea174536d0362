import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { partitionAt } from '../../../../collector/store/partitions/tier.ts';
import { MergedParts } from '../../../../collector/store/profiles/merged-parts.ts';
import type { Store } from '../../../../collector/store/store.ts';
import type { ContinuousProfile } from '../../../../shared/model/continuous-profile.ts';
import type { Profile, RecordedStacks } from '../../../../shared/model/profile.ts';
import { openRecords } from '../catalog/open-records.ts';
import { handClock, sender, t0, tempDir } from '../open-store.ts';
import { openStoreIn } from '../open-store-in.ts';
import { finishedProfile, foldedOf, sumOf, treeOf } from './stack-trees.ts';

const window: Profile = { ...finishedProfile('w1'), node: null, parentId: 'con_1' };
const partOf = (node: string): Profile => ({ ...finishedProfile(`w1-${node}`), node, parentId: 'w1' });
const nodes = ['n1', 'n2'];
const file = (root: string) => join(root, partitionAt('continuous', t0).path);

/** Two processes with two threads each; every sample weighs one. */
function recorded(run: number): RecordedStacks {
  const tree = treeOf({ samples: 40, program: 1, run });
  const ends = tree.self.flatMap((count, node) => Array.from({ length: count }, () => node));
  return {
    ...tree,
    threads: [7, 8].flatMap((pid) =>
      [0, 1].map((tid) => ({ pid, tid: pid * 10 + tid, process: 'solver', name: 't', localRank: pid - 7 })),
    ),
    samples: {
      timesMs: ends.map((_end, at) => at * 50),
      threadIds: ends.map((_end, at) => at % 4),
      nodes: ends,
      weights: ends.map(() => 1),
    },
  };
}

async function arrive(store: Pick<Store, 'append'>, node: string, sequence: number): Promise<void> {
  const { node: _node, createdTimeMs: _created, id, ...state } = partOf(node);
  const stacks = { ...recorded(sequence), index: 0, last: true };
  const payload = { kind: 'profile', report: { ...state, profileId: id, stacks } } as const;
  await store.append({ ...sender, node }, { sequence, payload });
}

async function storeWithParts(dataDir: string): Promise<Store> {
  const store = await openStoreIn({ dataDir, clock: handClock() });
  onTestFinished(() => store.close());
  await store.putProfile(window);
  for (const [place, node] of nodes.entries()) {
    await store.putProfile({ ...partOf(node), status: 'running' });
    await arrive(store, node, place + 1);
  }
  return store;
}

const trees = nodes.map((_node, place) => recorded(place + 1));

function weightOfProcesses(stacks: RecordedStacks | null): readonly string[] {
  const weights = new Map<string, number>();
  for (const [at, id] of stacks?.samples?.threadIds.entries() ?? []) {
    const { node, pid, tid, localRank } = stacks?.threads[id] ?? {};
    const key = `${node} ${pid} ${tid} ${localRank}`;
    weights.set(key, (weights.get(key) ?? 0) + (stacks?.samples?.weights[at] ?? 0));
  }
  return [...weights].map(([key, weight]) => `${key} ${weight}`).toSorted();
}

const expectedWeights = ['n1 7 7 0 20', 'n1 8 8 1 20', 'n2 7 7 0 20', 'n2 8 8 1 20'];

describe('the parts of a window', () => {
  test('become one profile with sums by process, in a file of its day, and read the same before', async () => {
    const dataDir = tempDir();
    const store = await storeWithParts(dataDir);
    expect(await store.profileParts('w1')).toHaveLength(2);
    expect(foldedOf(await store.stacks('w1'))).toEqual(sumOf(trees));
    expect(foldedOf(await store.mergeStacks(['w1']))).toEqual(sumOf(trees));

    expect(await store.mergeParts('w1')).toBe(true);
    expect(await store.profileParts('w1')).toEqual([]);
    expect(await store.mergeParts('w1')).toBe(false);
    await store.compact();
    expect(existsSync(file(dataDir))).toBe(true);
    expect(existsSync(join(dataDir, partitionAt('profiles', t0).path))).toBe(false);
    const merged = await store.stacks('w1');
    expect(foldedOf(merged)).toEqual(sumOf(trees));
    expect(weightOfProcesses(merged)).toEqual(expectedWeights);
    expect(merged?.samples?.timesMs).toBeNull();
    expect(foldedOf(await store.mergeStacks(['w1', 'w1']))).toEqual(sumOf(trees));
    expect(await store.profile('w1')).toEqual(window);
    expect(await store.verify()).toEqual([]);
    expect(await store.deleteProfile('w1')).toBe(true);
    expect(await store.stacks('w1')).toBeNull();
  });

  test('are not listed, neither is the window; the windows of a range are, newest first', async () => {
    const store = await storeWithParts(tempDir());
    await store.mergeParts('w1');
    await store.putProfile({ ...window, id: 'w2', createdTimeMs: t0 + 60_000 });
    await store.putProfile(finishedProfile('asked'));
    expect((await store.profiles({ limit: 10 })).map(({ id }) => id)).toEqual(['asked']);
    const idsOf = async (fromMs: number, toMs: number) =>
      (await store.windows({ of: 'con_1', fromMs, toMs, limit: 10 })).map(({ id }) => id);
    expect(await idsOf(t0, t0 + 60_001)).toEqual(['w2', 'w1']);
    expect(await idsOf(t0 + 1, t0 + 60_000)).toEqual([]);
  });

  test('count once after the collector was killed before, within or after their merge', async () => {
    const dataDir = tempDir();
    const first = await storeWithParts(dataDir);
    await first.close();
    // Within: the writer dies before its transaction is committed.
    const records = openRecords({ dataDir });
    const { catalog, catalogDb } = records.context;
    catalogDb.exec('BEGIN IMMEDIATE');
    catalog.profiles.delete('w1-n1');
    catalogDb.exec('ROLLBACK');
    await records.close();
    const second = await openStoreIn({ dataDir, clock: handClock() });
    expect(foldedOf(await second.stacks('w1'))).toEqual(sumOf(trees));
    await second.mergeParts('w1');
    await second.close();
    const third = await openStoreIn({ dataDir, clock: handClock() });
    onTestFinished(() => third.close());
    await third.compact();
    // A report that comes again finds nothing.
    await arrive(third, 'n1', 9);
    expect(foldedOf(await third.stacks('w1'))).toEqual(sumOf(trees));
    expect(await third.profileParts('w1')).toEqual([]);
  }, 60_000);
});

test('beyond the bounds processes of a node are one, then only the tree is kept', () => {
  const merge = (bounds: { processes?: number; sums?: number }) => {
    const merged = new MergedParts(bounds);
    for (const [place, node] of nodes.entries()) merged.add(node, trees[place] ?? recorded(1));
    return merged.build();
  };
  expect(weightOfProcesses(merge({}))).toEqual(expectedWeights);
  expect(weightOfProcesses(merge({ processes: 1 }))).toEqual([
    'n1 0 0 null 20',
    'n1 7 7 0 20',
    'n2 0 0 null 40',
  ]);
  const bare = merge({ sums: 10 });
  expect(bare?.samples).toBeNull();
  expect(foldedOf(bare)).toEqual(sumOf(trees));
  expect(new MergedParts().build()).toBeNull();
});

test('continuous profiles are kept as they stand', async () => {
  const dataDir = tempDir();
  const store = await openStoreIn({ dataDir, clock: handClock() });
  const one: ContinuousProfile = {
    id: 'con_1',
    job: '42',
    nodes: [],
    event: 'cpu-clock',
    frequencyHz: 19,
    windowMs: 60_000,
    createdTimeMs: t0,
    status: 'running',
    reason: null,
    endedTimeMs: null,
    windows: 0,
    lastWindowTimeMs: null,
    seenNodes: ['n1'],
  };
  await store.putContinuous(one);
  await store.putContinuous({ ...one, windows: 1 });
  await store.putContinuous({ ...one, id: 'con_2', createdTimeMs: t0 + 1 });
  await store.close();
  const again = await openStoreIn({ dataDir, clock: handClock() });
  onTestFinished(() => again.close());
  expect(await again.continuousProfile('con_1')).toEqual({ ...one, windows: 1 });
  expect(await again.continuousProfile('none')).toBeNull();
  expect((await again.continuousProfiles(10)).map(({ id }) => id)).toEqual(['con_2', 'con_1']);
});
