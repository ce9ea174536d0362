// Columns for property tests: of every shape that values have, and some that they should not have.
import {
  type Arbitrary,
  array,
  boolean,
  constantFrom,
  double,
  integer,
  maxSafeInteger,
  oneof,
  option,
  tuple,
} from 'fast-check';
import type { Column } from '../../../../collector/store/columns/chunk-codec.ts';

const odd = constantFrom(
  0,
  -0,
  Number.NaN,
  0.1 + 0.2,
  2 ** 31,
  2 ** 32 - 1,
  -(2 ** 32),
  2 ** 50 - 1,
  2 ** 51 - 1,
  2 ** 51,
  -(2 ** 51),
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
  2 ** 53,
  2 ** 64,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
);

const decimals = oneof(constantFrom(0, 2), integer({ min: 0, max: 9 }));

/** Whole numbers of a width, so that all numbers of bits come to be. */
const whole: Arbitrary<(count: number) => Arbitrary<number[]>> = integer({ min: 0, max: 51 }).map(
  (bits) => (count: number) =>
    array(integer({ min: -(2 ** Math.min(bits, 30)), max: 2 ** Math.min(bits, 30) - 1 }), {
      minLength: count,
      maxLength: count,
    }).map((numbers) => numbers.map((number) => Math.min(2 ** 51 - 1, number * 2 ** Math.max(0, bits - 30)))),
);

const length = oneof(integer({ min: 0, max: 4 }), integer({ min: 0, max: 60 }));

const wholes: Arbitrary<number[]> = tuple(whole, length).chain(([of, count]) => of(count));

const kinds: readonly Arbitrary<number[]>[] = [
  wholes,
  // A counter, now and then begun anew.
  wholes.map((steps) => {
    let value = 0;
    return steps.map(
      (step, place) => (value = place % 17 === 16 ? 0 : Math.min(2 ** 51 - 1, value + Math.abs(step))),
    );
  }),
  tuple(maxSafeInteger(), length).map(([value, count]) => Array<number>(count).fill(value)),
  tuple(integer(), integer(), length).map(([first, step, count]) =>
    Array.from({ length: count }, (_, place) => first + place * step),
  ),
  array(tuple(integer({ min: -300, max: 300 }), integer({ min: 1, max: 40 })), { maxLength: 4 }).map((runs) =>
    runs.flatMap(([value, count]) => Array<number>(count).fill(value)),
  ),
];

const scaled = tuple(oneof(...kinds), decimals).map(([numbers, decimals]) => ({
  values: numbers.map((number) => number / 10 ** decimals),
  decimals,
}));

const floats = tuple(
  oneof(
    array(double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 40 }),
    array(
      integer({ min: -1e6, max: 1e6 }).map((number) => Math.fround(number / 7)),
      { maxLength: 40 },
    ),
    array(odd, { maxLength: 12 }),
  ),
  decimals,
).map(([values, decimals]) => ({ values, decimals }));

export const column: Arbitrary<Column> = tuple(
  oneof({ weight: 3, arbitrary: scaled }, { weight: 1, arbitrary: floats }),
  option(array(boolean(), { minLength: 1, maxLength: 9 })),
  option(tuple(odd, integer({ min: 0, max: 59 }))),
).map(([{ values, decimals }, holes, oddOne]) => {
  const column = Float64Array.from(values, (value, place) =>
    holes?.[place % holes.length] === true ? Number.NaN : value,
  );
  if (oddOne !== null && oddOne[1] < column.length && oddOne[1] % 2 === 0) column[oddOne[1]] = oddOne[0];
  return { values: column, decimals };
});

export const columns: Arbitrary<readonly (Column | null)[]> = array(
  oneof({ weight: 5, arbitrary: option(column, { freq: 4 }) }, { weight: 1, arbitrary: twoAlike() }).map(
    (one) => (Array.isArray(one) ? one : [one]),
  ),
  { maxLength: 12 },
).map((parts) => parts.flat());

/** Constants that repeat. */
function twoAlike(): Arbitrary<(Column | null)[]> {
  return tuple(integer({ min: 0, max: 3 }), integer({ min: 1, max: 70 })).map(([value, count]) =>
    Array.from({ length: count }, () => ({ values: new Float64Array(3).fill(value), decimals: 0 })),
  );
}

/** The same doubles, bit by bit but for the kinds of NaN. */
export function isSame(
  one: Float64Array | null | undefined,
  other: Float64Array | null | undefined,
): boolean {
  if (one === null || other === null) return one === other;
  return (
    one?.length === other?.length && one?.every((value, place) => Object.is(value, other?.[place])) === true
  );
}
