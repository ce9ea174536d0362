// In: columns, one after another. Out: their bytes, as column-format.ts says, appended to a writer.
// It chooses the mode that takes the fewest bytes; what is no scaled whole number goes as doubles, so nothing is lost.
import { bitsOf, planeBits, planeBytes } from './bit-planes.ts';
import { type ByteWriter, maxVarintBytes } from './byte-writer.ts';
import { writeDifferences } from './code-columns.ts';
import { planCodes } from './code-plan.ts';
import {
  areDecimals,
  type Column,
  hasRuns,
  maxLength,
  maxRepeats,
  mode,
  noCodes,
  ownShape,
  repeatShift,
  type Shape,
} from './column-format.ts';
import { ScaledColumn, type Stretch } from './scaled-column.ts';
import { giveBack, takeBytes } from './spare-bytes.ts';
import { WordWriter } from './word-writer.ts';

/** Differences below it, and below a quarter of how many they are, go as parts of a byte: zstd has enough of them to learn from. */
const widestPlanes = 256;
const headRoom = 8 + 5 * maxVarintBytes;

export interface ColumnPart extends Stretch {
  readonly decimals: number;
}

export interface ColumnWriterOptions {
  /** Length of the longest column that will come. */
  readonly longest: number;
  /** Where the bits of codes go; without it differences are written as planes. */
  readonly bits?: ByteWriter | undefined;
}

export class ColumnWriter {
  readonly #writer: ByteWriter;
  #room: Uint8Array<ArrayBuffer>;
  readonly #shape: Shape;
  readonly #scaled: ScaledColumn;
  readonly #words: WordWriter;
  readonly #bits: ByteWriter | undefined;
  /** Of the column before, when it was a constant of the common shape without absent values; else NaN. */
  #constant = Number.NaN;
  #repeats = 0;
  #repeatedMode: number = mode.absent;

