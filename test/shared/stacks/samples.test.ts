import { describe, expect, test } from 'vitest';
import { type StackSamples, spreadOverThreads, timeMap, weightsOf } from '../../../shared/stacks/samples.ts';

const thread = (tid: number, localRank: number | null) => ({
  node: 'n1',
  pid: 100,
  tid,
  process: 'solver',
  name: 'worker',
  localRank,
});

/** Rows: time in ms, thread, node of the tree, weight. */
function samplesOf(rows: readonly (readonly [number, number, number, number])[]): StackSamples {
  return {
    threads: [thread(100, 0), thread(101, 1)],
    timesMs: Float64Array.from(rows, ([time]) => time),
    threadIds: Uint32Array.from(rows, ([, threadId]) => threadId),
    nodes: Uint32Array.from(rows, ([, , node]) => node),
    weights: Float64Array.from(rows, ([, , , weight]) => weight),
  };
}

const counted = samplesOf([
  [0, 0, 1, 1],
  [10, 1, 2, 1],
  [20, 0, 1, 1],
  [30, 1, 1, 1],
]);
/** A wait of 40 ms that begins at 10 ms. */
const lasting = samplesOf([[10, 0, 1, 40_000]]);

describe('samples', () => {
  test('of a window and of some threads alone', () => {
    const all = { nodes: 3, unit: 'samples' } as const;
    expect([...weightsOf(counted, { ...all, choice: {} })]).toEqual([0, 3, 1]);
    expect([...weightsOf(counted, { ...all, choice: { fromMs: 10, toMs: 30 } })]).toEqual([0, 1, 1]);
    const choice = { isThread: ({ localRank }: { localRank: number | null }) => localRank === 0 };
    expect([...weightsOf(counted, { ...all, choice })]).toEqual([0, 2, 0]);
  });

  test('that last count for the part that lies in the window', () => {
    const all = { nodes: 2, unit: 'microseconds' } as const;
    expect([...weightsOf(lasting, { ...all, choice: { fromMs: 30, toMs: 35 } })]).toEqual([0, 5000]);
    expect([...weightsOf(lasting, { ...all, choice: { fromMs: 50 } })]).toEqual([0, 0]);
    expect([...weightsOf(lasting, { ...all, choice: { toMs: 10 } })]).toEqual([0, 0]);
  });

  test('lie in the cells of their time, those that last in all that they touch', () => {
    const cells = { choice: {}, fromMs: 0, stepMs: 20, cells: 3, isWanted: (node: number) => node === 1 };
    expect([...timeMap(counted, { ...cells, unit: 'samples' }).weights]).toEqual([1, 2, 0]);
    expect([...timeMap(lasting, { ...cells, unit: 'microseconds' }).weights]).toEqual([
      10_000, 20_000, 10_000,
    ]);
    const outside = { ...cells, fromMs: 45, cells: 1 };
    expect([...timeMap(lasting, { ...outside, unit: 'microseconds' }).weights]).toEqual([5000]);
  });

  test('spread over the threads, with and without what is asked for', () => {
    const isWanted = (node: number): boolean => node === 2;
    const rows = spreadOverThreads(counted, { unit: 'samples', choice: {}, isWanted });
    expect(rows.map(({ thread: { tid }, all, wanted }) => [tid, all, wanted])).toEqual([
      [100, 2, 0],
      [101, 2, 1],
    ]);
  });
});
