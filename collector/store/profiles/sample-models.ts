// What of a thread's samples is likely, one model for each column. In: the numbers of one sample after another, thread by thread. Out:
// bits of a range coder, and back.
import { ChoiceModel, CountedChoice, NumberModel } from '../columns/number-model.ts';
import { Chances, type RangeReader, type RangeWriter } from '../columns/range-coder.ts';

const mostDistance = 31;

/** Whole milliseconds, never falling: a busy thread is sampled once a period, and the period is what it was before. */
export class TimeModel {
  readonly #distances = new ChoiceModel(mostDistance + 1, mostDistance + 1);
  readonly #beyond = new NumberModel();
  #time = 0;
  #distance = 0;

  nextThread(): void {
    this.#time = 0;
    this.#distance = 0;
  }

  write(coder: RangeWriter, time: number): void {
    const distance = Math.max(0, Math.round(time) - this.#time);
    this.#distances.write(coder, Math.min(distance, mostDistance), this.#distance);
    if (distance >= mostDistance) this.#beyond.write(coder, distance - mostDistance);
    this.#pass(distance);
  }

  read(coder: RangeReader): number {
    const distance = this.#distances.read(coder, this.#distance);
    this.#pass(distance < mostDistance ? distance : distance + this.#beyond.read(coder));
    return this.#time;
  }

  #pass(distance: number): void {
    this.#time += distance;
    this.#distance = Math.min(distance, mostDistance);
  }
}

/** Where a stack ended: where it did before, or where it went from there the last time, or anywhere. */
export class NodeModel {
  readonly #isSame = new Chances(8);
  readonly #isNext = new Chances(2);
  readonly #choice: ChoiceModel | CountedChoice;
  readonly #after: Int32Array;
  #node = 0;
  #sames = 0;
  #wasNext = 0;

  /** `counts`: of each node, how many samples end there; null: not known. */
  constructor(nodes: number, counts: ArrayLike<number> | null) {
    this.#choice = counts === null ? new ChoiceModel(nodes) : new CountedChoice(counts);
    this.#after = new Int32Array(nodes).fill(-1);
  }

  nextThread(): void {
    this.#node = 0;
    this.#sames = 0;
  }

  write(coder: RangeWriter, node: number): void {
    const isSame = node === this.#node ? 1 : 0;
    coder.bit(this.#isSame, this.#sames, isSame);
    const next = this.#after[this.#node] ?? -1;
    if (isSame === 0 && next >= 0) coder.bit(this.#isNext, this.#wasNext, node === next ? 1 : 0);
    if (isSame === 0 && node !== next) this.#choice.write(coder, node);
    this.#pass(node, isSame);
  }

  /** May be one that there is not, where the bytes are not what was written. */
  read(coder: RangeReader): number {
    const isSame = coder.bit(this.#isSame, this.#sames);
    const next = this.#after[this.#node] ?? -1;
    let node = this.#node;
    if (isSame === 0) {
      const isNext = next >= 0 && coder.bit(this.#isNext, this.#wasNext) === 1;
      node = isNext ? next : this.#choice.read(coder);
    }
    this.#pass(node, isSame);
    return node;
  }

  #pass(node: number, isSame: number): void {
    if (this.#choice instanceof CountedChoice) this.#choice.pass(node);
    this.#sames = ((this.#sames << 1) | isSame) & 7;
    if (isSame === 1) return;
    this.#wasNext = this.#after[this.#node] === node ? 1 : 0;
    this.#after[this.#node] = node;
    this.#node = node;
  }
}

/** Nodes in their order, each once. */
export class SumModel {
  readonly #distances = new NumberModel();
  #node = 0;

  nextThread(): void {
    this.#node = 0;
  }

  write(coder: RangeWriter, node: number): void {
    this.#distances.write(coder, node - this.#node);
    this.#node = node;
  }

  read(coder: RangeReader): number {
    this.#node += this.#distances.read(coder);
    return this.#node;
  }
}

/** Whole numbers, about as large as the one before. */
export class WeightModel {
  readonly #weights = new NumberModel(mostLength + 1);
  #length = 0;

  write(coder: RangeWriter, weight: number): void {
    const whole = Math.max(0, Math.round(weight));
    this.#weights.write(coder, whole, this.#length);
    this.#length = lengthOf(whole);
  }

  read(coder: RangeReader): number {
    const weight = this.#weights.read(coder, this.#length);
    this.#length = lengthOf(weight);
    return weight;
  }
}

const mostLength = 16;

function lengthOf(weight: number): number {
  return Math.min(mostLength, 32 - Math.clz32(Math.min(weight, 0xffff_ffff)));
}
