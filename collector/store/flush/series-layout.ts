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
  const decimals = new Map<number, number>();
  const numbersOf = new Map<readonly SeriesDefinition[], readonly number[]>();
  for (const list of lists) {
    const numbers = list.map((definition) => {
      const number = numberOf(definition);
      if (number === undefined || !isKept(number)) return -1;
      decimals.set(number, definition.decimals);
      return number;
    });
    numbersOf.set(list, numbers);
  }
  const numbers = [...decimals.keys()].sort((left, right) => left - right);
  const columnOf = new Map(numbers.map((number, column) => [number, column]));
  const columns = new Map<readonly SeriesDefinition[], Int32Array>();
  for (const [list, ofList] of numbersOf) {
    columns.set(
      list,
      Int32Array.from(ofList, (number) => columnOf.get(number) ?? -1),
    );
  }
  return { numbers, decimals: numbers.map((number) => decimals.get(number) ?? 0), columns };
}
