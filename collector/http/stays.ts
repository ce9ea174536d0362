// Answers without an end, such as live updates. In: a request that was admitted. Out: its end as soon as what it came in with is no
// longer valid: logged out, expired, locked, another role.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/clock.ts';
import type { Arrival, Shown } from '../identity/people/arrivals.ts';
import type { People } from '../identity/people/people.ts';

declare module 'fastify' {
  interface FastifyInstance {
    stays: Stays;
  }
}

interface Stay {
  readonly shown: Shown;
  readonly arrival: Arrival;
  readonly end: () => void;
}

/** Within this time it is seen. */
const lookEveryMs = 2_000;

/** Invariants: while anybody stays, one timer runs; what left is not looked at. */
export class Stays {
  readonly #people: Pick<People, 'arrivals'>;
  readonly #clock: Clock;
  readonly #stays = new Set<Stay>();
  #isLooking = false;

  constructor(people: Pick<People, 'arrivals'>, clock: Clock) {
    this.#people = people;
    this.#clock = clock;
  }

  /** Returns the function that says it has left. Who came in without a secret stays. */
  watch({ shown, arrival }: Pick<FastifyRequest, 'shown' | 'arrival'>, end: () => void): () => void {
    if (shown === null || arrival === null) return () => undefined;
    const stay = { shown, arrival, end };
    this.#stays.add(stay);
    this.#lookLater();
    return () => void this.#stays.delete(stay);
  }

  #look(): void {
    for (const stay of this.#stays) {
      if (this.#isStillIn(stay)) continue;
      this.#stays.delete(stay);
      stay.end();
    }
    this.#isLooking = false;
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#isLooking || this.#stays.size === 0) return;
    this.#isLooking = true;
    this.#clock.after(lookEveryMs, () => this.#look());
  }

  #isStillIn({ shown, arrival }: Stay): boolean {
    const now = this.#people.arrivals.find(shown, { isRequest: false })?.principal;
    const then = arrival.principal;
    return now?.role === then.role && String(now.permissions) === String(then.permissions);
  }
}

export function watchStays(app: FastifyInstance, people: Pick<People, 'arrivals'>, clock: Clock): void {
  app.decorate('stays', new Stays(people, clock));
}