  constructor(writer: ByteWriter, shape: Shape, { longest, bits }: ColumnWriterOptions) {
    this.#writer = writer;
    this.#bits = bits;
    this.#shape = shape;
    this.#room = takeBytes(16 * longest);
    const { buffer, byteOffset } = this.#room;
    this.#scaled = new ScaledColumn(new Float64Array(buffer, byteOffset, longest));
    this.#words = new WordWriter(
      writer,
      new Uint32Array(buffer, byteOffset + 8 * longest, longest),
      new Uint32Array(buffer, byteOffset + 12 * longest, longest),
    );
  }

  write(column: Column | null): void {
    if (column === null) return this.#repeat(mode.absent);
    const { values, decimals } = column;
    this.writePart({ values, from: 0, length: values.length, decimals });
  }

  /** A column that lies in a larger array. */
  writePart(column: ColumnPart): void {
    const { length, decimals } = column;
    if (length > maxLength || !areDecimals(decimals)) {
      throw new RangeError(`a column of ${length} values with ${decimals} decimals`);
    }
    const scaled = this.#scaled;
    const isScaled = scaled.gather(column, decimals);
    if (!isScaled) scaled.gatherFloats(column);
    const isCommon =
      length === this.#shape.length && decimals === this.#shape.decimals && scaled.count === length;
    const isConstant = isScaled && scaled.min === scaled.max;
    if (isConstant && isCommon && scaled.min === this.#constant) return this.#repeat(mode.repeated);
    this.#endRepeats();
    this.#constant = isConstant && isCommon ? scaled.min : Number.NaN;
    this.#writer.reserve(headRoom + maxVarintBytes * (length + 1));
    if (!isScaled) this.#writeFloats(column);
    else if (isConstant) this.#writeConstant(column);
    else if (scaled.minStep === scaled.maxStep) this.#writeProgression(column);
    else if (this.#bits !== undefined) this.#writeCodes(column, this.#bits);
    else this.#writePlanes(column);
  }

  /** Writes what is still to be said of the columns; no more may come. */
  end(): void {
    this.#endRepeats();
    giveBack(this.#room);
    this.#room = new Uint8Array(0);
  }

  #endRepeats(): void {
    if (this.#repeats === 0) return;
    this.#writer.reserve(1);
    this.#writer.byte(this.#repeatedMode | ((this.#repeats - 1) << repeatShift));
    this.#repeats = 0;
  }

  #repeat(repeated: number): void {
    if (this.#repeats === maxRepeats || this.#repeatedMode !== repeated) this.#endRepeats();
    if (repeated === mode.absent) this.#constant = Number.NaN;
    this.#repeatedMode = repeated;
    this.#repeats += 1;
  }

  #head(ofMode: number, column: ColumnPart): void {
    const { length, decimals } = column;
    const isOwn = length !== this.#shape.length || decimals !== this.#shape.decimals;
    const isFull = this.#scaled.count === length;
    this.#writer.byte(ofMode | (isOwn ? ownShape : 0) | (isFull ? 0 : hasRuns));
    if (isOwn) {
      this.#writer.varint(length);
      this.#writer.varint(decimals);
    }
    if (!isFull) writeRuns(this.#writer, column);
  }

  #writeConstant(column: ColumnPart): void {
    this.#head(mode.constant, column);
    this.#writer.signed(this.#scaled.min);
  }

  #writeProgression(column: ColumnPart): void {
    this.#head(mode.progression, column);
    this.#writer.signed(this.#scaled.wholes[0] ?? 0);
    this.#writer.signed(this.#scaled.minStep);
  }

  #writePlanes(column: ColumnPart): void {
    const { count, min, max, minStep, maxStep, wholes } = this.#scaled;
    const offsetBits = planeBits(bitsOf(max - min));
    const deltaBits = planeBits(bitsOf(maxStep - minStep));
    const offsetsCost = wideBytes(count, offsetBits);
    const deltasCost = wideBytes(count - 1, deltaBits);
    if (this.#stepsCost() < Math.min(offsetsCost, deltasCost)) return this.#writeSteps(column);
    const writer = this.#writer;
    if (offsetsCost <= deltasCost) {
      this.#head(mode.offsets, column);
      writer.signed(min);
      if (this.#bits !== undefined) writer.byte(noCodes);
      this.#scaled.toOffsets(min);
      return this.#words.writeWide(wholes, count, max - min);
    }
    this.#head(mode.deltas, column);
    writer.signed(wholes[0] ?? 0);
    writer.signed(minStep);
    if (this.#bits !== undefined) writer.byte(noCodes);
    this.#scaled.toSteps(minStep);
    this.#words.writeWide(wholes, count - 1, maxStep - minStep);
  }

  #writeCodes(column: ColumnPart, bits: ByteWriter): void {
    const scaled = this.#scaled;
    const { count, min, max, minStep, maxStep, wholes } = scaled;
    if (Math.min(max - min, maxStep - minStep) < Math.min(widestPlanes, count / 4))
      return this.#writePlanes(column);
    const plan = planCodes(scaled);
    if (8 * this.#stepsCost() < plan.bits) return this.#writeSteps(column);
    const { of, base, isSigned } = plan;
    const writer = this.#writer;
    this.#head(of === 'values' ? mode.offsets : mode.deltas, column);
    if (of === 'steps') writer.signed(wholes[0] ?? 0);
    writer.signed(base);
    if (of === 'values') scaled.toOffsets(base);
    else scaled.toSteps(base);
    const differences = of === 'values' ? count : count - 1;
    writeDifferences(wholes, { count: differences, isSigned }, { symbols: writer, bits });
  }

  #stepsCost(): number {
    const { changes, minStep, maxStep } = this.#scaled;
    return (changes + 1) * (1 + Math.ceil((bitsOf(Math.max(maxStep, -minStep)) + 1) / 7));
  }

  #writeSteps(column: ColumnPart): void {
    const { count, wholes, changes } = this.#scaled;
    const writer = this.#writer;
    this.#head(mode.steps, column);
    writer.reserve(maxVarintBytes * (2 * changes + 3));
    writer.varint(changes + 1);
    let before = 0;
    let from = 0;
    for (let place = 1; place <= count; place += 1) {
      const whole = wholes[from] ?? 0;
      if (place < count && wholes[place] === whole) continue;
      writer.signed(whole - before);
      writer.varint(place - from - 1);
      before = whole;
      from = place;
    }
  }

  #writeFloats(column: ColumnPart): void {
    this.#head(mode.floats, column);
    this.#words.writeFloats(this.#scaled.wholes, this.#scaled.count);
  }
}

function wideBytes(count: number, bits: number): number {
  return bits <= 32 ? planeBytes(count, bits) : planeBytes(count, 32) + planeBytes(count, bits - 32);
}

/** Lengths of what is present and absent, in turn. */
function writeRuns(writer: ByteWriter, { values, from, length }: Stretch): void {
  writer.reserve(headRoom + maxVarintBytes * (2 * length + 2));
  let isPresent = true;
  let begin = 0;
  for (let place = 0; place <= length; place += 1) {
    if (place < length && !Number.isNaN(values[from + place]) === isPresent) continue;
    writer.varint(place - begin);
    begin = place;
    isPresent = !isPresent;
  }
}
