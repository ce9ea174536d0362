// In: bytes that a ColumnWriter wrote. Out: columns, one after another; one that is not wanted is passed over unread.
// It refuses (ChunkError) what no ColumnWriter writes.
import { isPlaneBits, planeBytes, readPlanes } from './bit-planes.ts';
import type { ByteReader } from './byte-reader.ts';
import { malformed } from './chunk-error.ts';
import {
  hasRuns,
  maxDecimals,
  maxLength,
  mode,
  modeBits,
  ownShape,
  repeatShift,
  type Shape,
} from './column-format.ts';

const wordRange = 4_294_967_296;

export class ColumnReader {
  readonly #reader: ByteReader;
  readonly #shape: Shape;
  #low = new Uint32Array(0);
  #high = new Uint32Array(0);
  #runs: number[] = [];
  #count = 0;
  #scale = 1;
  #repeats = 0;
  #isAbsent = false;
  /** The value of the last constant. */
  #constant = Number.NaN;

  constructor(reader: ByteReader, shape: Shape) {
    this.#reader = reader;
    this.#shape = shape;
  }

  /** The next column; null when it is absent. */
  read(): Float64Array | null {
    const tag = this.#next();
    if (tag === undefined)
      return this.#isAbsent ? null : new Float64Array(this.#shape.length).fill(this.#constant);
    const length = this.#readShape(tag);
    const values = new Float64Array(length);
    this.#readValues(tag & modeBits, values);
    if ((tag & hasRuns) !== 0) spread(values, this.#count, this.#runs);
    return values;
  }

  /** Passes over the next column. */
  skip(): void {
    const tag = this.#next();
    if (tag === undefined) return;
    this.#readShape(tag);
    const reader = this.#reader;
    const ofMode = tag & modeBits;
    if (ofMode === mode.constant) this.#readConstant();
    else if (ofMode === mode.progression) this.#skipVarints(2);
    else if (ofMode === mode.offsets) this.#skipPlanes(1, this.#count);
    else if (ofMode === mode.deltas) this.#skipPlanes(2, this.#count - 1);
    else if (ofMode === mode.steps) this.#skipVarints(2 * reader.count(this.#count));
    else {
      const { lowBits, highBits } = this.#floatBits();
      reader.skip(planeBytes(this.#count, lowBits) + planeBytes(this.#count, highBits));
    }
  }

  /** The tag of the next column, or undefined when what is known already tells of it. */
  #next(): number | undefined {
    if (this.#repeats > 0) {
      this.#repeats -= 1;
      return undefined;
    }
    const tag = this.#reader.byte();
    const ofMode = tag & modeBits;
    if (ofMode > mode.repeated) return tag;
    this.#isAbsent = ofMode === mode.absent;
    this.#repeats = tag >> repeatShift;
    return undefined;
  }

  /** Returns the length; learns the scale, the runs and how many values are present. */
  #readShape(tag: number): number {
    const reader = this.#reader;
    let { length, decimals } = this.#shape;
    if ((tag & ownShape) !== 0) {
      length = reader.count(maxLength);
      decimals = reader.count(maxDecimals);
    }
    this.#scale = 10 ** decimals;
    this.#count = length;
    if ((tag & hasRuns) === 0) return length;
    this.#runs = [];
    let covered = 0;
    let present = 0;
    while (covered < length) {
      const run = reader.count(length - covered);
      if (run === 0 && this.#runs.length > 0) throw malformed('an empty run');
      if (this.#runs.length % 2 === 0) present += run;
      this.#runs.push(run);
      covered += run;
    }
    this.#count = present;
    return length;
  }

  #readValues(ofMode: number, values: Float64Array): void {
    if (ofMode === mode.constant) values.fill(this.#readConstant());
    else if (ofMode === mode.progression) this.#readProgression(values);
    else if (ofMode === mode.offsets) this.#readOffsets(values);
    else if (ofMode === mode.deltas) this.#readDeltas(values);
    else if (ofMode === mode.steps) this.#readSteps(values);
    else this.#readFloats(values);
  }

  #readConstant(): number {
    this.#constant = this.#reader.signed() / this.#scale;
    return this.#constant;
  }

  #readProgression(values: Float64Array): void {
    const first = this.#reader.signed();
    const step = this.#reader.signed();
    for (let place = 0; place < this.#count; place += 1) values[place] = (first + place * step) / this.#scale;
  }

  #readOffsets(values: Float64Array): void {
    const min = this.#reader.signed();
    const count = this.#count;
    const isWide = this.#readWords(count);
    const scale = this.#scale;
    const low = this.#low;
    for (let place = 0; place < count; place += 1) {
      const high = isWide ? (this.#high[place] ?? 0) * wordRange : 0;
      values[place] = ((low[place] ?? 0) + high + min) / scale;
    }
  }

  #readDeltas(values: Float64Array): void {
    const first = this.#reader.signed();
    const minStep = this.#reader.signed();
    const count = this.#count;
    const isWide = this.#readWords(count - 1);
    const scale = this.#scale;
    const low = this.#low;
    let whole = first;
    if (count > 0) values[0] = whole / scale;
    for (let place = 1; place < count; place += 1) {
      const high = isWide ? (this.#high[place - 1] ?? 0) * wordRange : 0;
      whole += (low[place - 1] ?? 0) + high + minStep;
      values[place] = whole / scale;
    }
  }

  #readSteps(values: Float64Array): void {
    const reader = this.#reader;
    const count = this.#count;
    let at = 0;
    let whole = 0;
    for (let runs = reader.count(count); runs > 0; runs -= 1) {
      whole += reader.signed();
      const length = reader.count(count - at - 1) + 1;
      values.fill(whole / this.#scale, at, at + length);
      at += length;
    }
    if (at !== count) throw malformed('steps that do not cover their column');
  }

  #readFloats(values: Float64Array): void {
    const count = this.#count;
    const { shift, lowBits, highBits } = this.#floatBits();
    this.#reserve(count, true);
    this.#readPlanes(this.#low, count, lowBits);
    this.#readPlanes(this.#high, count, highBits);
    const halves = new Uint32Array(values.buffer);
    let low = 0;
    let high = 0;
    for (let place = 0; place < count; place += 1) {
      low ^= (this.#low[place] ?? 0) << shift;
      high ^= this.#high[place] ?? 0;
      halves[2 * place] = low;
      halves[2 * place + 1] = high;
    }
  }

  #floatBits() {
    const shift = this.#reader.byte();
    if (shift > 31) throw malformed(`a shift of ${shift} bits`);
    return { shift, lowBits: this.#planeBits(32), highBits: this.#planeBits(32) };
  }

  #planeBits(most: number): number {
    const bits = this.#reader.byte();
    if (bits > most || !isPlaneBits(bits)) throw malformed(`planes of ${bits} bits`);
    return bits;
  }

  /** True when there are higher words too. */
  #readWords(count: number): boolean {
    const bits = this.#planeBits(56);
    this.#reserve(count, bits > 32);
    this.#readPlanes(this.#low, count, Math.min(32, bits));
    if (bits > 32) this.#readPlanes(this.#high, count, bits - 32);
    return bits > 32;
  }

