import { assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Column,
  decodeChunk,
  decodeColumn,
  encodeChunk,
} from '../../../../collector/store/columns/chunk-codec.ts';
import { ChunkError } from '../../../../collector/store/columns/chunk-error.ts';
import { columns, isSame } from './arbitrary-columns.ts';
import { flippedBitsThatPass } from './flipped-bits.ts';

const compression = constantFrom('none' as const, 'zstd' as const);

function whole(...values: number[]): Column {
  return { values: Float64Array.from(values), decimals: 0 };
}

function bytesOf(column: Column): number {
  return encodeChunk([column], 'none').length - encodeChunk([], 'none').length;
}

describe('a chunk', () => {
  test('gives back every double that went in', () => {
    assert(
      property(columns, compression, (given, compression) => {
        const found = decodeChunk(encodeChunk(given, compression));
        expect(found.length).toBe(given.length);
        for (const [place, column] of given.entries()) {
          expect(isSame(found[place], column?.values ?? null), `column ${place}`).toBe(true);
        }
      }),
      { numRuns: 600 },
    );
  });

  test('gives back one column without the others', () => {
    assert(
      property(columns, compression, (given, compression) => {
        const bytes = encodeChunk(given, compression);
        for (const [place, column] of given.entries()) {
          expect(isSame(decodeColumn(bytes, place), column?.values ?? null), `column ${place}`).toBe(true);
        }
        expect(decodeColumn(bytes, given.length)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    [2 ** 51 - 1, -(2 ** 51) + 1],
    [-(2 ** 51) + 1, 2 ** 51 - 1],
    [2 ** 51 - 1, 0],
  ])('of an hour in which small steps are usual gives back %i and %i, wherever they are', (high, low) => {
    for (let odd = 1; odd < 40; odd += 1) {
      const steps = Array.from({ length: 720 }, (_, place) => 1e6 * place + ((place * 7919) % 1009));
      steps.splice(300 + odd, 2, high, low);
      const given = [whole(...steps), whole(...steps.map((step) => step % 1009)), whole(...steps.slice(odd))];
      const found = decodeChunk(encodeChunk(given, 'zstd'));
      expect(found.every((values, place) => isSame(values, given[place]?.values ?? null))).toBe(true);
    }
  });

  test('of what is nothing: no columns, no values, none that is there', () => {
    expect(decodeChunk(encodeChunk([], 'none'))).toEqual([]);
    const given = [null, whole(), whole(Number.NaN, Number.NaN), null];
    expect(decodeChunk(encodeChunk(given, 'zstd'))).toEqual(given.map((column) => column?.values ?? null));
  });

  test.each([
    ['bytes', Array.from({ length: 300 }, (_, place) => (place * 7919) % 251)],
    [
      'more than 32 bits',
      Array.from({ length: 300 }, (_, place) => ((place * 7919) % 251) * 2 ** 40 + place),
    ],
    [
      'the widest',
      Array.from({ length: 300 }, (_, place) => (place % 2 === 0 ? 1 : -1) * (2 ** 51 - 1 - place)),
    ],
    ['one too wide', Array.from({ length: 300 }, (_, place) => 2 ** 51 - 5 + place)],
  ])('keeps columns of %s', (_, values) => {
    expect(decodeChunk(encodeChunk([whole(...values)], 'none'))).toEqual([Float64Array.from(values)]);
  });

  test('costs a few bytes where nothing changes, or always by the same', () => {
    expect(bytesOf(whole(...Array<number>(720).fill(123_456)))).toBeLessThanOrEqual(8);
    expect(
      bytesOf(whole(...Array.from({ length: 720 }, (_, place) => 1000 + 5 * place))),
    ).toBeLessThanOrEqual(8);
    const same = Array.from({ length: 64 }, () => whole(...Array<number>(24).fill(7)));
    expect(encodeChunk(same, 'none').length).toBeLessThan(20);
    expect(encodeChunk(Array<null>(64).fill(null), 'none').length).toBeLessThan(20);
  });

  test('costs a byte for a value that changes by less than 256', () => {
    const jiffies = Array.from({ length: 720 }, (_, place) => place * 500 + ((place * 7919) % 250)).toSorted(
      (a, b) => a - b,
    );
    expect(bytesOf(whole(...jiffies)) / 720).toBeLessThan(1.3);
  });

  test('refuses columns that no series has', () => {
    for (const decimals of [10, -1, 0.5, Number.NaN]) {
      expect(() => encodeChunk([{ values: new Float64Array(1), decimals }], 'none')).toThrow(RangeError);
    }
    expect(() => encodeChunk([{ values: new Float64Array(2 ** 20 + 1), decimals: 0 }], 'none')).toThrow(
      RangeError,
    );
  });
});

describe('a damaged chunk', () => {
  const counters = Array.from({ length: 4 }, (_, node) =>
    whole(...Array.from({ length: 60 }, (_, place) => node * 1e6 + place * 500 + ((place * 7919) % 251))),
  );

  test.each(['none', 'zstd'] as const)('shows with any bit that flipped: %s', (compression) => {
    const bytes = encodeChunk([...counters, null, whole(1, 1, 1, 5, 5)], compression);
    expect(flippedBitsThatPass(bytes, decodeChunk)).toEqual([]);
    expect(flippedBitsThatPass(bytes, (damaged) => decodeColumn(damaged, 2))).toEqual([]);
  });

  test('shows when its end is missing', () => {
    const bytes = encodeChunk(counters, 'zstd');
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeChunk(bytes.subarray(0, length))).toThrow(ChunkError);
    }
  });
});
