// In: numbers as they reach the disk, or are declared lost there. Out: at most one receipt per class and turn of the event
// loop: a receipt names everything that is there, so of several only the last is sent. One that may wait is kept until
// another one goes, or until somebody takes it.
import type { DataClass, SequenceRange, StoredPosition } from '../../shared/model/delivery.ts';
import { SequenceRanges } from '../../shared/sequence-ranges.ts';

export class Receipts {
  readonly #send: (position: StoredPosition) => void;
  readonly #there = new Map<DataClass, SequenceRanges>();
  readonly #pending = new Set<DataClass>();
  #timer: NodeJS.Immediate | undefined;

  constructor(send: (position: StoredPosition) => void) {
    this.#send = send;
  }

  /** What the store has. */
  begin(stored: readonly StoredPosition[]): void {
    for (const { dataClass, sequence, beyond } of stored) {
      this.#there.set(dataClass, new SequenceRanges(sequence, beyond));
    }
  }

  /** Numbers that are on disk. False when they lie too scattered to be told: `begin` must say what the store has. */
  add(dataClass: DataClass, range: SequenceRange, { mayWait = false } = {}): boolean {
    const isKnown = this.#of(dataClass).add(range);
    if (mayWait) this.#pending.add(dataClass);
    else this.tell(dataClass);
    return isKnown;
  }

  /** Sends a receipt for the class soon. */
  tell(dataClass: DataClass): void {
    this.#pending.add(dataClass);
    this.#timer ??= setImmediate(() => this.#flush());
  }

  /** Those that wait; who takes them sends them. */
  take(): readonly StoredPosition[] {
    const waiting = [...this.#pending].map((dataClass) => positionOf(dataClass, this.#of(dataClass)));
    this.stop();
    return waiting;
  }

  missing(dataClass: DataClass, range: SequenceRange): readonly SequenceRange[] {
    return (this.#there.get(dataClass) ?? new SequenceRanges()).missing(range);
  }

  positions(): readonly StoredPosition[] {
    return [...this.#there].map(([dataClass, there]) => positionOf(dataClass, there));
  }

  stop(): void {
    clearImmediate(this.#timer);
    this.#timer = undefined;
    this.#pending.clear();
  }

  #flush(): void {
    for (const position of this.take()) this.#send(position);
  }

  #of(dataClass: DataClass): SequenceRanges {
    let there = this.#there.get(dataClass);
    if (there === undefined) {
      there = new SequenceRanges();
      this.#there.set(dataClass, there);
    }
    return there;
  }
}

function positionOf(dataClass: DataClass, { sequence, beyond }: SequenceRanges): StoredPosition {
  return { dataClass, sequence, beyond };
}
