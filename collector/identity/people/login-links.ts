// One-time login links: for the first administrator, and for whoever has no password (any more). In: an account. Out: a code,
// once; later, whose it was. Kept as digests; a code that was shown works once.
import type { Clock } from '../../../shared/clock.ts';
import type { IdentityStore } from '../../store/store.ts';
import { KeptRecords } from './kept-records.ts';
import { PeopleError } from './people-error.ts';
import { digestOf, newSecret } from './secrets.ts';

interface LinkRecord {
  readonly account: string;
  readonly expiresMs: number;
}

export interface LoginLink {
  readonly code: string;
  readonly expiresMs: number;
}

const usualLifeMs = 3_600_000;
const mostLinks = 1_000;

export class LoginLinks {
  readonly #records: KeptRecords<LinkRecord>;
  readonly #clock: Clock;

  constructor(store: IdentityStore, clock: Clock) {
    this.#records = new KeptRecords(store, 'login-link');
    this.#clock = clock;
  }

  load(): Promise<void> {
    return this.#records.load();
  }

  async create(account: string, lifeMs: number = usualLifeMs): Promise<LoginLink> {
    if (this.#records.size >= mostLinks) {
      throw new PeopleError('too-many', `more than ${mostLinks} login links`, 'Wait until some are over.');
    }
    const code = newSecret();
    const expiresMs = this.#clock.now() + lifeMs;
    await this.#records.put(digestOf(code), { account, expiresMs });
    return { code, expiresMs };
  }

  /** Whose it is. Of two who come with it at the same time, one gets it. */
  async redeem(code: string): Promise<string> {
    const id = digestOf(code);
    const record = this.#records.get(id);
    await this.#records.remove([id]);
    if (record !== undefined && record.expiresMs > this.#clock.now()) return record.account;
    const remedy = "A new one: jidi account link NAME, on the collector's host.";
    throw new PeopleError('bad-link', 'login link: used already, over, or not one', remedy);
  }

  removeOf(account: string): Promise<void> {
    return this.#remove((record) => record.account === account);
  }

  sweep(): Promise<void> {
    const now = this.#clock.now();
    return this.#remove(({ expiresMs }) => expiresMs <= now);
  }

  #remove(isGone: (record: LinkRecord) => boolean): Promise<void> {
    return this.#records.remove(
      this.#records.entries().flatMap(([id, record]) => (isGone(record) ? [id] : [])),
    );
  }
}
