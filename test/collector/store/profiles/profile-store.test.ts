import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { partitionAt } from '../../../../collector/store/partitions/tier.ts';
import type { ProfileReport, RecordedStacks } from '../../../../shared/model/profile.ts';
import { openRecords } from '../catalog/open-records.ts';
import { handClock, sender, t0, tempDir } from '../open-store.ts';
import { openStoreIn } from '../open-store-in.ts';
import { finishedProfile, foldedOf, sumOf, treeOf } from './stack-trees.ts';

const trees = [1, 2].map((run) => treeOf({ samples: 200, program: 1, run }));

function reportOf(place: number, part: Partial<ProfileReport>): ProfileReport {
  const { node: _node, createdTimeMs: _created, id, ...state } = finishedProfile(`p${place}`);
  return { ...state, profileId: id, stacks: null, ...part };
}

test('a store that was killed before stacks moved moves them at its start, and merges what has moved and what has not', async () => {
  const dataDir = tempDir();
  const records = openRecords({ dataDir });
  for (const [place, tree] of trees.entries()) {
    await records.calls.putProfile({ ...finishedProfile(`p${place}`), status: 'running' });
    const stacks = { ...tree, index: 0, last: true };
    await records.calls.appendRecords(sender, {
      sequence: place + 1,
      payload: { kind: 'profile', report: reportOf(place, { status: 'processing', stacks }) },
    });
  }
  await records.calls.putProfile(finishedProfile('p0'));
  await records.close();
  const file = join(dataDir, partitionAt('profiles', t0).path);
  expect(existsSync(file)).toBe(false);

  const store = await openStoreIn({ dataDir, clock: handClock() });
  onTestFinished(() => store.close());
  // It waits for what the start began.
  await store.retain();
  expect(existsSync(file)).toBe(true);
  expect(foldedOf(await store.stacks('p0'))).toEqual(foldedOf(trees[0] ?? null));
  expect(foldedOf(await store.mergeStacks(['p0', 'p1']))).toEqual(sumOf(trees));

  await store.append(sender, { sequence: 3, payload: { kind: 'profile', report: reportOf(1, {}) } });
  await store.compact();
  expect(foldedOf(await store.mergeStacks(['p0', 'p1']))).toEqual(sumOf(trees));
  expect(await store.verify()).toEqual([]);
  expect(await store.deleteProfile('p0')).toBe(true);
  expect(foldedOf(await store.mergeStacks(['p0', 'p1']))).toEqual(foldedOf(trees[1] ?? null));
});

test('a profile that the collector made comes with all its stacks at once, and stays what it was when it has moved', async () => {
  const dataDir = tempDir();
  const store = await openStoreIn({ dataDir, clock: handClock() });
  onTestFinished(() => store.close());
  const thread = { pid: 7, tid: 8, process: 'solver', name: 'worker', localRank: 3 };
  const samples = { timesMs: [0, 10, 10], threadIds: [0, 0, 1], nodes: [0, 1, 1], weights: [1, 2, 1] };
  const stacks: RecordedStacks = {
    frames: [{ function: 'main', module: 'solver' }],
    parents: [-1, 0],
    frameIds: [0, 0],
    self: [1, 3],
    threads: [thread, { ...thread, tid: 9, localRank: null, node: 'n2' }],
    samples,
  };
  const profile = { ...finishedProfile('made'), node: null };
  await store.putStacks(profile, stacks);
  await store.compact();
  expect(existsSync(join(dataDir, partitionAt('profiles', t0).path))).toBe(true);
  expect(await store.profile('made')).toEqual(profile);
  expect(await store.stacks('made')).toEqual(stacks);
  const outside = { ...stacks, samples: { ...samples, nodes: [0, 1, 2] } };
  await expect(store.putStacks(finishedProfile('bad'), outside)).rejects.toThrow('point outside');
  expect(await store.profile('bad')).toBeNull();
});
