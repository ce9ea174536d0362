// In: whole numbers from 0 to 2^53. Out: of each a symbol (1 byte) and bits, apart from each other, and back. The symbol says
// where the highest bit is and which two follow it; the bits are all below these, those of a column in whole bytes. The
// symbols are few and uneven, so zstd packs them well; the bits are noise, which would only spoil its statistics.
// It refuses (ChunkError) symbols of larger numbers, and bits that are cut off.
import { BitReader, BitWriter, maxBits } from './bit-stream.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { malformed } from './chunk-error.ts';

/** Numbers below it are their own symbols. */
const plainSymbols = 8;
const mostSymbol = 4 * 51 + 7;
const maxBytes = 7;
const pieceRange = 2 ** maxBits;
const wideRange = plainSymbols * pieceRange;

/** Symbols are as many as numbers; what else there is in the stream of bytes is nothing to them. */
export interface Streams<Stream> {
  readonly symbols: Stream;
  readonly bits: Stream;
}

/** The first `count` numbers. */
export function writeCodes(
  numbers: Float64Array,
  count: number,
  { symbols, bits }: Streams<ByteWriter>,
): void {
  symbols.reserve(count);
  bits.reserve(maxBytes * count + 1);
  const writer = new BitWriter(bits);
  for (let place = 0; place < count; place += 1) {
    let number = numbers[place] ?? 0;
    let width = 0;
    for (; number >= wideRange; number = Math.floor(number / pieceRange)) {
      writer.put(number % pieceRange, maxBits);
      width += maxBits;
    }
    const rest = number < plainSymbols ? 0 : 29 - Math.clz32(number);
    symbols.byte(4 * (width + rest) + (number >>> rest));
    if (rest > 0) writer.put(number & ((1 << rest) - 1), rest);
  }
  writer.end();
}

/** Into the first `count` places. */
export function readCodes(
  numbers: Float64Array,
  count: number,
  { symbols, bits }: Streams<ByteReader>,
): void {
  const { bytes } = symbols;
  const from = symbols.at;
  const reader = new BitReader(bits.bytes, bits.at);
  skipCodes(count, { symbols, bits });
  for (let place = 0; place < count; place += 1) {
    const symbol = bytes[from + place] ?? 0;
    if (symbol < plainSymbols) {
      numbers[place] = symbol;
      continue;
    }
    const top = 4 + (symbol & 3);
    const width = (symbol >> 2) - 1;
    numbers[place] = width <= maxBits ? (top << width) | reader.take(width) : wide(reader, top, width);
  }
}

export function skipCodes(count: number, { symbols, bits }: Streams<ByteReader>): void {
  const from = symbols.skip(count);
  let width = 0;
  for (let at = from; at < from + count; at += 1) {
    const symbol = symbols.bytes[at] ?? 0;
    if (symbol < plainSymbols) continue;
    if (symbol > mostSymbol) throw malformed(`symbol ${symbol}`);
    width += (symbol >> 2) - 1;
  }
  bits.skip(Math.ceil(width / 8));
}

function wide(reader: BitReader, top: number, width: number): number {
  let low = 0;
  let weight = 1;
  let rest = width;
  for (; rest > maxBits; rest -= maxBits) {
    low += reader.take(maxBits) * weight;
    weight *= pieceRange;
  }
  return low + ((top << rest) | reader.take(rest)) * weight;
}
