// In: buckets of one series. Out: what they are together, or on a coarser grid.
// It refuses (RangeError) buckets of different kinds or lengths, and a grid that cuts through buckets.
import type { BucketGrid, Buckets, CounterBuckets, GaugeBuckets } from '../buckets.ts';
import { bucketOf } from './bucket-axis.ts';
import { allToWholes } from './exact-scale.ts';
import { emptyCounter, emptyGauge } from './roll-up.ts';

/**
 * Of the same grid, made of different samples: none may be in both. `later` has the last word where both have samples.
 * `decimals` as in RollUpOptions.
 */
export function mergeBuckets(earlier: Buckets, later: Buckets, decimals?: number): Buckets {
  const count = earlier.counts.length;
  if (count !== later.counts.length) throw new RangeError(`${count} buckets and ${later.counts.length}`);
  return gathered([earlier, later], (place) => place, { count, decimals });
}

/** Buckets of a coarser grid. Those that lie in none of its buckets are left out. */
export function coarsen(
  buckets: Buckets,
  from: BucketGrid,
  { to, decimals }: { readonly to: BucketGrid; readonly decimals?: number },
): Buckets {
  if (to.stepMs % from.stepMs !== 0 || (to.firstMs - from.firstMs) % from.stepMs !== 0) {
    throw new RangeError(`buckets of ${from.stepMs} ms do not fit into those of ${to.stepMs} ms`);
  }
  const bucketAt = (place: number) => bucketOf(to, from.firstMs + place * from.stepMs);
  return gathered([buckets], bucketAt, { count: to.count, decimals });
}

interface Target {
  readonly count: number;
  readonly decimals: number | undefined;
}

function gathered(parts: readonly Buckets[], bucketAt: (place: number) => number, target: Target): Buckets {
  const gauges = parts.filter((part) => part.kind === 'gauge');
  const counters = parts.filter((part) => part.kind === 'counter');
  if (gauges.length > 0 && counters.length > 0) throw new RangeError('buckets of a gauge and of a counter');
  return gauges.length > 0
    ? gatherGauges(gauges, bucketAt, target)
    : gatherCounters(counters, bucketAt, target);
}

function gatherGauges(
  parts: readonly GaugeBuckets[],
  bucketAt: (place: number) => number,
  { count, decimals }: Target,
): GaugeBuckets {
  const into = emptyGauge(count);
  const { arrays, scale } = allToWholes(
    parts.map(({ sums }) => sums),
    decimals,
  );
  for (const [index, part] of parts.entries()) {
    for (let place = 0; place < part.counts.length; place += 1) {
      const bucket = bucketAt(place);
      if (part.counts[place] === 0 || bucket < 0 || bucket >= count) continue;
      into.counts[bucket] = (into.counts[bucket] ?? 0) + (part.counts[place] ?? 0);
      add(into.sums, bucket, arrays[index]?.[place]);
      lower(into.minima, bucket, part.minima[place]);
      raise(into.maxima, bucket, part.maxima[place]);
      into.lasts[bucket] = part.lasts[place] ?? Number.NaN;
    }
  }
  divide(into.sums, scale);
  return into;
}

function gatherCounters(
  parts: readonly CounterBuckets[],
  bucketAt: (place: number) => number,
  { count, decimals }: Target,
): CounterBuckets {
  const into = emptyCounter(count);
  const { arrays, scale } = allToWholes(
    parts.map(({ increases }) => increases),
    decimals,
  );
  for (const [index, part] of parts.entries()) {
    for (let place = 0; place < part.counts.length; place += 1) {
      const bucket = bucketAt(place);
      if (part.counts[place] === 0 || bucket < 0 || bucket >= count) continue;
      into.counts[bucket] = (into.counts[bucket] ?? 0) + (part.counts[place] ?? 0);
      into.lasts[bucket] = part.lasts[place] ?? Number.NaN;
      if (part.spansMs[place] === 0) continue;
      into.spansMs[bucket] = (into.spansMs[bucket] ?? 0) + (part.spansMs[place] ?? 0);
      add(into.increases, bucket, arrays[index]?.[place]);
      lower(into.minRates, bucket, part.minRates[place]);
      raise(into.maxRates, bucket, part.maxRates[place]);
    }
  }
  divide(into.increases, scale);
  return into;
}

// In the arrays NaN stands for nothing yet.

function add(into: Float64Array, bucket: number, value = Number.NaN): void {
  const before = into[bucket] ?? Number.NaN;
  into[bucket] = Number.isNaN(before) ? value : before + value;
}

function lower(into: Float64Array, bucket: number, value = Number.NaN): void {
  const before = into[bucket] ?? Number.NaN;
  if (!(before <= value)) into[bucket] = value;
}

function raise(into: Float64Array, bucket: number, value = Number.NaN): void {
  const before = into[bucket] ?? Number.NaN;
  if (!(before >= value)) into[bucket] = value;
}

function divide(values: Float64Array, scale: number): void {
  if (scale === 1) return;
  for (let place = 0; place < values.length; place += 1) values[place] = (values[place] ?? 0) / scale;
}
