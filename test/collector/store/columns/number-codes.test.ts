import { array, assert, integer, maxSafeNat, oneof, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../../../collector/store/columns/byte-reader.ts';
import { ByteWriter } from '../../../../collector/store/columns/byte-writer.ts';
import { ChunkError } from '../../../../collector/store/columns/chunk-error.ts';
import { readCodes, skipCodes, writeCodes } from '../../../../collector/store/columns/number-codes.ts';

const number = oneof(
  integer({ min: 0, max: 20 }),
  integer({ min: 0, max: 53 }).map((bits) => 2 ** bits),
  integer({ min: 1, max: 53 }).map((bits) => 2 ** bits - 1),
  maxSafeNat(),
);
const columns = array(array(number, { maxLength: 30 }), { maxLength: 4 });

describe('codes of numbers', () => {
  test('are read as they were written, column by column', () => {
    assert(
      property(columns, (given) => {
        const streams = written(given);
        for (const numbers of given) {
          const back = new Float64Array(numbers.length);
          readCodes(back, numbers.length, streams);
          expect([...back]).toEqual(numbers);
        }
        expect([streams.symbols.isAtEnd, streams.bits.isAtEnd]).toEqual([true, true]);
      }),
      { numRuns: 500 },
    );
  });

  test('may be passed over', () => {
    assert(
      property(columns, (given) => {
        const streams = written(given);
        for (const numbers of given) skipCodes(numbers.length, streams);
        expect([streams.symbols.isAtEnd, streams.bits.isAtEnd]).toEqual([true, true]);
      }),
    );
  });

  test('that are cut off, or of larger numbers, are refused', () => {
    const { symbols, bits } = written([[2 ** 20 + 1]]);
    const cut = new ByteReader(bits.bytes.subarray(0, bits.bytes.length - 1));
    expect(() => readCodes(new Float64Array(1), 1, { symbols, bits: cut })).toThrow(ChunkError);
    const unknown = new ByteReader(Uint8Array.of(255));
    expect(() => skipCodes(1, { symbols: unknown, bits })).toThrow(ChunkError);
    expect(() => skipCodes(2, { symbols: new ByteReader(Uint8Array.of(1)), bits })).toThrow(ChunkError);
  });
});

function written(columns: readonly (readonly number[])[]) {
  const streams = { symbols: new ByteWriter(0), bits: new ByteWriter(0) };
  for (const numbers of columns) writeCodes(Float64Array.from(numbers), numbers.length, streams);
  const { symbols, bits } = streams;
  return {
    symbols: new ByteReader(symbols.bytes.subarray(0, symbols.at)),
    bits: new ByteReader(bits.bytes.subarray(0, bits.at)),
  };
}
