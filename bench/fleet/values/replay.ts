// Block bootstrap over a recording: seconds of a load in blocks of random length from random places. In: a mix of loads, how
// many seconds passed. Out: pieces of the recording. No piece follows another as it was recorded for longer than a block.
import type { RecordedSeries, Recording } from '../recording.ts';
import type { Random } from './random.ts';

/** Recorded seconds, `to` not included; they count `times` times. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly times: number;
}

/** More seconds than these are stretched from so many. */
const longestStretch = 120;
const blockSeconds = { least: 8, most: 30 };

export class Replay {
  readonly #recording: Recording;
  readonly #random: Random;
  #load = 0;
  #next = 0;
  #left = 0;

  constructor(recording: Recording, random: Random) {
    this.#recording = recording;
    this.#random = random;
  }

  /** Place of the load that is replayed. */
  get load(): number {
    return this.#load;
  }

  /** `weights`: one for each load of the recording. */
  advance(seconds: number, weights: readonly number[]): readonly Piece[] {
    const stretched = Math.min(seconds, longestStretch);
    const pieces: Piece[] = [];
    for (let left = stretched; left > 0; ) {
      if (this.#left === 0) this.#beginBlock(weights);
      const taken = Math.min(left, this.#left);
      pieces.push({ from: this.#next, to: this.#next + taken, times: seconds / stretched });
      this.#next += taken;
      this.#left -= taken;
      left -= taken;
    }
    return pieces;
  }

  /** What comes next is another block: the load has changed. */
  interrupt(): void {
    this.#left = 0;
  }

  #beginBlock(weights: readonly number[]): void {
    const random = this.#random;
    this.#load = random.weighted(weights);
    const load = this.#recording.loads[this.#load];
    if (load === undefined) throw new RangeError(`the recording has no load ${this.#load}`);
    const { least, most } = blockSeconds;
    const length = Math.min(least + random.below(most - least + 1), load.to - load.from);
    this.#next = load.from + random.below(load.to - load.from - length + 1);
    this.#left = length;
  }
}

/** Sums of the changes of a series up to each second, so that a piece is one difference. */
export function sumsOf({ changes }: RecordedSeries): Float64Array {
  const sums = new Float64Array(changes.length + 1);
  for (const [second, change] of changes.entries()) sums[second + 1] = (sums[second] ?? 0) + change;
  return sums;
}

export function changeOver(sums: Float64Array, pieces: readonly Piece[]): number {
  let change = 0;
  for (const { from, to, times } of pieces) change += ((sums[to] ?? 0) - (sums[from] ?? 0)) * times;
  return change;
}
