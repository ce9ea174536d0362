import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { partitionAt } from '../../../../collector/store/partitions/tier.ts';
import { ProfileFile } from '../../../../collector/store/profiles/profile-file.ts';
import { ProfileWriter, type SharingBounds } from '../../../../collector/store/profiles/profile-writer.ts';
import type { RecordedStacks } from '../../../../shared/model/profile.ts';
import { StacksBuilder, stackLimits, toTree } from '../../../../shared/stacks/stacks-builder.ts';
import { t0, tempDir } from '../open-store.ts';
import { foldedOf, sumOf, treeOf } from './stack-trees.ts';

const partition = partitionAt('profiles', t0);
const yieldTurn = () => Promise.resolve();

async function openFile({
  root = tempDir(),
  bounds = {},
}: {
  root?: string;
  bounds?: Partial<SharingBounds>;
} = {}) {
  const writer = ProfileWriter.open(root, partition, bounds);
  onTestFinished(() => writer.close());
  await writer.load(yieldTurn);
  const reader = ProfileFile.open(root, partition);
  onTestFinished(() => reader.close());
  return { root, writer, reader };
}

async function merged(reader: ProfileFile, ids: readonly string[]) {
  const merger = new StacksBuilder();
  const damages: unknown[] = [];
  const missed = await reader.merge(ids, { merger, yieldTurn, onDamage: (error) => damages.push(error) });
  const stacks = merger.build();
  const tree = stacks.parents.length === 0 ? null : toTree(stacks);
  return { tree, missed: [...missed], damages };
}

const chainOf = (depth: number): RecordedStacks => ({
  threads: [],
  samples: null,
  frames: [{ function: 'f', module: '' }],
  parents: Array.from({ length: depth }, (_, place) => place - 1),
  frameIds: Array.from({ length: depth }, () => 0),
  self: Array.from({ length: depth }, (_, place) => (place === depth - 1 ? 1 : 0)),
});

describe('stacks in the file of their month', () => {
  test('are read as they were written, by a reader that was there before and by one after', async () => {
    const { root, writer, reader } = await openFile();
    expect(partition.path).toBe('profiles/2027-01.db');
    const trees = Array.from({ length: 20 }, (_, run) => treeOf({ samples: 300, program: run % 3, run }));
    for (const [run, tree] of trees.entries()) {
      expect(writer.put(`p${run}`, tree)).toBe('shared');
      expect(foldedOf(reader.stacks(`p${run}`))).toEqual(foldedOf(tree));
    }
    const later = ProfileFile.open(root, partition);
    onTestFinished(() => later.close());
    await later.load(yieldTurn);
    for (const [run, tree] of trees.entries()) {
      expect(foldedOf(later.stacks(`p${run}`))).toEqual(foldedOf(tree));
    }
    expect(later.stacks('p99')).toBeNull();
  });

  test('that were there before cost next to nothing', async () => {
    const { root, writer, reader } = await openFile();
    const tree = treeOf({ samples: 2_000, program: 1, run: 1 });
    writer.put('first', tree);
    reader.stacks('first');
    const nodes = reader.tree.nodeCount;
    expect(nodes).toBeGreaterThan(900);
    for (let run = 0; run < 50; run += 1) writer.put(`again ${run}`, tree);
    expect(foldedOf(reader.stacks('again 49'))).toEqual(foldedOf(tree));
    expect(reader.tree.nodeCount).toBe(nodes);
    expect(reader.tables.head()).toMatchObject({ growths: 1, profiles: 51 });
    writer.close();
    expect(statSync(join(root, partition.path)).size / 51).toBeLessThan(4_000);
  });

  test('are there once, however often they are put, and gone once they are deleted', async () => {
    const { writer, reader } = await openFile();
    const tree = treeOf({ samples: 100, program: 1, run: 1 });
    expect(writer.put('p', tree)).toBe('shared');
    expect(writer.put('p', treeOf({ samples: 100, program: 2, run: 2 }))).toBe('known');
    writer.put('q', tree);
    expect(foldedOf(reader.stacks('p'))).toEqual(foldedOf(tree));
    expect([writer.delete('p'), writer.delete('p')]).toEqual([true, false]);
    expect(reader.stacks('p')).toBeNull();
    expect(foldedOf(reader.stacks('q'))).toEqual(foldedOf(tree));
  });

  test('go on from what is in the file when it is opened again', async () => {
    const { root, writer } = await openFile();
    writer.put('a', treeOf({ samples: 200, program: 1, run: 1 }));
    writer.close();
    const { writer: again, reader } = await openFile({ root });
    const trees = [
      treeOf({ samples: 200, program: 1, run: 2 }),
      treeOf({ samples: 200, program: 2, run: 1 }),
    ];
    for (const [place, tree] of trees.entries()) again.put(`b${place}`, tree);
    for (const [place, tree] of trees.entries())
      expect(foldedOf(reader.stacks(`b${place}`))).toEqual(foldedOf(tree));
  });

  test('keep names that are no text, that are long, and nodes that are told twice', async () => {
    const { writer, reader } = await openFile();
    const names = [
      '',
      ' ',
      '\0',
      'a\0b',
      '\u202eevil',
      '🙂'.repeat(100),
      '1 a',
      '__proto__',
      "'; DROP TABLE stacks; --",
    ];
    const tree: RecordedStacks = {
      threads: [],
      samples: null,
      frames: names.flatMap((name) => names.map((module) => ({ function: name, module }))),
      parents: names
        .flatMap(() => names.map((_, place) => place - 1))
        .map((parent, place) => (place > 9 ? parent : -1)),
      frameIds: names.flatMap((_, row) =>
        names.map((__, column) => (row > 7 ? 3 : row * names.length + column)),
      ),
      self: names.flatMap(() => names.map((_, place) => place)),
    };
    expect(writer.put("it's", tree)).toBe('shared');
    expect(foldedOf(reader.stacks("it's"))).toEqual(foldedOf(tree));
  });
});

