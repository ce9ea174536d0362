// In: the lists of series that a node's ticks have in a segment, mostly one. Out: the layout of its columns: each series once, in
// the order of its number in the file, and where the places of each list go.
import type { SeriesDefinition } from '../../../shared/model/metric.ts';

export interface SeriesLayout {
  /** Numbers of the series in the file, ascending. */
  readonly numbers: readonly number[];
  readonly decimals: readonly number[];
  /** For each list: the column of each of its places; -1: the series is not kept. */
  readonly columns: ReadonlyMap<readonly SeriesDefinition[], Int32Array>;
}

/** Undefined: the series is not kept. */
export type NumberOf = (definition: SeriesDefinition) => number | undefined;

export function layoutOf(
  lists: ReadonlySet<readonly SeriesDefinition[]>,
  numberOf: NumberOf,
  isKept: (number: number) => boolean = () => true,
): SeriesLayout {
  const numbersOf = Array.from(lists, (list) =>
    Int32Array.from(list, (definition) => {
      const number = numberOf(definition);
      return number === undefined || !isKept(number) ? -1 : number;
    }),
  );
  const numbers = distinct(numbersOf);
  const decimals = numbers.map(() => 0);
  const columns = new Map<readonly SeriesDefinition[], Int32Array>();
  for (const [at, list] of [...lists].entries()) {
    const ofList = (numbersOf[at] ?? noNumbers).map((number) => columnOf(numbers, number));
    for (const [place, { decimals: known }] of list.entries()) {
      const column = ofList[place] ?? -1;
      if (column >= 0) decimals[column] = known;
    }
    columns.set(list, ofList);
  }
  return { numbers, decimals, columns };
}

const noNumbers = new Int32Array(0);

/** Those that are kept, ascending, each once. */
function distinct(lists: readonly Int32Array[]): readonly number[] {
  const all = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const numbers of lists) {
    all.set(numbers, count);
    count += numbers.length;
  }
  const found: number[] = [];
  for (const number of all.sort()) if (number !== found.at(-1) && number >= 0) found.push(number);
  return found;
}

/** -1: it is not kept. */
function columnOf(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = numbers[middle] ?? 0;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
