// In: the values of a column and how many decimal places they have. Out: the whole numbers value * 10^decimals of those
// that are there, and what these span.
// It refuses (false) a column of which one value is not exactly such a whole number divided by 10^decimals, is -0, or
// takes more than 51 bits.
import { maxDecimals } from './column-format.ts';

/** So the difference of two such numbers, and that of two differences, is exact too. */
export const maxWhole = 2 ** 51 - 1;

/** To calculate them for each column takes as long as some values. */
const scales = Array.from({ length: maxDecimals + 1 }, (_, decimals) => 10 ** decimals);

/** Doubles above 2^52 are whole: adding it takes the fraction away. */
const rounding = 1.5 * 2 ** 52;

/** A part of an array. */
export interface Stretch {
  readonly values: Float64Array;
  readonly from: number;
  readonly length: number;
}

export class ScaledColumn {
  /** Those that are there, in their order. As doubles also when they are not scaled. */
  readonly wholes: Float64Array;
  count = 0;
  min = 0;
  max = 0;
  /** Of the differences of neighbours; 0 where there are none. */
  minStep = 0;
  maxStep = 0;
  /** How many differ from the one before. */
  changes = 0;

  constructor(wholes: Float64Array) {
    this.wholes = wholes;
  }

  gather({ values, from, length }: Stretch, decimals: number): boolean {
    const { wholes } = this;
    const scale = scales[decimals] ?? Number.NaN;
    let count = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let minStep = Number.POSITIVE_INFINITY;
    let maxStep = Number.NEGATIVE_INFINITY;
    let changes = 0;
    let before = 0;
    let beforeValue = Number.NaN;
    for (let place = from; place < from + length; place += 1) {
      const value = values[place] ?? 0;
      if (value === 0 && Object.is(value, -0)) return false;
      if (value === beforeValue) {
        // What does not change need not be scaled.
        wholes[count++] = before;
        if (minStep > 0) minStep = 0;
        if (maxStep < 0) maxStep = 0;
        continue;
      }
      // NaN alone differs from itself.
      if (value !== value) continue;
      // To the nearest whole number, as far as it has up to 51 bits. Most values are one without being scaled.
      const whole = value * scale + rounding - rounding;
      if ((whole !== value && whole / scale !== value) || whole > maxWhole || whole < -maxWhole) return false;
      if (whole < min) min = whole;
      if (whole > max) max = whole;
      if (count > 0) {
        const step = whole - before;
        changes += 1;
        if (step < minStep) minStep = step;
        if (step > maxStep) maxStep = step;
      }
      before = whole;
      beforeValue = value;
      wholes[count++] = whole;
    }
    this.count = count;
    this.min = count === 0 ? 0 : min;
    this.max = count === 0 ? 0 : max;
    this.minStep = count < 2 ? 0 : minStep;
    this.maxStep = count < 2 ? 0 : maxStep;
    this.changes = changes;
    return true;
  }

  /** Makes of the whole numbers by how much each is above `base`. */
  toOffsets(base: number): void {
    const { wholes, count } = this;
    for (let place = 0; place < count; place += 1) wholes[place] = (wholes[place] ?? 0) - base;
  }

  /** Makes of them by how much each is above the one before, less `base`: one fewer. */
  toSteps(base: number): void {
    const { wholes, count } = this;
    let before = wholes[0] ?? 0;
    for (let place = 1; place < count; place += 1) {
      const whole = wholes[place] ?? 0;
      wholes[place - 1] = whole - before - base;
      before = whole;
    }
  }

  /** The values that are there, as they are. */
  gatherFloats({ values, from, length }: Stretch): void {
    let count = 0;
    for (let place = from; place < from + length; place += 1) {
      const value = values[place] ?? 0;
      if (value === value) this.wholes[count++] = value;
    }
    this.count = count;
  }
}
