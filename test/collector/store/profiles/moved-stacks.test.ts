import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dropPartition } from '../../../../collector/store/partitions/partition-folder.ts';
import { dayMs, partitionAt } from '../../../../collector/store/partitions/tier.ts';
import { ProfileWriter } from '../../../../collector/store/profiles/profile-writer.ts';
import { backupStore } from '../../../../collector/store/upkeep/backup-store.ts';
import { DiskRoom } from '../../../../collector/store/upkeep/disk-room.ts';
import { restoreStore } from '../../../../collector/store/upkeep/restore-store.ts';
import { verifyStore } from '../../../../collector/store/upkeep/verify-store.ts';
import type { Profile, ProfileStatus, RecordedStacks } from '../../../../shared/model/profile.ts';
import { openRecords } from '../catalog/open-records.ts';
import { handClock, sender, t0, tempDir } from '../open-store.ts';
import { keepAll } from '../threads/keep-all.ts';
import { finishedProfile, foldedOf, randomFrom, sumOf, treeOf } from './stack-trees.ts';

const partition = partitionAt('profiles', t0);
const yieldTurn = () => Promise.resolve();
type Records = ReturnType<typeof openRecords>;

let sequence = 0;

/** In two portions, as an agent sends it; `isCut`: without the second. */
async function arrive(
  { calls }: Records,
  profile: Profile,
  tree: RecordedStacks,
  { isCut = false, status = 'finished' }: { isCut?: boolean; status?: ProfileStatus } = {},
): Promise<void> {
  const { id, ...rest } = profile;
  await calls.putProfile({ ...profile, status: 'running' });
  const half = tree.parents.length >> 1;
  const portions = [
    {
      ...tree,
      parents: tree.parents.slice(0, half),
      frameIds: tree.frameIds.slice(0, half),
      self: tree.self.slice(0, half),
    },
    {
      ...tree,
      frames: [],
      parents: tree.parents.slice(half),
      frameIds: tree.frameIds.slice(half),
      self: tree.self.slice(half),
    },
  ].map((portion, index) => ({ ...portion, index, last: index === 1 }));
  const reports = [...portions.slice(0, isCut ? 1 : 2), null].map((stacks) => ({
    ...rest,
    profileId: id,
    status: stacks === null ? status : ('processing' as const),
    stacks,
  }));
  for (const report of reports) {
    sequence += 1;
    await calls.appendRecords(sender, { sequence, payload: { kind: 'profile', report } });
  }
}

const arrived = ({ context }: Records) => context.catalog.profiles.arrived.ids();
const fileOf = (root: string) => join(root, partition.path);

describe('stacks of a profile', () => {
  test('move to the file of its month once it is over, and are read as before', async () => {
    const dataDir = tempDir();
    const records = openRecords({ dataDir });
    const { calls, moves } = records;
    const trees = [1, 2, 3].map((run) => treeOf({ samples: 100, program: 1, run }));
    for (const [place, tree] of trees.entries()) {
      await arrive(records, finishedProfile(`p${place}`), tree, {
        status: place === 2 ? 'processing' : 'finished',
      });
    }
    await moves.run();
    expect(arrived(records)).toEqual(['p2']);
    for (const [place, tree] of trees.entries())
      expect(foldedOf(await calls.stacks(`p${place}`))).toEqual(foldedOf(tree));
    expect(foldedOf(await calls.mergeStacks(['p0', 'p1', 'p2', 'p0', 'none']))).toEqual(sumOf(trees));
    expect(await calls.mergeStacks(['none'])).toBeNull();
    await expect(calls.mergeStacks(Array.from({ length: 20_001 }, String))).rejects.toThrow('at most 20000');
  });

  test('of which a part is missing wait a day for it', async () => {
    const clock = handClock(t0);
    const records = openRecords({ clock });
    await arrive(records, finishedProfile('p'), treeOf({ samples: 100, program: 1, run: 1 }), {
      isCut: true,
    });
    await records.moves.run();
    expect(arrived(records)).toEqual(['p']);
    const before = foldedOf(await records.calls.stacks('p'));
    clock.nowMs += dayMs + 1;
    await records.moves.run();
    expect(arrived(records)).toEqual([]);
    expect(foldedOf(await records.calls.stacks('p'))).toEqual(before);
  });

  test('are there once after a crash between the file and the catalog', async () => {
    const dataDir = tempDir();
    const first = openRecords({ dataDir });
    const tree = treeOf({ samples: 100, program: 1, run: 1 });
    await arrive(first, finishedProfile('p'), tree, { status: 'processing' });
    const writer = ProfileWriter.open(dataDir, partition);
    await writer.load(yieldTurn);
    writer.put('p', tree);
    writer.close();
    await first.calls.putProfile(finishedProfile('p'));
    expect(arrived(first)).toEqual(['p']);
    expect(foldedOf(await first.calls.stacks('p'))).toEqual(foldedOf(tree));
    expect(foldedOf(await first.calls.mergeStacks(['p']))).toEqual(foldedOf(tree));
    await first.close();
    const again = openRecords({ dataDir });
    await again.moves.run();
    expect(arrived(again)).toEqual([]);
    expect(foldedOf(await again.calls.stacks('p'))).toEqual(foldedOf(tree));
  });

  test('are deleted with it, moved or not', async () => {
    const dataDir = tempDir();
    const records = openRecords({ dataDir });
    const { calls, moves } = records;
    const tree = treeOf({ samples: 100, program: 1, run: 1 });
    await arrive(records, finishedProfile('moved'), tree);
    await moves.run();
    await arrive(records, finishedProfile('arrived'), tree, { status: 'processing' });
    expect([await calls.deleteProfile('moved'), await calls.deleteProfile('arrived')]).toEqual([true, true]);
    expect([await calls.stacks('moved'), await calls.stacks('arrived')]).toEqual([null, null]);
    const writer = ProfileWriter.open(dataDir, partition);
    onTestFinished(() => writer.close());
    expect([writer.has('moved'), writer.has('arrived')]).toEqual([false, false]);
  });
});

