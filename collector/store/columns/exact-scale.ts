// In: values that most often are whole numbers divided by 10^decimals. Out: those whole numbers, which can be added without
// rounding; or, where one of them is none, the values as they are.

import type { FloatRoom } from './float-room.ts';
import { maxWhole } from './scaled-column.ts';

/** What is added up stays below it, so that it stays exact. */
const maxSum = 2 ** 52;

export interface ScaledValues {
  /** The values times `scale`; may be longer than they are. */
  readonly wholes: Float64Array;
  readonly scale: number;
}

export interface WholesOptions {
  /** What one of them may be: without it, so little that all of them can be added up. */
  readonly most?: number | undefined;
  /** When given, the whole numbers are in its scratch. */
  readonly room?: FloatRoom;
}

export function toWholes(
  values: Float64Array,
  decimals: number | undefined,
  { most = Math.min(maxWhole, maxSum / Math.max(1, values.length)), room }: WholesOptions = {},
): ScaledValues {
  const asTheyAre = { wholes: values, scale: 1 };
  if (decimals === undefined || decimals === 0) return asTheyAre;
  const scale = 10 ** decimals;
  const wholes = room?.scratch(values.length) ?? new Float64Array(values.length);
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? 0;
    const whole = Math.round(value * scale);
    wholes[place] = whole;
    // NaN alone differs from itself.
    if (value !== value) continue;
    if (whole / scale !== value || whole > most || whole < -most) return asTheyAre;
  }
  return { wholes, scale };
}

/** Adds up several arrays: either all of them are whole numbers, or all are as they are. */
export function allToWholes(all: readonly Float64Array[], decimals: number | undefined, most?: number) {
  const scaled = all.map((values) => toWholes(values, decimals, { most }));
  const scale = scaled[0]?.scale ?? 1;
  if (scaled.every((one) => one.scale === scale))
    return { arrays: scaled.map(({ wholes }) => wholes), scale };
  return { arrays: all, scale: 1 };
}
