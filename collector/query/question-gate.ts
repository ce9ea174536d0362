// In: questions that read much, as many as people and scripts ask at once. Out: their answers, some questions at a time in the
// order in which they came: together they would take memory without bound, and none would be answered in time.
// It refuses (QueryError `too-busy`) what finds too many waiting, and what has waited too long.
import type { Clock } from '../../shared/clock.ts';
import { type Query, QueryError } from './query.ts';

export interface GateLimits {
  readonly atOnce: number;
  readonly waiting: number;
  readonly waitMs: number;
}

/** One question holds some 30 MB while it is answered; a request is given up after 30 s. */
export const usualGateLimits: GateLimits = { atOnce: 4, waiting: 256, waitMs: 15_000 };

interface Waiting {
  readonly begin: () => void;
  readonly cancel: () => void;
}

export class QuestionGate {
  readonly #clock: Clock;
  readonly #limits: GateLimits;
  readonly #waiting = new Set<Waiting>();
  #underWay = 0;

  constructor(clock: Clock, limits: GateLimits = usualGateLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  async ask<T>(answer: () => Promise<T>): Promise<T> {
    if (this.#underWay < this.#limits.atOnce) this.#underWay += 1;
    else await this.#turn();
    try {
      return await answer();
    } finally {
      this.#next();
    }
  }

  /** Whoever ends hands the place on. */
  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#underWay -= 1;
      return;
    }
    this.#waiting.delete(first);
    first.cancel();
    first.begin();
  }

  #turn(): Promise<void> {
    const { waiting, waitMs } = this.#limits;
    if (this.#waiting.size >= waiting) return Promise.reject(tooBusy(`${waiting} others wait already`));
    return new Promise((begin, refuse) => {
      const cancel = this.#clock.after(waitMs, () => {
        this.#waiting.delete(one);
        refuse(tooBusy(`it has waited ${waitMs / 1000} s for others`));
      });
      const one = { begin, cancel };
      this.#waiting.add(one);
    });
  }
}

/** The same questions, of which those that may read much wait for each other. */
export function inTurn(query: Query, gate: QuestionGate): Query {
  return {
    ...query,
    mapAt: (atMs) => gate.ask(() => query.mapAt(atMs)),
    metricRange: (range) => gate.ask(() => query.metricRange(range)),
    metricTable: (range) => gate.ask(() => query.metricTable(range)),
    latest: (wish) => gate.ask(() => query.latest(wish)),
    top: (wish) => gate.ask(() => query.top(wish)),
    topProcesses: (wish) => gate.ask(() => query.topProcesses(wish)),
  };
}

function tooBusy(why: string): QueryError {
  return new QueryError(
    'too-busy',
    `the question cannot be answered now: ${why}`,
    'Ask again in some seconds; ask for fewer nodes, fewer metrics or a larger step.',
  );
}
