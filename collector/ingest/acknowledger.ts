// In: positions as they reach the disk. Out: at most one receipt per class and moment: receipts are cumulative, so of
// several only the highest is sent.
import type { DataClass, StoredPosition } from '../../shared/model/delivery.ts';

const gatherMs = 20;

export class Acknowledger {
  readonly #send: (position: StoredPosition) => void;
  readonly #pending = new Map<DataClass, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (position: StoredPosition) => void) {
    this.#send = send;
  }

  stored(dataClass: DataClass, sequence: number): void {
    this.#pending.set(dataClass, Math.max(sequence, this.#pending.get(dataClass) ?? 0));
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#pending.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const [dataClass, sequence] of this.#pending) this.#send({ dataClass, sequence, beyond: [] });
    this.#pending.clear();
  }
}
