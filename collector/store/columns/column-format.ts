// The format of a column within the content of a chunk. Numbers are varints; those with a sign carry it in their lowest bit.
//
//   tag (1 byte) │ length, decimals: when they are not those of the chunk │ runs, when values are absent │ what the mode says
//
// Tag: mode in bits 0-2; bit 3: own length and decimals; bit 4: runs. The runs are lengths, present and absent in turn,
// the first one present, up to the length of the column. What follows tells of the n values that are present, as the
// whole numbers value * 10^decimals:
//
//   absent       as many columns are null as bits 3-7 say, and one
//   repeated     as many columns are the same constant as the one before as bits 3-7 say, and one
//   constant     the number, signed; 0 when n is 0
//   progression  the first, the step, both signed
//   offsets      the smallest, signed; the n differences from it
//   deltas       the first, the smallest step, both signed; the n - 1 differences from that step
//   floats       shift, bits of the lower words, bits of the higher words (1 byte each); the doubles, each XOR the one
//                before (the first: 0), their lower words >>> shift as planes, their higher words as planes
//   steps        number of runs; for each its value less that of the run before (signed) and its length less 1
//
// Differences are a byte, how many bits they have, and their planes (bit-planes.ts). When bit 7 of that byte is set, another
// one follows that says how many zeros at their end were left out. Above 32 bits the planes of the lower words come first,
// then those of the higher.
//
// A chunk that is kept for long has codes (number-codes.ts) instead of planes; their bits lie apart. There it is
//
//   unit * 2, and one when they have a sign (in the lowest bit) │ codes of how many units each difference has
//   or 0 │ planes, as above
//
// and differences with a sign are from any value or step instead of the smallest.

export const mode = {
  absent: 0,
  repeated: 1,
  constant: 2,
  progression: 3,
  offsets: 4,
  deltas: 5,
  floats: 6,
  steps: 7,
} as const;

export const modeBits = 7;
export const ownShape = 8;
export const hasRuns = 16;
export const repeatShift = 3;
export const maxRepeats = 32;

/** Beside the number of bits of differences. */
export const isShifted = 128;

/** In front of planes, where codes are usual. */
export const noCodes = 0;

/** Longer columns are none of ours. */
export const maxLength = 1 << 20;
export const maxColumns = 1 << 16;
export const maxDecimals = 9;

export function areDecimals(decimals: number): boolean {
  return Number.isInteger(decimals) && decimals >= 0 && decimals <= maxDecimals;
}

/** Of most columns of a chunk. */
export interface Shape {
  readonly length: number;
  readonly decimals: number;
}

/** The values of one series on one node in one slot. */
export interface Column {
  /** NaN where there is none. */
  readonly values: Float64Array;
  /** As in SeriesDefinition: a value is a whole number divided by 10^decimals, or any double. */
  readonly decimals: number;
}
