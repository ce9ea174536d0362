// In: differences of a column. Out: their unit and codes, as column-format.ts says, and the column again: what takes the place of
// planes where space counts for more than time. It refuses (ChunkError) what is malformed.
import type { ByteReader } from './byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from './byte-writer.ts';
import { noCodes } from './column-format.ts';
import { commonUnit, divide } from './common-unit.ts';
import { readCodes, type Streams, skipCodes, writeCodes } from './number-codes.ts';

const intRange = 2 ** 31;

/** The first `count` numbers, which are no numbers of the caller's afterwards. */
export function writeDifferences(
  numbers: Float64Array,
  { count, isSigned }: { readonly count: number; readonly isSigned: boolean },
  streams: Streams<ByteWriter>,
): void {
  const all = numbers.subarray(0, count);
  const unit = commonUnit([all]);
  streams.symbols.reserve(maxVarintBytes);
  streams.symbols.varint(2 * unit + (isSigned ? 1 : 0));
  divide(all, unit);
  if (isSigned) {
    for (let place = 0; place < count; place += 1) {
      const number = numbers[place] ?? 0;
      numbers[place] = number < 0 ? -2 * number - 1 : 2 * number;
    }
  }
  writeCodes(numbers, count, streams);
}

/** Where the values of a column go: the first `count` places from `at` on. */
export interface ColumnRoom {
  readonly values: Float64Array;
  readonly at: number;
  readonly count: number;
  readonly scale: number;
}

export class DifferenceReader {
  readonly #streams: Streams<ByteReader>;
  #numbers = new Float64Array(0);

  constructor(streams: Streams<ByteReader>) {
    this.#streams = streams;
  }

  /** False: planes come instead. */
  areNext(): boolean {
    const { symbols } = this.#streams;
    if (symbols.bytes[symbols.at] !== noCodes) return true;
    symbols.at += 1;
    return false;
  }

  readOffsets(min: number, { values, at, count, scale }: ColumnRoom): void {
    const numbers = this.#read(count);
    for (let place = 0; place < count; place += 1) values[at + place] = ((numbers[place] ?? 0) + min) / scale;
  }

  readDeltas(
    { first, least }: { readonly first: number; readonly least: number },
    { values, at, count, scale }: ColumnRoom,
  ): void {
    let whole = first;
    const numbers = this.#read(count - 1);
    values[at] = whole / scale;
    for (let place = 1; place < count; place += 1) {
      whole += (numbers[place - 1] ?? 0) + least;
      values[at + place] = whole / scale;
    }
  }

  skip(count: number): void {
    this.#streams.symbols.varint();
    skipCodes(count, this.#streams);
  }

  #read(count: number): Float64Array {
    if (this.#numbers.length < count) this.#numbers = new Float64Array(count);
    const numbers = this.#numbers;
    const head = this.#streams.symbols.varint();
    const unit = Math.floor(head / 2);
    readCodes(numbers, count, this.#streams);
    if (head % 2 === 1) {
      for (let place = 0; place < count; place += 1) numbers[place] = signed(numbers[place] ?? 0);
    }
    if (unit !== 1)
      for (let place = 0; place < count; place += 1) numbers[place] = (numbers[place] ?? 0) * unit;
    return numbers;
  }
}

function signed(code: number): number {
  if (code < intRange) return (code >>> 1) ^ -(code & 1);
  return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
}
