// In: what the collector's own clock says, and those of nodes. Out: nothing, or a refusal (StreamRefusal) to take anything while
// the own clock cannot be right: before the time is known after a boot, and while it is further than a day from those of
// most nodes. Right times would be moved or declared lost. Agents keep what they have and come again.
//
// Clocks are remembered against the time since the start, so that it shows at once when the own one is set.
import type { Clock } from '../../shared/clock.ts';
import { status } from '../../shared/grpc-status.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';

/** 2025-01-01: this program is younger. */
const earliestMs = 1_735_689_600_000;
const farMs = 86_400_000;
/** Of one or two nodes nobody can say who is right. */
const leastWitnesses = 3;
const mostWitnesses = 256;
const rememberedMs = 10 * 60_000;
const judgedEveryMs = 1_000;

interface Witness {
  /** Wall clock of the node less the time since the collector's start. */
  readonly aheadMs: number;
  readonly heardMs: number;
}

export class OwnClock {
  readonly #clock: Clock;
  /** Those that were heard last, by node, in that order. */
  readonly #witnesses = new Map<string, Witness>();
  #judgedMs = Number.NEGATIVE_INFINITY;
  #isDoubted = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hear(node: string, sentTimeMs: number): void {
    const heardMs = this.#clock.monotonic();
    this.#witnesses.delete(node);
    this.#witnesses.set(node, { aheadMs: sentTimeMs - heardMs, heardMs });
    for (const [oldest, witness] of this.#witnesses) {
      if (this.#witnesses.size <= mostWitnesses && heardMs - witness.heardMs <= rememberedMs) return;
      this.#witnesses.delete(oldest);
    }
  }

  require(): void {
    const nowMs = this.#clock.now();
    if (nowMs < earliestMs) throw refusal(told(nowMs));
    if (this.#isFarFromMost(nowMs)) throw refusal(`${told(nowMs)}, more than a day from those of most nodes`);
  }

  #isFarFromMost(nowMs: number): boolean {
    const monotonicMs = this.#clock.monotonic();
    if (monotonicMs - this.#judgedMs < judgedEveryMs) return this.#isDoubted;
    this.#judgedMs = monotonicMs;
    let far = 0;
    for (const { aheadMs } of this.#witnesses.values()) {
      if (Math.abs(aheadMs + monotonicMs - nowMs) > farMs) far += 1;
    }
    this.#isDoubted = this.#witnesses.size >= leastWitnesses && 2 * far > this.#witnesses.size;
    return this.#isDoubted;
  }
}

function told(nowMs: number): string {
  return `the clock of the collector says ${new Date(nowMs).toISOString()}`;
}

function refusal(what: string): StreamRefusal {
  return new StreamRefusal(
    status.UNAVAILABLE,
    'clock-not-set',
    `${what}; set it (chronyc tracking shows it)`,
  );
}
