// In: who tries to log in, and from where. Out: whether it must wait. After some failures an account waits longer and longer,
// and so does an address; whether there is such an account makes no difference.
//
// Invariants: an attempt counts as failed from its begin, so many at once are as many failures; what is remembered is bounded,
// and what was quiet for longest is forgotten first.
import { isIPv6 } from 'node:net';
import { isLoopback } from '../../../shared/address.ts';
import type { Clock } from '../../../shared/clock.ts';
import { PeopleError } from './people-error.ts';

interface Rule {
  /** Failures that cost nothing. */
  readonly free: number;
  readonly firstMs: number;
  readonly capMs: number;
}

const ofAccount: Rule = { free: 5, firstMs: 30_000, capMs: 900_000 };
const ofAddress: Rule = { free: 20, firstMs: 30_000, capMs: 900_000 };
const forgottenMs = 3_600_000;
const mostRemembered = 10_000;

interface Failures {
  count: number;
  lastMs: number;
  untilMs: number;
}

export class LoginAttempts {
  /** Attempts that were not even looked at. */
  turnedAway = 0;
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws when it must wait. Who reaches the end calls `succeeded`. */
  begin(name: string, address: string): void {
    const keys = keysOf(name, address);
    const now = this.#clock.now();
    const waitMs = Math.max(...keys.map(([key]) => (this.#failures.get(key)?.untilMs ?? 0) - now));
    if (waitMs > 0) {
      this.turnedAway++;
      const seconds = Math.ceil(waitMs / 1000);
      const remedy = `Wait ${seconds} s. An administrator on the collector's host gives a login link: jidi account link NAME`;
      throw new PeopleError('too-many-attempts', 'too many failed logins', remedy, seconds);
    }
    for (const [key, rule] of keys) this.#fail(key, rule, now);
  }

  /** The account starts anew; the address does not: its owner could have one account to guess others with. */
  succeeded(name: string, address: string): void {
    for (const [key, rule] of keysOf(name, address)) {
      if (rule === ofAccount) this.#failures.delete(key);
      else this.#forgive(key);
    }
  }

  /** It was not looked at. */
  withdraw(name: string, address: string): void {
    for (const [key] of keysOf(name, address)) this.#forgive(key);
  }

  /** How many wait now. */
  waiting(): number {
    const now = this.#clock.now();
    return [...this.#failures.values()].filter(({ untilMs }) => untilMs > now).length;
  }

  #fail(key: string, { free, firstMs, capMs }: Rule, now: number): void {
    const known = this.#failures.get(key);
    const before = known !== undefined && now - known.lastMs < forgottenMs ? known.count : 0;
    const count = before + 1;
    const waitMs = count < free ? 0 : Math.min(capMs, firstMs * 2 ** Math.min(20, count - free));
    this.#failures.delete(key);
    this.#failures.set(key, { count, lastMs: now, untilMs: now + waitMs });
    if (this.#failures.size <= mostRemembered) return;
    const oldest = this.#failures.keys().next();
    if (oldest.done !== true) this.#failures.delete(oldest.value);
  }

  #forgive(key: string): void {
    const known = this.#failures.get(key);
    if (known === undefined) return;
    known.count--;
    known.untilMs = 0;
    if (known.count <= 0) this.#failures.delete(key);
  }
}

/** Everybody who comes through a tunnel has the address of this machine: that one is nobody's. */
function keysOf(name: string, address: string): readonly (readonly [key: string, rule: Rule])[] {
  const account = [`account ${name.toLowerCase()}`, ofAccount] as const;
  if (address === '' || isLoopback(address)) return [account];
  return [account, [`address ${networkOf(address)}`, ofAddress]];
}

/** One customer has a whole /64. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':');
}
