// In: what an agent sends, moment by moment. Out: how long it must wait because it was too much, or that it may not.
// A budget belongs to a node, so a new stream does not make it new.
//
// Each limit is one moment: when what was sent would be through at the allowed rate (the generic cell rate algorithm,
// ITU-T I.371). It may lie as far ahead as the burst allows.
import type { IngestLimits } from './limits.ts';

export type LimitedBy = 'messages' | 'bytes' | 'samples';

export interface Wait {
  readonly ms: number;
  readonly reason: LimitedBy;
}

type Rates = Pick<
  IngestLimits,
  | 'hellosPerMinute'
  | 'messagesPerSecond'
  | 'bytesPerSecond'
  | 'samplesPerSecond'
  | 'newSeriesPerMinute'
  | 'hoursPerMinute'
>;

/** How much may come at once, in time of the allowed rate. */
const burstMs = 4_000;
/** A backlog of greetings: two streams, some attempts. */
const helloBurstMs = 3 * 60_000;
/** All that a node may have, twice: the dictionary of a stream and that of the next. */
const seriesBurstMs = 8 * 60_000;
/** Each hour has a file of its own: ten days of a backlog at once. */
const hoursBurstMs = 4 * 60_000;
/** What is new and a backlog come by turns; an hour that was here lately is no other one. */
const hoursRemembered = 16;
const hourMs = 3_600_000;
/** No wait is longer: a stream that stands still is no better than one that ended. */
const longestWaitMs = 2_000;

export class AgentBudget {
  readonly #rates: Rates;
  #hellos = 0;
  #messages = 0;
  #bytes = 0;
  #samples = 0;
  #series = 0;
  #hours = 0;
  readonly #lastHours = new Set<number>();
  /** Of them the one that was here last. */
  #lastHour = Number.NaN;

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  /** False: too many greetings. */
  hello(nowMs: number): boolean {
    const due = Math.max(this.#hellos, nowMs) + 60_000 / this.#rates.hellosPerMinute;
    // Who is refused does not pay, or who asks too often would never be let in again.
    if (due - nowMs > helloBurstMs) return false;
    this.#hellos = due;
    return true;
  }

  /** Null: no wait. */
  message(sizeBytes: number, nowMs: number): Wait | null {
    this.#messages = Math.max(this.#messages, nowMs) + 1000 / this.#rates.messagesPerSecond;
    this.#bytes = Math.max(this.#bytes, nowMs) + (1000 * sizeBytes) / this.#rates.bytesPerSecond;
    return waitUntil(this.#messages, nowMs, 'messages') ?? waitUntil(this.#bytes, nowMs, 'bytes');
  }

  samples(count: number, nowMs: number): Wait | null {
    this.#samples = Math.max(this.#samples, nowMs) + (1000 * count) / this.#rates.samplesPerSecond;
    return waitUntil(this.#samples, nowMs, 'samples');
  }

  /** False: too many new ones. */
  newSeries(count: number, nowMs: number): boolean {
    if (count === 0) return true;
    this.#series = Math.max(this.#series, nowMs) + (60_000 * count) / this.#rates.newSeriesPerMinute;
    // A refused stream has cost what it has cost, but no more than a burst is remembered.
    const isWelcome = this.#series - nowMs <= seriesBurstMs;
    this.#series = Math.min(this.#series, nowMs + seriesBurstMs);
    return isWelcome;
  }

  /** False: items of too many hours, too fast. */
  hours(timesMs: readonly number[], nowMs: number): boolean {
    // Nearly always the one of the batch before.
    if (timesMs.every((timeMs) => Math.floor(timeMs / hourMs) === this.#lastHour)) return true;
    const hours = new Set(timesMs.map((timeMs) => Math.floor(timeMs / hourMs)));
    const others = [...hours].filter((hour) => !this.#lastHours.has(hour)).length;
    const due = Math.max(this.#hours, nowMs) + (60_000 * others) / this.#rates.hoursPerMinute;
    // Who is refused does not pay, or a long backlog would never get in.
    if (others > 0 && due - nowMs > hoursBurstMs) return false;
    if (others > 0) this.#hours = due;
    this.#remember(hours);
    return true;
  }

  #remember(hours: ReadonlySet<number>): void {
    for (const hour of hours) {
      this.#lastHours.delete(hour);
      this.#lastHours.add(hour);
      this.#lastHour = hour;
    }
    for (const hour of this.#lastHours) {
      if (this.#lastHours.size <= hoursRemembered) return;
      this.#lastHours.delete(hour);
    }
  }

  /** As good as new. */
  isFull(nowMs: number): boolean {
    return (
      Math.max(this.#hellos, this.#messages, this.#bytes, this.#samples, this.#series, this.#hours) <= nowMs
    );
  }
}

function waitUntil(due: number, nowMs: number, reason: LimitedBy): Wait | null {
  const ms = due - nowMs - burstMs;
  return ms > 0 ? { ms: Math.min(ms, longestWaitMs), reason } : null;
}

/** Budgets of nodes that were here lately. */
export class AgentBudgets {
  readonly #rates: Rates;
  readonly #budgets = new Map<string, AgentBudget>();
  #sweptMs = 0;

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  of(node: string, nowMs: number): AgentBudget {
    if (nowMs - this.#sweptMs > 60_000) this.#sweep(nowMs);
    let budget = this.#budgets.get(node);
    if (budget === undefined) {
      budget = new AgentBudget(this.#rates);
      this.#budgets.set(node, budget);
    }
    return budget;
  }

  #sweep(nowMs: number): void {
    this.#sweptMs = nowMs;
    for (const [node, budget] of this.#budgets) if (budget.isFull(nowMs)) this.#budgets.delete(node);
  }
}
