// In: the ticks of one node, in the order in which they came. Out: a column for each of its series, in order of time; of two
// ticks of one time the first one stays.
// The series of ticks may change from one to the next: what a tick does not have is NaN in the columns.
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import type { Column } from '../columns/chunk-codec.ts';
import type { NodeColumns } from '../partitions/node-columns.ts';

/** Numbers of series in a file, by place; 0: the series is not kept. */
export type NumbersOf = (series: readonly SeriesDefinition[]) => Int32Array;

export interface TickColumns extends NodeColumns {
  /** Ticks that were left out, because there was one of the same time before. */
  readonly doubles: number;
}

export function columnsOf(came: readonly MetricTick[], numbersOf: NumbersOf): TickColumns {
  const ticks = inOrder(came);
  const timesMs = Float64Array.from(ticks, ({ timeMs }) => timeMs);
  const columns = new Map<number, Column>();
  const doubles = came.length - ticks.length;
  for (let from = 0; from < ticks.length; ) {
    const series = ticks[from]?.series ?? [];
    let to = from + 1;
    while (to < ticks.length && ticks[to]?.series === series) to += 1;
    const isWhole = from === 0 && to === ticks.length;
    const numbers = numbersOf(series);
    const block = transposed(ticks.slice(from, to), series.length);
    for (let place = 0; place < series.length; place += 1) {
      const number = numbers[place] ?? 0;
      if (number === 0) continue;
      const values = block.subarray(place * (to - from), (place + 1) * (to - from));
      const decimals = series[place]?.decimals ?? 0;
      if (isWhole && !columns.has(number)) columns.set(number, { values, decimals });
      else columns.set(number, filled(columns.get(number), { values, decimals }, from, ticks.length));
    }
    from = to;
  }
  return { timesMs, columns, doubles };
}

/** Most often they are in order already. */
function inOrder(ticks: readonly MetricTick[]): readonly MetricTick[] {
  if (ticks.every(({ timeMs }, place) => place === 0 || timeMs > (ticks[place - 1]?.timeMs ?? 0)))
    return ticks;
  return ticks
    .toSorted((left, right) => left.timeMs - right.timeMs)
    .filter(({ timeMs }, place, sorted) => place === 0 || timeMs !== sorted[place - 1]?.timeMs);
}

/** Series by series, the values of all ticks. */
function transposed(ticks: readonly MetricTick[], series: number): Float64Array {
  const length = ticks.length;
  const block = new Float64Array(length * series);
  for (let tick = 0; tick < length; tick += 1) {
    const values = ticks[tick]?.values ?? block;
    const known = Math.min(series, values.length);
    for (let place = 0; place < known; place += 1) block[place * length + tick] = values[place] ?? 0;
    for (let place = known; place < series; place += 1) block[place * length + tick] = Number.NaN;
  }
  return block;
}

/** The column with these values from a place on; what it has there already gives way only to what is there. */
function filled(
  known: Column | undefined,
  { values, decimals }: Column,
  from: number,
  length: number,
): Column {
  const column = known ?? { values: new Float64Array(length).fill(Number.NaN), decimals };
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (value === value) column.values[from + place] = value;
  }
  return { values: column.values, decimals };
}
