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

  test('that last for hundreds of cells lie in each of them, and nothing of them in those after', () => {
    const grid = { choice: {}, fromMs: 0, stepMs: 1, cells: 1000, isWanted: () => true };
    const waits = samplesOf([
      [10.5, 0, 1, 300_000],
      [100, 1, 1, 500_000],
      [950, 1, 1, 400_000],
    ]);
    const { weights } = timeMap(waits, {
      ...grid,
      unit: 'microseconds',
      onto: new Float64Array(1000).fill(5),
    });
    const at = (cell: number): number => Math.round(weights[cell] ?? 0);
    expect([9, 10, 11, 99, 100, 309, 310, 311, 599, 600, 949, 950, 999].map(at)).toEqual([
      5, 505, 1005, 1005, 2005, 2005, 1505, 1005, 1005, 5, 5, 1005, 1005,
    ]);
    expect(weights[600]).toBe(5);
  });

  test('without number that last for ever are laid down in one go', () => {
    const many = 200_000;
    const samples: StackSamples = {
      threads: [thread(100, 0)],
      timesMs: new Float64Array(many),
      threadIds: new Uint32Array(many),
      nodes: new Uint32Array(many),
      weights: new Float64Array(many).fill(1e9),
    };
    const grid = { choice: {}, fromMs: 0, stepMs: 1, cells: 100_000, isWanted: () => true };
    const { weights } = timeMap(samples, { ...grid, unit: 'microseconds' });
    expect(weights[0]).toBeCloseTo(many * 1000);
    expect(weights[99_999]).toBeCloseTo(many * 1000);
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
