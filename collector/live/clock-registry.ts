// In: how far the clock of each node is off, as its stream tells it. Out: the same to whoever shows a node, and how many
// are wrong. It knows the nodes that are connected, no others.
import { correctedOffsetMs, notableOffsetMs } from '../../shared/model/clock-offset.ts';

export interface ClockReading {
  /** Wall clock of the node less that of the collector, ms; positive: the node is ahead. */
  readonly offsetMs: number;
  /** Times of the node are corrected, so far is it off. */
  readonly isCorrected: boolean;
}

export class ClockRegistry {
  readonly #readings = new Map<string, ClockReading>();

  put(node: string, offsetMs: number): void {
    this.#readings.set(node, { offsetMs, isCorrected: Math.abs(offsetMs) > correctedOffsetMs });
  }

  forget(node: string): void {
    this.#readings.delete(node);
  }

  /** null: nothing is known of its clock. */
  of(node: string): ClockReading | null {
    return this.#readings.get(node) ?? null;
  }

  /** How many are off by more than two seconds, and how many of them are corrected. */
  count(): { readonly suspect: number; readonly corrected: number } {
    let suspect = 0;
    let corrected = 0;
    for (const { offsetMs, isCorrected } of this.#readings.values()) {
      if (Math.abs(offsetMs) > notableOffsetMs) suspect += 1;
      if (isCorrected) corrected += 1;
    }
    return { suspect, corrected };
  }
}
