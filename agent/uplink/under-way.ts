// Batches that were sent and neither acknowledged nor refused. In: what is sent, receipts. Out: how much more may be.
//
// Invariants: at most `credit` batches; at most `windowBytes`, or one that is larger by itself.
import type { DataClass, Position, StoredPosition } from '../../shared/model/delivery.ts';

interface Sent extends Position {
  readonly bytes: number;
  readonly sentMs: number;
  /** Its receipt comes with the next heartbeat's echo. */
  readonly mayWait: boolean;
}

const windowBytes = 1024 * 1024;
/** What a batch of the backlog leaves free for those that are new. */
const reserveShare = 0.25;

export class UnderWay {
  credit = 0;
  #sent: Sent[] = [];
  #bytes = 0;

  /** How many more may be sent. */
  get room(): number {
    return this.#bytes >= windowBytes ? 0 : Math.max(0, this.credit - this.#sent.length);
  }

  /** The same for a backlog. */
  get backlogRoom(): number {
    const reserve = Math.floor(this.credit * reserveShare);
    return this.#bytes >= windowBytes * (1 - reserveShare) ? 0 : Math.max(0, this.room - reserve);
  }

  /** Whether the receipt of one more may wait: not when that could leave no room. */
  get mayWait(): boolean {
    return this.#bytes < windowBytes / 2 && this.#sent.length < this.credit * (1 - reserveShare);
  }

  /** When the earliest of them was sent; that there is none is no wait. */
  get sinceMs(): number {
    return this.#sent[0]?.sentMs ?? Number.POSITIVE_INFINITY;
  }

  add(sent: Sent): void {
    this.#sent.push(sent);
    this.#bytes += sent.bytes;
  }

  /** When the earliest of them was sent whose receipt did not wait; undefined: there was none. */
  acknowledged({ dataClass, sequence, beyond }: StoredPosition): number | undefined {
    return this.#settle(
      (sent) =>
        sent.dataClass === dataClass &&
        (sent.sequence <= sequence ||
          beyond.some(({ from, to }) => sent.sequence >= from && sent.sequence <= to)),
    );
  }

  /** False: it was not under way. */
  refused(dataClass: DataClass, sequence: number): boolean {
    const before = this.#sent.length;
    this.#settle((sent) => sent.dataClass === dataClass && sent.sequence === sequence);
    return this.#sent.length < before;
  }

  #settle(isSettled: (sent: Sent) => boolean): number | undefined {
    let earliestMs: number | undefined;
    this.#sent = this.#sent.filter((sent) => {
      if (!isSettled(sent)) return true;
      this.#bytes -= sent.bytes;
      if (!sent.mayWait) earliestMs = Math.min(earliestMs ?? sent.sentMs, sent.sentMs);
      return false;
    });
    return earliestMs;
  }
}
