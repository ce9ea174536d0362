// In: the least and greatest rates of a counter's buckets. Out: how far the growths that they stand for lie from the
// mean of their bucket, in small whole numbers; or, where they are no whole numbers, the bits of 32-bit floats.
import type { FloatRoom } from './float-room.ts';

export interface Means {
  /** Scaled. */
  readonly increases: Float64Array;
  readonly spansMs: Float64Array;
}

export interface RateColumns {
  /** The time in which the growths are counted; 0: the columns are bits. */
  readonly unitMs: number;
  readonly columns: readonly [Float64Array, Float64Array];
}

/** A tick that was missing now and then makes the growth of two, of three … in the rate of one. */
const unitsToTry = [1, 2, 6];
const maxGrowth = 2 ** 50;

export function rateColumns(
  minRates: Float64Array,
  maxRates: Float64Array,
  { means, spacingMs, scale, room }: { means: Means; spacingMs: number; scale: number; room: FloatRoom },
): RateColumns {
  for (const times of unitsToTry) {
    const unitMs = Math.round(spacingMs) * times;
    const low = fromMean(minRates, means, { unitMs, scale, sign: -1, room });
    const high = low === null ? null : fromMean(maxRates, means, { unitMs, scale, sign: 1, room });
    if (low !== null && high !== null) return { unitMs, columns: [low, high] };
  }
  return { unitMs: 0, columns: [bitsOfFloats(minRates), bitsOfFloats(maxRates)] };
}

export interface RateUnit {
  readonly unitMs: number;
  readonly scale: number;
  /** -1: the rates lie below the mean; 1: above it. */
  readonly sign: -1 | 1;
}

export function ratesOf(column: Float64Array, means: Means, unit: RateUnit): Float64Array {
  if (unit.unitMs === 0) return floatsOfBits(column);
  const rates = new Float64Array(column.length);
  for (let entry = 0; entry < column.length; entry += 1) {
    rates[entry] = rateOf(meanGrowth(means, entry, unit) + unit.sign * (column[entry] ?? 0), unit);
  }
  return rates;
}

function fromMean(
  rates: Float64Array,
  means: Means,
  unit: RateUnit & { readonly room: FloatRoom },
): Float64Array | null {
  if (!(unit.unitMs > 0 && unit.unitMs < maxGrowth)) return null;
  const perSecond = (unit.scale * unit.unitMs) / 1000;
  const distances = unit.room.take(rates.length);
  for (let entry = 0; entry < rates.length; entry += 1) {
    const rate = rates[entry] ?? 0;
    const growth = Math.round(rate * perSecond);
    const mean = meanGrowth(means, entry, unit);
    const isSmall = Math.abs(growth) < maxGrowth && Math.abs(mean) < maxGrowth && !Object.is(rate, -0);
    if (!isSmall || rateOf(growth, unit) !== Math.fround(rate)) return null;
    // Adding 0 makes 0 of -0.
    distances[entry] = unit.sign * (growth - mean) + 0;
  }
  return distances;
}

function meanGrowth({ increases, spansMs }: Means, entry: number, { unitMs }: RateUnit): number {
  return Math.floor(((increases[entry] ?? 0) * unitMs) / (spansMs[entry] ?? 1));
}

function rateOf(growth: number, { unitMs, scale }: RateUnit): number {
  return Math.fround(growth / ((scale * unitMs) / 1000));
}

function bitsOfFloats(rates: Float64Array): Float64Array {
  return Float64Array.from(new Uint32Array(Float32Array.from(rates).buffer));
}

function floatsOfBits(bits: Float64Array): Float64Array {
  return Float64Array.from(new Float32Array(Uint32Array.from(bits).buffer));
}
