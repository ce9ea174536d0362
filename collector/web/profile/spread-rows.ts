// The rows of a spread in the order in which they are read, and what one of them chooses. In: rows of the API. Out: rows with
// names and shares of the largest, and the middle of all. Pure.
import type { SampleChoice, SpreadBy, SpreadRow } from '../../../shared/api/profile-view.ts';

export interface SpreadBar {
  readonly row: SpreadRow;
  readonly key: string;
  /** 0 to 1 of the largest. */
  readonly length: number;
  /** 0 to 1 of the bar: outside of MPI, or of the function that is looked for. */
  readonly part: number;
  readonly choice: SampleChoice;
}

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
}

export function readSpread(rows: readonly SpreadRow[], { over, withNode, wanted }: SpreadOptions): Spread {
  const most = rows.reduce((largest, { weight }) => Math.max(largest, weight), Number.MIN_VALUE);
  const ranked = over === 'process' && rows.some(({ rank }) => rank !== null);
  const sorted = rows.toSorted((a, b) =>
    ranked
      ? natural.compare(a.node, b.node) || (a.rank ?? Infinity) - (b.rank ?? Infinity)
      : b.weight - a.weight,
  );
  const bars = sorted.map((row) => ({
    row,
    key: `${row.node} ${row.pid} ${row.thread}`,
    length: row.weight / most,
    part: wanted ? (row.weight > 0 ? row.wanted / row.weight : 0) : row.ownShare,
    choice: choiceOf(row, over, withNode),
  }));
  const lengths = bars.map(({ length }) => length).toSorted((a, b) => a - b);
  return { bars, median: lengths[Math.floor(lengths.length / 2)] ?? 0 };
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
