// In: the least and greatest rates of a counter's buckets. Out: how far the growths that they stand for lie from the
// mean of their bucket, in small whole numbers; or, where they are no whole numbers, the bits of 32-bit floats.
import { commonUnit } from './common-unit.ts';
import type { FloatRoom } from './float-room.ts';

export interface Means {
  /** Scaled. */
  readonly increases: Float64Array;
  readonly spansMs: Float64Array;
}

export interface RateColumns {
  /** The time in which the growths are counted; 0: the columns are bits. */
  readonly unitMs: number;
  /** Of which all growths are multiples. */
  readonly step: number;
  readonly columns: readonly [Float64Array, Float64Array];
}

type Rates = readonly [least: Float64Array, greatest: Float64Array];

/** A tick that was missing now and then makes the growth of two, of three … in the rate of one. */
const unitsToTry = [1, 2, 6];
const maxGrowth = 2 ** 50;

export function rateColumns(
  rates: Rates,
  { means, spacingMs, scale, room }: { means: Means; spacingMs: number; scale: number; room: FloatRoom },
): RateColumns {
  for (const times of unitsToTry) {
    const unitMs = Math.round(spacingMs) * times;
    const [low, high] = rates.map((some) => growthsOf(some, { unitMs, scale, means, room }));
    if (low === undefined || high === undefined) continue;
    const step = commonUnit([means.increases, low, high]);
    const unit = { unitMs, step };
    toDistances(low, means, { ...unit, sign: -1 });
    toDistances(high, means, { ...unit, sign: 1 });
    return { ...unit, columns: [low, high] };
  }
  return { unitMs: 0, step: 1, columns: [bitsOfFloats(rates[0]), bitsOfFloats(rates[1])] };
}

interface RateUnit {
  readonly unitMs: number;
  readonly scale: number;
}

interface MeanUnit {
  readonly unitMs: number;
  readonly step: number;
  /** -1: the rates lie below the mean; 1: above it. */
  readonly sign: -1 | 1;
}

export function ratesOf(column: Float64Array, means: Means, unit: RateUnit & MeanUnit): Float64Array {
  if (unit.unitMs === 0) return floatsOfBits(column);
  const rates = new Float64Array(column.length);
  for (let entry = 0; entry < column.length; entry += 1) {
    rates[entry] = rateOf(unit.step * (meanOf(means, entry, unit) + unit.sign * (column[entry] ?? 0)), unit);
  }
  return rates;
}

/** undefined: some are no whole numbers. */
function growthsOf(
  rates: Float64Array,
  unit: RateUnit & { readonly means: Means; readonly room: FloatRoom },
): Float64Array | undefined {
  const { unitMs, scale, means, room } = unit;
  if (!(unitMs > 0 && unitMs < maxGrowth)) return undefined;
  const perSecond = (scale * unitMs) / 1000;
  const growths = room.take(rates.length);
  for (let entry = 0; entry < rates.length; entry += 1) {
    const rate = rates[entry] ?? 0;
    const growth = Math.round(rate * perSecond);
    const mean = meanOf(means, entry, { unitMs, step: 1 });
    const isSmall = Math.abs(growth) < maxGrowth && Math.abs(mean) < maxGrowth && !Object.is(rate, -0);
    if (!isSmall || rateOf(growth, unit) !== Math.fround(rate)) return undefined;
    growths[entry] = growth;
  }
  return growths;
}

function toDistances(growths: Float64Array, means: Means, unit: MeanUnit): void {
  for (let entry = 0; entry < growths.length; entry += 1) {
    // Adding 0 makes 0 of -0.
    growths[entry] = unit.sign * ((growths[entry] ?? 0) / unit.step - meanOf(means, entry, unit)) + 0;
  }
}

/** In steps. */
function meanOf(
  { increases, spansMs }: Means,
  entry: number,
  { unitMs, step }: Omit<MeanUnit, 'sign'>,
): number {
  return Math.floor(((increases[entry] ?? 0) * unitMs) / ((spansMs[entry] ?? 1) * step));
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