describe('the file of a month', () => {
  test('goes when the last of its profiles is too old', async () => {
    const { root } = await movedStore();
    const lost: unknown[] = [];
    const remove = (nowMs: number, budgetBytes: number | null = null) =>
      new DiskRoom({
        root,
        settings: { ageMs: { ...keepAll.ageMs, profiles: 90 * dayMs }, budgetBytes },
        nowMs: () => nowMs,
        declareLost: async (nodes, { path }) => void lost.push([nodes, path]),
      }).remove(yieldTurn);
    await remove(partition.toMs + 90 * dayMs);
    expect(existsSync(fileOf(root))).toBe(true);
    await remove(partition.toMs + 90 * dayMs + 1);
    expect(existsSync(fileOf(root))).toBe(false);
    expect(lost).toEqual([]);
    const { root: other } = await movedStore();
    await new DiskRoom({
      root: other,
      settings: { ageMs: keepAll.ageMs, budgetBytes: 1 },
      nowMs: () => t0,
      declareLost: async (nodes, { path }) => void lost.push([nodes, path]),
    }).remove(yieldTurn);
    expect(lost).toEqual([[null, partition.path]]);
  });

  test('is copied, checked and restored with the store', async () => {
    const { root, records, trees } = await movedStore();
    const copy = tempDir();
    await backupStore(root, copy);
    expect(await verifyStore(copy, { yieldTurn })).toEqual([]);
    await records.close();
    const again = tempDir();
    await restoreStore(copy, again);
    const restored = openRecords({ dataDir: again });
    for (const [place, tree] of trees.entries())
      expect(foldedOf(await restored.calls.stacks(`p${place}`))).toEqual(foldedOf(tree));
  });

  test('that cannot be read any more is set aside, told as a gap, and begun anew', async () => {
    const { root, records } = await movedStore();
    await records.calls.putNode(
      { name: 'n1', role: 'compute', bootId: '', agentVersion: '', intervalMs: 5000 },
      t0,
    );
    await records.close();
    truncateSync(fileOf(root), 20_000);
    const again = openRecords({ dataDir: root });
    const tree = treeOf({ samples: 100, program: 9, run: 1 });
    await arrive(again, finishedProfile('new'), tree);
    await again.moves.run();
    expect(existsSync(join(root, 'set-aside', partition.path))).toBe(true);
    expect(foldedOf(await again.calls.stacks('new'))).toEqual(foldedOf(tree));
    expect(await again.calls.stacks('p0')).toBeNull();
    expect(await again.calls.gaps('n1', 0, 9)).toEqual([
      {
        dataClass: 'profile',
        fromTimeMs: partition.fromMs,
        toTimeMs: partition.toMs,
        count: 0,
        reason: 'damaged',
        sequences: null,
      },
    ]);
  });

  test('tells every bit that flips, and never serves a wrong sample', { timeout: 60_000 }, async () => {
    const { root, records, trees } = await movedStore();
    await records.close();
    const whole = readFileSync(fileOf(root));
    const expected = trees.map(foldedOf);
    const random = randomFrom(42);
    const reading = openRecords({ dataDir: root });
    const counts = { right: 0, missing: 0, wrong: 0, untold: 0 };
    for (let round = 0; round < 80; round += 1) {
      const bytes = Buffer.from(whole);
      const bit = Math.floor(random() * bytes.length * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      dropPartition(root, partition);
      writeFileSync(fileOf(root), bytes);
      const damages = await verifyStore(root, { yieldTurn });
      const before = counts.missing;
      for (const [place, right] of expected.entries()) {
        const folded = foldedOf(await reading.calls.stacks(`p${place}`));
        if (folded.size === 0) counts.missing += 1;
        else if (isDeepStrictEqual(folded, right)) counts.right += 1;
        else counts.wrong += 1;
      }
      if (counts.missing > before && damages.length === 0) counts.untold += 1;
    }
    expect(counts).toMatchObject({ wrong: 0, untold: 0 });
    expect(counts.missing).toBeGreaterThan(15);
    expect(counts.right).toBeGreaterThan(counts.missing);
  });
});

/** Profiles that have moved. */
async function movedStore() {
  const root = tempDir();
  const records = openRecords({ dataDir: root });
  const trees = Array.from({ length: 8 }, (_, run) => treeOf({ samples: 300, program: run % 3, run }));
  const writer = ProfileWriter.open(root, partition);
  await writer.load(yieldTurn);
  for (const [place, tree] of trees.entries()) writer.put(`p${place}`, tree);
  writer.close();
  await Promise.all(trees.map((_, place) => records.calls.putProfile(finishedProfile(`p${place}`))));
  return { root, records, trees };
}
