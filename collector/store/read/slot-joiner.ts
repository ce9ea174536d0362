// In: the chunks of a series in several slots of a file. Out: of each wanted node its samples, one slot behind another, as one
// piece; where the slots are not in the order of time, a piece for each. The values lie in memory that is used again: they
// must not be kept beyond `reset`. It refuses (ChunkError) columns that are not as long as their times.
import { ByteReader } from '../columns/byte-reader.ts';
import { openContent } from '../columns/chunk-content.ts';
import { malformed } from '../columns/chunk-error.ts';
import type { Piece } from './frame-samples.ts';

export interface SlotPart {
  readonly content: Uint8Array;
  /** By place in the group. */
  readonly times: readonly (Float64Array | null)[];
}

/** Which slots a node has samples of: nodes that tick alike share one. */
class Axis {
  readonly parts: readonly Float64Array[];
  readonly #next = new Map<Float64Array, Axis>();
  #joined: Float64Array | null | undefined;

  constructor(parts: readonly Float64Array[]) {
    this.parts = parts;
  }

  and(times: Float64Array): Axis {
    const known = this.#next.get(times);
    if (known !== undefined) return known;
    const axis = new Axis([...this.parts, times]);
    this.#next.set(times, axis);
    return axis;
  }

  /** null: they do not ascend. */
  joined(): Float64Array | null {
    if (this.#joined !== undefined) return this.#joined;
    const [only] = this.parts;
    this.#joined = this.parts.length === 1 && only !== undefined ? only : inOneArray(this.parts);
    return this.#joined;
  }
}

/** A node's samples so far. */
interface Run {
  readonly from: number;
  length: number;
  axis: Axis;
}

export class SlotJoiner {
  #room = new Float64Array(0);
  #used = 0;

  /** What was given before is not used any more. */
  reset(): void {
    this.#used = 0;
  }

  /** `numbers`: by place in the group the number of the node; -1: it is not wanted. */
  join(parts: readonly SlotPart[], numbers: Int32Array, use: (number: number, piece: Piece) => void): void {
    const runs = this.#runs(numbers, longest(parts));
    for (const part of parts) readPart(part, this.#room, runs);
    for (const [place, run] of runs.entries()) {
      if (run !== undefined && run.length > 0) this.#give(run, (piece) => use(numbers[place] ?? -1, piece));
    }
  }

  #runs(numbers: Int32Array, stride: number): readonly (Run | undefined)[] {
    const wanted = numbers.reduce((count, number) => (number < 0 ? count : count + 1), 0);
    if (this.#used + wanted * stride > this.#room.length) {
      // What was given lies in the former one, and stays there.
      this.#room = new Float64Array(Math.max(wanted * stride, 2 * this.#room.length));
      this.#used = 0;
    }
    const start = new Axis([]);
    return Array.from(numbers, (number) => {
      if (number < 0) return undefined;
      const from = this.#used;
      this.#used += stride;
      return { from, length: 0, axis: start };
    });
  }

  #give({ from, length, axis }: Run, use: (piece: Piece) => void): void {
    const timesMs = axis.joined();
    if (timesMs !== null) {
      use({ timesMs, values: this.#room.subarray(from, from + length) });
      return;
    }
    let at = from;
    for (const times of axis.parts) {
      use({ timesMs: times, values: this.#room.subarray(at, at + times.length) });
      at += times.length;
    }
  }
}

function readPart(
  { content, times }: SlotPart,
  room: Float64Array,
  runs: readonly (Run | undefined)[],
): void {
  const { count, columns } = openContent(new ByteReader(content));
  for (let place = 0; place < count; place += 1) {
    const run = runs[place];
    const timesMs = times[place] ?? null;
    if (run === undefined || timesMs === null) {
      columns.skip();
      continue;
    }
    const length = columns.readInto(room, run.from + run.length);
    if (length < 0) continue;
    if (length !== timesMs.length) throw malformed(`${length} values at ${timesMs.length} times`);
    run.length += length;
    run.axis = run.axis.and(timesMs);
  }
}

/** How many samples a node can have in all of the parts. */
function longest(parts: readonly SlotPart[]): number {
  let sum = 0;
  for (const { times } of parts) {
    let most = 0;
    for (const timesMs of times) if (timesMs !== null && timesMs.length > most) most = timesMs.length;
    sum += most;
  }
  return sum;
}

function inOneArray(parts: readonly Float64Array[]): Float64Array | null {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    if (at > 0 && !((part[0] ?? Number.NaN) > (joined[at - 1] ?? 0))) return null;
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
