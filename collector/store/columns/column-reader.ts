// In: bytes that a ColumnWriter wrote. Out: columns, one after another; one that is not wanted is passed over unread.
// It refuses (ChunkError) what no ColumnWriter writes.
import type { ByteReader } from './byte-reader.ts';
import { malformed } from './chunk-error.ts';
import { DifferenceReader } from './code-columns.ts';
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
import { WordReader } from './word-reader.ts';

const wordRange = 4_294_967_296;
/** Short columns share their memory in pieces of so many values: to allocate it costs more than to fill it. */
const sharedValues = 4096;
const nothing = new Float64Array(0);

export class ColumnReader {
  readonly #reader: ByteReader;
  readonly #words: WordReader;
  readonly #shape: Shape;
  readonly #codes: DifferenceReader | undefined;
  #columnsLeft: number;
  #shared = nothing;
  #sharedFrom = 0;
  #runs: number[] = [];
  /** Of the present column: how many values are there, and their scale. */
  #count = 0;
  #scale = 1;
  #repeats = 0;
  #isAbsent = false;
  /** The value of the last constant. */
  #constant = Number.NaN;

  /** `columns`: how many will be read or passed over at most; `bits`: of codes, if there are codes instead of planes. */
  constructor(
    reader: ByteReader,
    shape: Shape,
    { columns, bits }: { readonly columns: number; readonly bits?: ByteReader | undefined },
  ) {
    this.#reader = reader;
    this.#codes = bits === undefined ? undefined : new DifferenceReader({ symbols: reader, bits });
    this.#words = new WordReader(reader);
    this.#shape = shape;
    this.#columnsLeft = columns;
  }

  /** The next column; null when it is absent. */
  read(): Float64Array | null {
    const tag = this.#next();
    if (tag === undefined) return this.#isAbsent ? null : this.#room(this.#shape.length).fill(this.#constant);
    const length = this.#readShape(tag);
    const values = this.#room(length);
    this.#readColumn(tag, { values, at: 0, length });
    return values;
  }

