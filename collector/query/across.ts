// In: the values of several series at the same times. Out: one value for each time: their sum, average, smallest, largest,
// count or a quantile. A series without a value at a time does not take part; where none has one there is none.
import { quantileOf } from './quantile.ts';
import type { Across } from './range.ts';

/** undefined when it is none. */
export function parseAcross(text: string): Across | undefined {
  if (text === 'sum' || text === 'avg' || text === 'min' || text === 'max' || text === 'count') return text;
  const percent = Number(/^p(\d{1,2}(?:\.\d{1,3})?|100)$/.exec(text)?.[1]);
  return percent >= 0 && percent <= 100 ? `p${percent}` : undefined;
}

/** One row of values from many; all have `count` entries. */
export function combine(rows: readonly Float64Array[], across: Across, count: number): Float64Array {
  switch (across) {
    case 'sum':
      return fold(rows, count, (sum, value) => sum + value);
    case 'min':
      return fold(rows, count, (low, value) => (value < low ? value : low));
    case 'max':
      return fold(rows, count, (high, value) => (value > high ? value : high));
    case 'count':
      return counted(rows, count).map((known) => (known === 0 ? Number.NaN : known));
    case 'avg': {
      const counts = counted(rows, count);
      return fold(rows, count, (sum, value) => sum + value).map((sum, place) => sum / (counts[place] ?? 0));
    }
    default:
      return quantiles(rows, Number(across.slice(1)) / 100, count);
  }
}

function fold(
  rows: readonly Float64Array[],
  count: number,
  step: (known: number, value: number) => number,
): Float64Array {
  const result = new Float64Array(count).fill(Number.NaN);
  for (const row of rows) {
    for (let place = 0; place < count; place += 1) {
      const value = row[place] ?? Number.NaN;
      const known = result[place] ?? Number.NaN;
      if (value === value) result[place] = known === known ? step(known, value) : value;
    }
  }
  return result;
}

function counted(rows: readonly Float64Array[], count: number): Float64Array {
  const counts = new Float64Array(count);
  for (const row of rows) {
    for (let place = 0; place < count; place += 1) {
      const value = row[place] ?? Number.NaN;
      if (value === value) counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return counts;
}

/** Row by row into columns: a quantile needs all values of one time side by side. */
function quantiles(rows: readonly Float64Array[], fraction: number, count: number): Float64Array {
  const result = new Float64Array(count);
  const column = new Float64Array(rows.length);
  for (let place = 0; place < count; place += 1) {
    let length = 0;
    for (let index = 0; index < rows.length; index += 1) {
      const value = rows[index]?.[place] ?? Number.NaN;
      if (value === value) {
        column[length] = value;
        length += 1;
      }
    }
    result[place] = quantileOf(column.subarray(0, length), fraction);
  }
  return result;
}