describe('samples', () => {
  const threads = [
    { pid: 1, tid: 1, process: 'solver', name: 'solver', localRank: 0 },
    { pid: 1, tid: 2, process: 'solver', name: '\u202eworker', localRank: null },
  ];
  const sampled = (tree: RecordedStacks, isTimed: boolean): RecordedStacks => {
    const nodes = tree.self.flatMap((weight, node) => (weight > 0 ? [node] : []));
    const samples = {
      timesMs: isTimed ? nodes.map((_, place) => place * 10) : null,
      threadIds: nodes.map((node) => node % 2),
      nodes,
      weights: nodes.map((node) => tree.self[node] ?? 0),
    };
    return { ...tree, threads, samples };
  };
  /** Each with its thread, time and weight, and where it ended, by names. Sums have no order. */
  const entries = (stacks: RecordedStacks | null): readonly string[] => {
    const { timesMs = null, threadIds = [], nodes = [], weights = [] } = stacks?.samples ?? {};
    const told = nodes.map((node, at) => {
      const frame = stacks?.frames[stacks.frameIds[node] ?? -1];
      return JSON.stringify([timesMs?.[at], threadIds[at], frame?.function, weights[at]]);
    });
    return timesMs === null ? told.toSorted() : told;
  };

  test.each([
    ['in the tree that all share, timed', {}, true],
    ['in the tree that all share, summed', {}, false],
    ['in a tree of its own', { newNodes: 20 }, true],
  ])('%s come back with their threads, times, weights and stacks', async (_, bounds, isTimed) => {
    const { writer, reader } = await openFile({ bounds });
    writer.put('other', treeOf({ samples: 90, program: 1, run: 1 }));
    const put = sampled(treeOf({ samples: 90, program: 1, run: 2 }), isTimed);
    writer.put('p', put);
    const found = reader.stacks('p');
    expect(found?.threads).toEqual(threads);
    expect(found?.samples?.timesMs === null).toBe(!isTimed);
    expect(entries(found)).toEqual(entries(put));
    expect(reader.stacks('other')).toMatchObject({ threads: [], samples: null });
  });

  test('that end where nothing ended are left out; the tree stays', async () => {
    const { writer, reader } = await openFile();
    const tree = chainOf(3);
    const samples = { timesMs: [1], threadIds: [0], nodes: [0], weights: [1] };
    writer.put('odd', { ...tree, threads, samples });
    expect(reader.stacks('odd')).toMatchObject({ samples: null });
    expect(foldedOf(reader.stacks('odd'))).toEqual(foldedOf(tree));
  });
});

describe('stacks beyond a bound', () => {
  const usual = treeOf({ samples: 50, program: 1, run: 1 });
  test.each<[string, Partial<SharingBounds>, RecordedStacks]>([
    ['too deep', { depth: 100 }, chainOf(101)],
    ['too many new nodes', { newNodes: 20 }, usual],
    ['too many new frames', { newFrames: 10 }, usual],
    ['a full tree', { nodes: 20 }, usual],
    ['as many frames as there can be', { frames: 10 }, usual],
    ['a long name', { frameText: 20 }, usual],
  ])('%s: are kept, and take no room from others', async (_, bounds, tree) => {
    const { writer, reader } = await openFile({ bounds });
    writer.put('small', chainOf(3));
    expect(writer.put('odd', tree)).toBe('own');
    expect(writer.put('small again', chainOf(3))).toBe('shared');
    expect(foldedOf(reader.stacks('odd'))).toEqual(foldedOf(tree));
    expect(reader.tree.nodeCount).toBe(3);
    const { tree: both } = await merged(reader, ['odd', 'small']);
    expect(foldedOf(both)).toEqual(sumOf([tree, chainOf(3)]));
  });
});

describe('a merge', () => {
  test('has the samples of all that are there and names the others', async () => {
    const { writer, reader } = await openFile();
    const trees = Array.from({ length: 100 }, (_, run) => treeOf({ samples: 60, program: run % 4, run }));
    for (const [run, tree] of trees.entries()) writer.put(`p${run}`, tree);
    const { tree, missed, damages } = await merged(reader, ['x', ...trees.map((_, run) => `p${run}`), 'y']);
    expect(foldedOf(tree)).toEqual(sumOf(trees));
    expect([missed, damages]).toEqual([['x', 'y'], []]);
    expect((await merged(reader, ['x'])).tree).toBeNull();
  });

  test('counts what has no room to one frame', () => {
    const merger = new StacksBuilder({ ...stackLimits, branches: 50 });
    const trees = [1, 2].map((program) => treeOf({ samples: 500, program, run: 1 }));
    for (const tree of trees) merger.addTree(tree);
    const result = merger.build();
    expect(result?.parents).toHaveLength(50);
    expect(result?.self.reduce((sum, self) => sum + self, 0)).toBe(1_000);
    expect(result?.frames).toContainEqual({ function: '[rest]', module: '' });
    expect(result?.frames.length).toBeLessThan(50);
  });
});
