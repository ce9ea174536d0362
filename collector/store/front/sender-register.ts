// In: senders. Out: their positions, from memory; the first time from the catalog, with what the log holds beyond it.
//
// Invariants: a sender of whom the log holds something that is not flushed stays; of the others the ones that were used
// last. So many are asked for at a time as the writer takes.
import type { Sender, StoredPosition } from '../../../shared/model/delivery.ts';
import type { Mark } from '../log/log-entry.ts';
import { SenderPositions } from './sender-positions.ts';

export interface SenderState {
  readonly sender: Sender;
  readonly positions: SenderPositions;
  /** The last segment that holds something of the sender; 0: none. */
  segment: number;
  /** It is loaded again when it is needed. */
  isForgotten: boolean;
}

export interface SenderRegisterOptions {
  readonly load: (sender: Sender) => Promise<readonly StoredPosition[]>;
  /** Nothing of what is forgotten may be in a segment above this one. */
  readonly lastFlushed: () => number;
  readonly maxIdle?: number;
}

const usualMaxIdle = 20_000;
const maxLoading = 256;

interface Replayed {
  readonly marks: Mark[];
  segment: number;
}

export class SenderRegister {
  readonly #options: SenderRegisterOptions;
  /** The one that was used longest ago first. */
  readonly #states = new Map<string, SenderState>();
  /** A stream names its sender by the same object each time. */
  readonly #ofObject = new WeakMap<Sender, SenderState>();
  readonly #loading = new Map<string, Promise<SenderState>>();
  readonly #replayed = new Map<string, Replayed>();
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(options: SenderRegisterOptions) {
    this.#options = options;
  }

  /** What a segment that is not flushed says of a sender; before anything is asked for. */
  replay(sender: Sender, marks: readonly Mark[], segment: number): void {
    const key = keyOf(sender);
    const known = this.#replayed.get(key);
    if (known === undefined) this.#replayed.set(key, { marks: [...marks], segment });
    else {
      for (const mark of marks) addMark(known.marks, mark);
      known.segment = segment;
    }
  }

  /** undefined when it must be loaded first. */
  get(sender: Sender): SenderState | undefined {
    const known = this.#ofObject.get(sender);
    if (known !== undefined && !known.isForgotten) return known;
    const state = this.#states.get(keyOf(sender));
    if (state !== undefined) this.#ofObject.set(sender, state);
    return state;
  }

  load(sender: Sender): Promise<SenderState> {
    const key = keyOf(sender);
    const known = this.#states.get(key);
    if (known !== undefined) {
      // Now it is the one that was used last.
      this.#states.delete(key);
      this.#states.set(key, known);
      return Promise.resolve(known);
    }
    const loading = this.#loading.get(key);
    if (loading !== undefined) return loading;
    const state = this.#load(sender).finally(() => this.#loading.delete(key));
    this.#loading.set(key, state);
    return state;
  }

  async #load(sender: Sender): Promise<SenderState> {
    if (this.#underWay >= maxLoading) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#underWay += 1;
    try {
      const positions = new SenderPositions(await this.#options.load(sender));
      return this.#keep(sender, positions);
    } finally {
      this.#underWay -= 1;
      this.#waiting.shift()?.();
    }
  }

  #keep(sender: Sender, positions: SenderPositions): SenderState {
    const key = keyOf(sender);
    const replayed = this.#replayed.get(key);
    this.#replayed.delete(key);
    for (const mark of replayed?.marks ?? []) {
      positions.promise(mark);
      positions.store(mark);
    }
    const state = { sender, positions, segment: replayed?.segment ?? 0, isForgotten: false };
    this.#states.set(key, state);
    this.#forgetIdle();
    return state;
  }

  #forgetIdle(): void {
    let excess = this.#states.size - (this.#options.maxIdle ?? usualMaxIdle);
    if (excess <= 0) return;
    const lastFlushed = this.#options.lastFlushed();
    for (const [key, state] of this.#states) {
      if (excess <= 0) return;
      if (state.segment > lastFlushed || state.positions.isBusy) continue;
      state.isForgotten = true;
      this.#states.delete(key);
      excess -= 1;
    }
  }
}

/** Numbers most often follow each other. */
function addMark(marks: Mark[], { dataClass, range }: Mark): void {
  const place = marks.findLastIndex((mark) => mark.dataClass === dataClass);
  const last = marks[place]?.range;
  if (last !== undefined && range.from === last.to + 1) {
    marks[place] = { dataClass, range: { from: last.from, to: range.to } };
  } else {
    marks.push({ dataClass, range });
  }
}

function keyOf({ node, spoolId }: Sender): string {
  return `${node} ${spoolId}`;
}