  #readPlanes(words: Uint32Array, count: number, bits: number): void {
    const reader = this.#reader;
    if (count < 0) throw malformed('deltas of no values');
    const at = reader.skip(planeBytes(count, bits));
    readPlanes(words, { count, bits }, { bytes: reader.bytes, at });
  }

  #reserve(count: number, isWide: boolean): void {
    if (this.#low.length < count) this.#low = new Uint32Array(Math.max(count, this.#shape.length));
    if (isWide && this.#high.length < count)
      this.#high = new Uint32Array(Math.max(count, this.#shape.length));
  }

  #skipVarints(count: number): void {
    for (let left = count; left > 0; left -= 1) this.#reader.varint();
  }

  #skipPlanes(varints: number, count: number): void {
    this.#skipVarints(varints);
    const bits = this.#planeBits(56);
    this.#reader.skip(planeBytes(count, Math.min(32, bits)) + planeBytes(count, Math.max(0, bits - 32)));
  }
}

/** Puts the `count` values at the beginning to where they belong, and NaN between them. */
function spread(values: Float64Array, count: number, runs: readonly number[]): void {
  let from = count;
  let to = values.length;
  for (let place = runs.length - 1; place >= 0; place -= 1) {
    const length = runs[place] ?? 0;
    to -= length;
    if (place % 2 === 1) {
      values.fill(Number.NaN, to, to + length);
    } else {
      from -= length;
      values.copyWithin(to, from, from + length);
    }
  }
}
