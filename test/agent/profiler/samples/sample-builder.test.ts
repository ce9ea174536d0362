import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SampleBuilder } from '../../../../agent/profiler/samples/sample-builder.ts';
import { StackTreeBuilder } from '../../../../agent/profiler/samples/stack-tree-builder.ts';
import { foldedText } from '../folded-text.ts';

const roomy = { timedSamples: 100, sampledThreads: 10 };
const sample = (tid: number, timeMs: number, weight = 1) => ({
  pid: 1,
  tid,
  name: `t${tid}`,
  timeMs,
  weight,
});

describe('samples', () => {
  test('lie in order of time, with thread, stack and weight, and the tree has their weights', () => {
    const builder = new SampleBuilder();
    builder.add(sample(1, 20.4, 5), ['leaf (/x)', 'main (/x)']);
    builder.add(sample(2, 10, 7), ['main (/x)']);
    const tree = builder.tree.build();
    expect(foldedText(tree)).toBe('main@x 7\nmain@x;leaf@x 5');
    const { timesMs, threadIds, nodes, weights } = builder.samples();
    expect([timesMs, weights]).toEqual([
      [10, 20],
      [7, 5],
    ]);
    expect(threadIds.map((id) => builder.threads[id]?.name)).toEqual(['t2', 't1']);
    expect(nodes.map((node) => tree.frames[tree.frameIds[node] ?? -1]?.function)).toEqual(['main', 'leaf']);
  });

  test('that are too many become sums by thread and stack; none is lost', () => {
    const builder = new SampleBuilder(new StackTreeBuilder(), { ...roomy, timedSamples: 4 });
    for (let at = 0; at < 40; at += 1) builder.add(sample(at % 2, at), [`f${at % 3} (/x)`]);
    const { timesMs, weights } = builder.samples();
    expect(timesMs).toBeNull();
    expect(weights).toHaveLength(6);
    expect(weights.reduce((all, weight) => all + weight, 0)).toBe(40);
    expect(builder.count).toBe(40);
  });

  test('of threads that find no room are those of one thread', () => {
    const builder = new SampleBuilder(new StackTreeBuilder(), { ...roomy, sampledThreads: 3 });
    for (let tid = 0; tid < 9; tid += 1) builder.add(sample(tid, tid), ['main (/x)']);
    expect(builder.threads.map(({ name }) => name)).toEqual(['t0', 't1', '[rest]']);
    expect(builder.samples().threadIds).toEqual([0, 1, 2, 2, 2, 2, 2, 2, 2]);
  });

  test('know how many of their frames have a name', () => {
    const builder = new SampleBuilder();
    expect(builder.namedShare).toBe(1);
    for (let at = 0; at < 2; at += 1) builder.add(sample(1, at), ['[unknown] (/x)', 'main (/x)', 'a (/x)']);
    builder.add(sample(1, 3), []);
    expect(builder.namedShare).toBeCloseTo(4 / 7);
  });

  test('of many different functions stay within the bounds of the tree', () => {
    const builder = new SampleBuilder(new StackTreeBuilder({ stackFrames: 8, nodes: 50, frames: 40 }));
    for (let at = 0; at < 1000; at += 1) builder.add(sample(1, at), [`f${at} (/x)`, 'main (/x)']);
    const tree = builder.tree.build();
    expect(tree.parents.length).toBeLessThanOrEqual(50);
    expect(tree.frames.length).toBeLessThanOrEqual(40);
    expect(tree.self.reduce((all, weight) => all + weight, 0)).toBe(1000);
    expect(tree.frames).toContainEqual({ function: '[rest]', module: '' });
  });

  test('of 100,000 different stacks stay within 150 MB', { timeout: 60_000 }, () => {
    const program = join(import.meta.dirname, 'many-stacks.ts');
    const told: unknown = JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' }));
    expect(told).toMatchObject({ samples: 100_000, kept: 100_000, threads: 4096 });
    expect(told).toHaveProperty(
      'megabytes',
      expect.toSatisfy((megabytes: number) => megabytes < 150),
    );
  });
});
