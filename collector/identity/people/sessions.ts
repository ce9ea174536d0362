// Sessions: who has logged in. In: an account and the way. Out: a secret, once; later, whose it is.
// Kept as digests. A session ends 12 h after the login, after 30 min without a request, and when it is ended.
import type { Clock } from '../../../shared/clock.ts';
import type { IdentityStore } from '../../store/store.ts';
import { KeptRecords } from './kept-records.ts';
import { PeopleError } from './people-error.ts';
import { digestOf, newSecret } from './secrets.ts';

/** A browser keeps it as a cookie, the command line sends it as a bearer token; neither is taken for the other. */
export type SessionWay = 'cookie' | 'bearer';

interface SessionRecord {
  readonly account: string;
  readonly way: SessionWay;
  readonly beganMs: number;
  /** As it was last written; a restart is no request. */
  readonly usedMs: number;
}

export interface NewSession {
  readonly secret: string;
  readonly expiresMs: number;
}

export interface KnownSession {
  readonly id: string;
  readonly account: string;
  readonly expiresMs: number;
}

export const sessionLimits = {
  absoluteMs: 12 * 3_600_000,
  idleMs: 30 * 60_000,
  ofAccount: 20,
  all: 20_000,
} as const;
const writtenEveryMs = 5 * 60_000;
/** Told apart from API tokens; scanners for secrets know both. */
const bearerPrefix = 'jidis_';

export class Sessions {
  readonly #records: KeptRecords<SessionRecord>;
  readonly #used = new Map<string, number>();
  readonly #clock: Clock;

  constructor(store: IdentityStore, clock: Clock) {
    this.#records = new KeptRecords(store, 'session');
    this.#clock = clock;
  }

  load(): Promise<void> {
    return this.#records.load();
  }

  get size(): number {
    return this.#records.size;
  }

  /** The oldest ones of the account make room; where all are too many, it is refused. */
  async begin(account: string, way: SessionWay): Promise<NewSession> {
    if (this.#records.size >= sessionLimits.all) {
      const remedy = 'Wait until some are over: 30 minutes without a request.';
      throw new PeopleError('too-many', `more than ${sessionLimits.all} sessions`, remedy);
    }
    const now = this.#clock.now();
    const secret = newSecret(way === 'bearer' ? bearerPrefix : '');
    const ofAccount = this.#records.entries().filter(([, record]) => record.account === account);
    const oldest = ofAccount
      .toSorted(([, one], [, other]) => one.beganMs - other.beganMs)
      .slice(0, Math.max(0, ofAccount.length - sessionLimits.ofAccount + 1));
    await this.#remove(oldest.map(([id]) => id));
    await this.#records.put(digestOf(secret), { account, way, beganMs: now, usedMs: now });
    return { secret, expiresMs: now + sessionLimits.absoluteMs };
  }

  /** `isRequest`: somebody asks now, which keeps it alive. */
  find(secret: string, way: SessionWay, isRequest: boolean): KnownSession | undefined {
    const id = digestOf(secret);
    const record = this.#records.get(id);
    if (record === undefined || record.way !== way || this.#isOver(id, record)) return undefined;
    if (isRequest) this.#touch(id, record);
    return { id, account: record.account, expiresMs: record.beganMs + sessionLimits.absoluteMs };
  }

  end(id: string): Promise<void> {
    return this.#remove([id]);
  }

  endOf(account: string): Promise<void> {
    const ids = this.#records.entries().flatMap(([id, record]) => (record.account === account ? [id] : []));
    return this.#remove(ids);
  }

  /** Forgets those that are over. */
  sweep(): Promise<void> {
    const over = this.#records.entries().filter(([id, record]) => this.#isOver(id, record));
    return this.#remove(over.map(([id]) => id));
  }

  #isOver(id: string, { beganMs, usedMs }: SessionRecord): boolean {
    const now = this.#clock.now();
    const used = Math.max(usedMs, this.#used.get(id) ?? 0);
    return now - beganMs >= sessionLimits.absoluteMs || now - used >= sessionLimits.idleMs;
  }

  #touch(id: string, record: SessionRecord): void {
    const now = this.#clock.now();
    this.#used.set(id, now);
    if (now - record.usedMs < writtenEveryMs) return;
    // Where it cannot be written, a restart ends the session earlier; the store says by itself what is wrong.
    this.#records.replace(id, { ...record, usedMs: now }).catch(() => undefined);
  }

  #remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#used.delete(id);
    return this.#records.remove(ids);
  }
}
