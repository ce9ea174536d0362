// How tables are ordered, to and from the address, and the ordering itself. Pure.
// null values come last in both directions: what is not known is neither small nor large.

export interface SortOrder<K extends string> {
  readonly key: K;
  readonly descending: boolean;
}

export type SortValue = number | string | null;

/** 'cpuRatio' ascending, '-cpuRatio' descending. */
export function parseSort<K extends string>(
  text: string | null,
  keys: readonly K[],
  fallback: SortOrder<K>,
): SortOrder<K> {
  if (text === null) return fallback;
  const descending = text.startsWith('-');
  const word = descending ? text.slice(1) : text;
  const key = keys.find((candidate) => candidate === word);
  return key === undefined ? fallback : { key, descending };
}

export function writeSort<K extends string>(order: SortOrder<K>): string {
  return order.descending ? `-${order.key}` : order.key;
}

/** What a click on a column's head makes of the present order: figures begin with the largest, names with A. */
export function nextSort<K extends string>(order: SortOrder<K>, key: K, numeric: boolean): SortOrder<K> {
  if (order.key === key) return { key, descending: !order.descending };
  return { key, descending: numeric };
}

/** A new array; equal rows keep their order. */
export function sortRows<R>(
  rows: readonly R[],
  valueOf: (row: R) => SortValue,
  descending: boolean,
): readonly R[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

const natural = new Intl.Collator('en', { numeric: true });

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return natural.compare(String(a), String(b));
}
