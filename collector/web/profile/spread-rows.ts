// The rows of a spread in the order in which they are read, which of them differ from the others, and what one of them chooses.
// In: rows of the API. Out: rows with shares of the largest, and the middle of all. Pure.
import type { SampleChoice, SpreadBy, SpreadRow } from '../../../shared/api/profile-view.ts';

export interface SpreadBar {
  readonly row: SpreadRow;
  readonly key: string;
  /** 0 to 1 of the largest. */
  readonly length: number;
  /** 0 to 1 of the bar: outside of MPI, or of the function that is looked for. */
  readonly part: number;
  /** Its part lies far above or below those of the others. */
  readonly differs: 'above' | 'below' | null;
  readonly choice: SampleChoice;
}

export type SpreadOrder = 'usual' | 'difference';

export interface Spread {
  readonly bars: readonly SpreadBar[];
  /** Weight in the middle, 0 to 1 of the largest. */
  readonly median: number;
}

export interface SpreadOptions {
  readonly over: SpreadBy;
  /** Rows of a profile on one node need not name it. */
  readonly withNode: boolean;
  readonly wanted: boolean;
  /** `difference`: those furthest from the others first. */
  readonly order?: SpreadOrder;
}

/** A part that is so many points from the middle, and so many times as far as parts usually are, differs. */
const leastDifference = 0.05;
const leastTimesUsual = 4;

export function readSpread(rows: readonly SpreadRow[], options: SpreadOptions): Spread {
  const { over, withNode, wanted, order = 'usual' } = options;
  const most = rows.reduce((largest, { weight }) => Math.max(largest, weight), Number.MIN_VALUE);
  const parts = rows.map((row) => (wanted ? shareOf(row.wanted, row.weight) : row.ownShare));
  const usual = middle(parts);
  const spread = middle(parts.map((part) => Math.abs(part - usual)));
  const least = Math.max(leastDifference, leastTimesUsual * spread);
  const bars = rows.map((row, place): SpreadBar => {
    const part = parts[place] ?? 0;
    return {
      row,
      key: `${row.node} ${row.pid} ${row.thread}`,
      length: row.weight / most,
      part,
      differs: Math.abs(part - usual) < least ? null : part > usual ? 'above' : 'below',
      choice: choiceOf(row, over, withNode),
    };
  });
  const inUsualOrder = bars.toSorted(usualOrder(rows, over));
  return {
    bars:
      order === 'usual'
        ? inUsualOrder
        : inUsualOrder.toSorted((a, b) => Math.abs(b.part - usual) - Math.abs(a.part - usual)),
    median: middle(bars.map(({ length }) => length)),
  };
}

/** Ranks in their order, everything else by weight. */
function usualOrder(rows: readonly SpreadRow[], over: SpreadBy): (a: SpreadBar, b: SpreadBar) => number {
  if (over !== 'process' || rows.every(({ rank }) => rank === null)) {
    return (a, b) => b.row.weight - a.row.weight;
  }
  return ({ row: a }, { row: b }) =>
    natural.compare(a.node, b.node) || (a.rank ?? Infinity) - (b.rank ?? Infinity);
}

function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function choiceOf({ node, pid, thread }: SpreadRow, over: SpreadBy, withNode: boolean): SampleChoice {
  return {
    ...(withNode || over === 'node' ? { node } : {}),
    ...(over === 'process' && pid !== null ? { pid } : {}),
    ...(over === 'thread' && thread !== null ? { thread } : {}),
  };
}

/** Whether these are the samples that are chosen. */
export function isChosen(choice: SampleChoice, { node, pid, thread }: SampleChoice): boolean {
  return (
    (node === undefined || choice.node === undefined || choice.node === node) &&
    choice.pid === pid &&
    choice.thread === thread &&
    (choice.node !== undefined || pid !== undefined || thread !== undefined) &&
    (choice.pid !== undefined || choice.thread !== undefined || choice.node === node)
  );
}

const natural = new Intl.Collator('en', { numeric: true });
