// In: the whole numbers of a column. Out: which differences take the fewest bits as codes: those of the values from the smallest or
// from a middle one, or those of the steps from the smallest, from a middle one or from 0. Some of them tell of all.
import { bitsOf } from './bit-planes.ts';
import type { ScaledColumn } from './scaled-column.ts';

interface Kind {
  readonly of: 'values' | 'steps';
  /** What is taken from each. */
  readonly base: number;
  readonly isSigned: boolean;
}

export interface CodePlan extends Kind {
  /** Of all differences, about. */
  readonly bits: number;
}

const mostLooks = 64;
const middleOf = 15;
/** A difference with a sign must not take more than 53 bits. */
const widest = 2 ** 52;

export function planCodes({ wholes, count, min, minStep, maxStep }: ScaledColumn): CodePlan {
  const [value, step] = middles(wholes, count);
  const kinds: readonly Kind[] = [
    { of: 'values', base: min, isSigned: false },
    { of: 'values', base: value, isSigned: true },
    { of: 'steps', base: minStep, isSigned: false },
    { of: 'steps', base: maxStep - minStep < widest ? step : 0, isSigned: true },
    { of: 'steps', base: 0, isSigned: true },
  ];
  const stride = 1 + Math.floor(count / mostLooks);
  let best: CodePlan | undefined;
  for (const kind of kinds) {
    const bits = stride * bitsAs(kind, wholes, { count, stride });
    if (best === undefined || bits < best.bits) best = { ...kind, bits };
  }
  return best ?? { of: 'values', base: min, isSigned: false, bits: 0 };
}

function bitsAs(
  { of, base, isSigned }: Kind,
  wholes: Float64Array,
  { count, stride }: { readonly count: number; readonly stride: number },
): number {
  let bits = 0;
  for (let place = 1; place < count; place += stride) {
    const difference = (wholes[place] ?? 0) - (of === 'steps' ? (wholes[place - 1] ?? 0) : 0) - base;
    bits += bitsOf(isSigned ? 2 * Math.abs(difference) : difference);
  }
  return bits;
}

/** A value and a step that about as many are above as below. */
function middles(wholes: Float64Array, count: number): readonly [value: number, step: number] {
  const stride = 1 + Math.floor(count / middleOf);
  const values: number[] = [];
  const steps: number[] = [];
  for (let place = 1; place < count; place += stride) {
    values.push(wholes[place] ?? 0);
    steps.push((wholes[place] ?? 0) - (wholes[place - 1] ?? 0));
  }
  return [middle(values), middle(steps)];
}

function middle(numbers: number[]): number {
  return numbers.sort((left, right) => left - right)[numbers.length >> 1] ?? 0;
}
