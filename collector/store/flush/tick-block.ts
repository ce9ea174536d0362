// In: the ticks of one node. Out: its samples series by series, in order of time; of two ticks of one time the first one stays.
// The series of ticks may change from one to the next: what a tick does not have is NaN.
import type { MetricTick } from '../../../shared/model/metric.ts';
import type { SeriesLayout } from './series-layout.ts';

export interface TickBlock {
  readonly layout: SeriesLayout;
  readonly timesMs: Float64Array;
  /** Column after column, each as long as the times; there may be more behind them. */
  readonly values: Float64Array;
}

/** Memory of a block, used again for each: to give it back costs more than to fill it. */
export class BlockRoom {
  #values = new Float64Array(0);

  /** NaN. */
  take(length: number): Float64Array {
    if (this.#values.length < length) this.#values = new Float64Array(length);
    return this.#values.fill(Number.NaN, 0, length);
  }
}

/** By time, each time once: the first tick of it. Most often they are in order already. */
export function inOrder(ticks: readonly MetricTick[]): readonly MetricTick[] {
  if (ticks.every(({ timeMs }, place) => place === 0 || timeMs > (ticks[place - 1]?.timeMs ?? 0)))
    return ticks;
  return ticks
    .toSorted((left, right) => left.timeMs - right.timeMs)
    .filter(({ timeMs }, place, sorted) => place === 0 || timeMs !== sorted[place - 1]?.timeMs);
}

/** `ticks` as `inOrder` gives them, all of their lists in the layout. */
export function blockOf(ticks: readonly MetricTick[], layout: SeriesLayout, room: BlockRoom): TickBlock {
  const length = ticks.length;
  const block = room.take(length * layout.numbers.length);
  for (let tick = 0; tick < length; tick += 1) {
    const { values, series } = ticks[tick] ?? { values: block, series: [] };
    const columns = layout.columns.get(series);
    if (columns === undefined) continue;
    const known = Math.min(columns.length, values.length);
    for (let place = 0; place < known; place += 1) {
      const column = columns[place] ?? -1;
      const value = values[place] ?? Number.NaN;
      // A series that is in a list twice: what is absent there does not hide what is not.
      if (column >= 0 && value === value) block[column * length + tick] = value;
    }
  }
  return { layout, timesMs: Float64Array.from(ticks, ({ timeMs }) => timeMs), values: block };
}
