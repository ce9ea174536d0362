// Ticks of some nodes as fast-check makes them: series that come and go, holes, resets, odd values, backlogs, doubled times.
import * as fc from 'fast-check';
import type { MetricTick, SeriesDefinition } from '../../../../shared/model/metric.ts';
import { hour, type NodeTicks } from './stored-data.ts';

export const pool: readonly SeriesDefinition[] = Array.from({ length: 12 }, (_, place) => ({
  metric: `m${place % 5}`,
  kind: place % 2 === 0 ? 'counter' : 'gauge',
  decimals: place % 4,
  labels: place < 4 ? {} : { device: `d${place}`, 'odd "name"': '集\n' },
}));

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 1_000_000 }).map((whole) => whole / 1000) },
  { weight: 2, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1e300, 2 ** 53, 1 / 3, -0.5, 5e-324) },
);

/** Lists of series are few, and shared by nodes. */
const lists = fc
  .array(fc.uniqueArray(fc.nat({ max: pool.length - 1 }), { minLength: 1, maxLength: 9 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((choices) => choices.map((places) => places.flatMap((place) => pool[place] ?? [])));

const span = fc.record({
  node: fc.nat({ max: 9 }),
  list: fc.nat({ max: 3 }),
  /** Mostly this hour, sometimes before or after. */
  hour: fc.constantFrom(0, 0, 0, 0, 1, -1, -30),
  from: fc.nat({ max: 50 }),
  everyMs: fc.constantFrom(1_000, 5_000, 60_000),
  rows: fc.array(fc.array(value, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 8 }),
});

/** In the order in which they come. */
export const batches: fc.Arbitrary<readonly NodeTicks[]> = fc
  .tuple(lists, fc.array(span, { minLength: 1, maxLength: 14 }))
  .map(([choices, spans]) =>
    spans.map(({ node, list, hour: offset, from, everyMs, rows }) => {
      const series = choices[list % choices.length] ?? pool;
      const ticks: readonly MetricTick[] = rows.map((row, place) => ({
        timeMs: hour + offset * 3_600_000 + from * 5_000 + place * everyMs,
        series,
        values: Float64Array.from(row.slice(0, series.length)),
      }));
      return { node: `n${node}`, ticks };
    }),
  );