  /** The next column, to where there is room; returns its length, -1 when it is absent. Throws when there is too little room. */
  readInto(values: Float64Array, at: number): number {
    const tag = this.#next();
    if (tag === undefined && this.#isAbsent) return -1;
    const length = tag === undefined ? this.#shape.length : this.#readShape(tag);
    if (length > values.length - at) throw malformed(`a column of ${length} values`);
    if (tag === undefined) values.fill(this.#constant, at, at + length);
    else this.#readColumn(tag, { values, at, length });
    return length;
  }

  /** Passes over the next column. */
  skip(): void {
    const tag = this.#next();
    if (tag === undefined) return;
    this.#readShape(tag);
    const ofMode = tag & modeBits;
    if (ofMode === mode.constant) this.#readConstant();
    else if (ofMode === mode.progression) this.#skipVarints(2);
    else if (ofMode === mode.steps) this.#skipVarints(2 * this.#reader.count(this.#count));
    else if (ofMode === mode.floats) this.#words.skipFloats(this.#count);
    else {
      const [heads, count] = ofMode === mode.offsets ? [1, this.#count] : [2, this.#count - 1];
      this.#skipVarints(heads);
      if (this.#codes?.areNext() === true) this.#codes.skip(count);
      else this.#words.skipWide(count);
    }
  }

  #room(length: number): Float64Array {
    if (length > sharedValues / 4) return new Float64Array(length);
    if (this.#sharedFrom + length > this.#shared.length) {
      const wanted = (this.#columnsLeft + 1) * this.#shape.length;
      this.#shared = new Float64Array(Math.max(length, Math.min(sharedValues, wanted)));
      this.#sharedFrom = 0;
    }
    const values = new Float64Array(this.#shared.buffer, 8 * this.#sharedFrom, length);
    this.#sharedFrom += length;
    return values;
  }

  /** The tag of the next column, or undefined when what is known already tells of it. */
  #next(): number | undefined {
    this.#columnsLeft -= 1;
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
    this.#count = (tag & hasRuns) === 0 ? length : this.#readRuns(length);
    const ofMode = tag & modeBits;
    if (ofMode === mode.deltas && this.#count === 0) throw malformed('deltas of no values');
    return length;
  }

  /** Returns how many values are present. */
  #readRuns(length: number): number {
    this.#runs = [];
    let covered = 0;
    let present = 0;
    while (covered < length) {
      const run = this.#reader.count(length - covered);
      if (run === 0 && this.#runs.length > 0) throw malformed('an empty run');
      if (this.#runs.length % 2 === 0) present += run;
      this.#runs.push(run);
      covered += run;
    }
    return present;
  }

  #readColumn(tag: number, { values, at, length }: Room): void {
    const ofMode = tag & modeBits;
    if (ofMode === mode.constant) values.fill(this.#readConstant(), at, at + length);
    else if (ofMode === mode.progression) this.#readProgression(values, at);
    else if (ofMode === mode.offsets) this.#readOffsets(values, at);
    else if (ofMode === mode.deltas) this.#readDeltas(values, at);
    else if (ofMode === mode.steps) this.#readSteps(values, at);
    else this.#readFloats(values, at);
    if ((tag & hasRuns) !== 0) spread({ values, at, length }, this.#count, this.#runs);
  }

  #readConstant(): number {
    this.#constant = this.#reader.signed() / this.#scale;
    return this.#constant;
  }

  #readProgression(values: Float64Array, at: number): void {
    const first = this.#reader.signed();
    const step = this.#reader.signed();
    for (let place = 0; place < this.#count; place += 1)
      values[at + place] = (first + place * step) / this.#scale;
  }

  #readOffsets(values: Float64Array, at: number): void {
    const min = this.#reader.signed();
    const count = this.#count;
    const scale = this.#scale;
    if (this.#codes?.areNext() === true) return this.#codes.readOffsets(min, { values, at, count, scale });
    const { isWide, unit } = this.#words.readWide(count);
    const { low, high } = this.#words;
    if (!isWide) {
      for (let place = 0; place < count; place += 1)
        values[at + place] = ((low[place] ?? 0) * unit + min) / scale;
      return;
    }
    for (let place = 0; place < count; place += 1) {
      values[at + place] = ((high[place] ?? 0) * wordRange + (low[place] ?? 0) + min) / scale;
    }
  }

  #readDeltas(values: Float64Array, at: number): void {
    const first = this.#reader.signed();
    const minStep = this.#reader.signed();
    const count = this.#count;
    const scale = this.#scale;
    if (this.#codes?.areNext() === true) {
      return this.#codes.readDeltas({ first, least: minStep }, { values, at, count, scale });
    }
    const { isWide, unit } = this.#words.readWide(count - 1);
    const { low, high } = this.#words;
    let whole = first;
    values[at] = whole / scale;
    if (!isWide) {
      for (let place = 1; place < count; place += 1) {
        whole += (low[place - 1] ?? 0) * unit + minStep;
        values[at + place] = whole / scale;
      }
      return;
    }
    for (let place = 1; place < count; place += 1) {
      whole += (high[place - 1] ?? 0) * wordRange + (low[place - 1] ?? 0) + minStep;
      values[at + place] = whole / scale;
    }
  }

  #readSteps(values: Float64Array, from: number): void {
    const reader = this.#reader;
    const count = this.#count;
    let at = 0;
    let whole = 0;
    for (let runs = reader.count(count); runs > 0; runs -= 1) {
      whole += reader.signed();
      const length = reader.count(count - at - 1) + 1;
      values.fill(whole / this.#scale, from + at, from + at + length);
      at += length;
    }
    if (at !== count) throw malformed('steps that do not cover their column');
  }

  #readFloats(values: Float64Array, at: number): void {
    const count = this.#count;
    const shift = this.#words.readFloats(count);
    const { low: lows, high: highs } = this.#words;
    const halves = new Uint32Array(values.buffer, values.byteOffset + 8 * at, 2 * count);
    let low = 0;
    let high = 0;
    for (let place = 0; place < count; place += 1) {
      low ^= (lows[place] ?? 0) << shift;
      high ^= highs[place] ?? 0;
      halves[2 * place] = low;
      halves[2 * place + 1] = high;
    }
  }

  #skipVarints(count: number): void {
    for (let left = count; left > 0; left -= 1) this.#reader.varint();
  }
}

/** Where the values of a column go. */
interface Room {
  readonly values: Float64Array;
  readonly at: number;
  readonly length: number;
}

/** Puts the `count` values at the beginning to where they belong, and NaN between them. */
function spread({ values, at, length: all }: Room, count: number, runs: readonly number[]): void {
  let from = at + count;
  let to = at + all;
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
