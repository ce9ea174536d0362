import { array, assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RecordedStacks, stackChunks } from '../../../../agent/profiler/samples/stack-chunks.ts';
import { StackTreeBuilder } from '../../../../agent/profiler/samples/stack-tree-builder.ts';
import type { StackTree } from '../../../../shared/model/profile.ts';
import { foldedText } from '../folded-text.ts';

const limits = { stackFrames: 5, nodes: 30, frames: 100 };

function build(stacks: readonly (readonly string[])[], bounds = limits): StackTree {
  const builder = new StackTreeBuilder(bounds);
  const numbers = new Map<string, number>();
  for (const stack of stacks) {
    builder.add(
      stack.toReversed().map((name) => {
        const number = numbers.get(name) ?? builder.frame({ function: name, module: '' });
        numbers.set(name, number);
        return number;
      }),
      1,
    );
  }
  return builder.build();
}

function recordedOf(tree: StackTree, count: number): RecordedStacks {
  const numbers = Array.from({ length: count }, (_, place) => place);
  const thread = { pid: 1, tid: 1, process: 'p', name: 't', localRank: null };
  const threads = numbers.slice(0, 3000).map((tid) => ({ ...thread, tid }));
  const weights = numbers.map((place) => 1 + (place % 3));
  return { tree, threads, samples: { timesMs: numbers, threadIds: numbers, nodes: numbers, weights } };
}

/** Puts chunks together again, as a receiver does. */
function join(recorded: RecordedStacks): RecordedStacks {
  const chunks = [...stackChunks(recorded)];
  expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, i) => i));
  expect(chunks.map(({ last }) => last)).toEqual(chunks.map((_, i) => i === chunks.length - 1));
  let frames = 0;
  for (const chunk of chunks) {
    frames += chunk.frames.length;
    expect(Math.max(-1, ...chunk.frameIds)).toBeLessThan(frames);
    expect(chunk.parents.length).toBeLessThanOrEqual(2000);
    const text = chunk.frames.map((frame) => frame.function + frame.module).join('');
    expect(Buffer.byteLength(text) + chunk.parents.length * 15).toBeLessThan(256 * 1024);
  }
  const samples = chunks.flatMap((chunk) => chunk.samples ?? []);
  return {
    tree: {
      frames: chunks.flatMap((chunk) => chunk.frames),
      parents: chunks.flatMap((chunk) => chunk.parents),
      frameIds: chunks.flatMap((chunk) => chunk.frameIds),
      self: chunks.flatMap((chunk) => chunk.self),
    },
    threads: chunks.flatMap((chunk) => chunk.threads),
    samples: {
      timesMs: samples.some(({ timesMs }) => timesMs === null)
        ? null
        : samples.flatMap(({ timesMs }) => timesMs ?? []),
      threadIds: samples.flatMap(({ threadIds }) => threadIds),
      nodes: samples.flatMap(({ nodes }) => nodes),
      weights: samples.flatMap(({ weights }) => weights),
    },
  };
}

describe('StackTreeBuilder', () => {
  test('merges stacks from the root', () => {
    const tree = build([
      ['main', 'work', 'hot'],
      ['main', 'work', 'cold'],
      ['main', 'work', 'hot'],
      ['main'],
    ]);
    expect(tree).toEqual({
      frames: ['main', 'work', 'hot', 'cold'].map((name) => ({ function: name, module: '' })),
      parents: [-1, 0, 1, 1],
      frameIds: [0, 1, 2, 3],
      self: [1, 0, 2, 1],
    });
  });

  test('of a stack that is too deep the frames next to the leaf stay, below [rest]', () => {
    const text = foldedText(build([['a', 'b', 'c', 'd', 'e', 'f']]));
    expect(text).toBe('[rest]@;c@;d@;e@;f@ 1');
    expect(foldedText(build([['a', 'b', 'c', 'd', 'e']]))).toBe('a@;b@;c@;d@;e@ 1');
  });

  test('when it is full, known stacks go on counting and new ones count as [rest]', () => {
    const many = Array.from({ length: 60 }, (_, i) => ['main', `f${i}`]);
    const tree = build([...many, ['main', 'f0'], ['main', 'new']]);
    expect(tree.parents).toHaveLength(30);
    expect(foldedText(tree)).toContain('main@;f0@ 2');
    expect(foldedText(tree)).toContain('[rest]@ 33');
  });

  test('keeps every sample, and parents before children, for any stacks', () => {
    const stacks = array(array(integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 9 }), {
      maxLength: 80,
    });
    assert(
      property(stacks, (all) => {
        const tree = build(all.map((stack) => stack.map(String)));
        expect(tree.self.reduce((sum, count) => sum + count, 0)).toBe(all.length);
        tree.parents.forEach((parent, node) => expect(parent).toBeLessThan(node));
        expect(tree.parents.length).toBeLessThanOrEqual(limits.nodes);
      }),
    );
  });
});

describe('stackChunks', () => {
  test('an empty tree has none', () => {
    expect([...stackChunks(recordedOf(build([]), 0))]).toEqual([]);
  });

  test.each([
    ['short names', 'f'],
    ['long names of three bytes a character', '名'.repeat(500)],
  ])('the chunks of a large tree with %s make the same tree', (_, name) => {
    const stacks = Array.from({ length: 5000 }, (_, i) => ['main', `${name}${i % 700}`, `leaf${i}`]);
    const tree = build(stacks, { stackFrames: 256, nodes: 200_000, frames: 100_000 });
    const recorded = recordedOf(tree, 20_000);
    expect(join(recorded)).toEqual(recorded);
  });
});
