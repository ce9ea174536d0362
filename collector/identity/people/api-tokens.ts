// API tokens: a name, some permissions of the owner, an end, perhaps a network. In: wishes and secrets. Out: the secret, once;
// later, what it may. Kept as digests.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import type { Permission } from '../../../shared/model/role.ts';
import { isWithin, parseNetwork } from '../../../shared/network.ts';
import type { IdentityStore } from '../../store/store.ts';
import { KeptRecords } from './kept-records.ts';
import { PeopleError } from './people-error.ts';
import { digestOf, newSecret } from './secrets.ts';

export interface ApiToken {
  readonly owner: string;
  readonly name: string;
  readonly digest: string;
  readonly permissions: readonly Permission[];
  readonly createdMs: number;
  readonly expiresMs: number;
  /** ADDRESS/BITS from where alone it is taken; null: from everywhere. */
  readonly network: string | null;
  readonly usedMs: number | null;
}

export type WantedToken = Pick<ApiToken, 'owner' | 'name' | 'permissions' | 'network'> & {
  readonly lifeMs: number;
};

export const tokenPrefix = 'jidi_';
const tokenLimits = { lifeMs: 90 * 86_400_000, ofOwner: 50, all: 20_000 } as const;
const writtenEveryMs = 5 * 60_000;

export class ApiTokens {
  readonly #records: KeptRecords<ApiToken>;
  readonly #idOfDigest = new Map<string, string>();
  readonly #clock: Clock;

  constructor(store: IdentityStore, clock: Clock) {
    this.#records = new KeptRecords(store, 'api-token');
    this.#clock = clock;
  }

  async load(): Promise<void> {
    await this.#records.load();
    for (const [id, { digest }] of this.#records.entries()) this.#idOfDigest.set(digest, id);
  }

  get size(): number {
    return this.#records.size;
  }

  list(): readonly (ApiToken & { readonly id: string })[] {
    return this.#records.entries().map(([id, token]) => ({ ...token, id }));
  }

  async create({ lifeMs, ...wanted }: WantedToken): Promise<{ id: string; secret: string }> {
    this.#requireRoom(wanted.owner);
    if (wanted.network !== null) requireNetwork(wanted.network);
    const createdMs = this.#clock.now();
    const secret = newSecret(tokenPrefix);
    const id = randomBytes(8).toString('hex');
    const digest = digestOf(secret);
    const expiresMs = createdMs + Math.min(lifeMs, tokenLimits.lifeMs);
    await this.#records.put(id, { ...wanted, digest, createdMs, expiresMs, usedMs: null });
    this.#idOfDigest.set(digest, id);
    return { id, secret };
  }

  /** undefined: there is none, it is over, or it is not taken from there. */
  find(secret: string, address: string, isRequest: boolean): ApiToken | undefined {
    const id = this.#idOfDigest.get(digestOf(secret)) ?? '';
    const token = this.#records.get(id);
    if (token === undefined || token.expiresMs <= this.#clock.now()) return undefined;
    if (token.network !== null && !isFrom(token.network, address)) return undefined;
    if (isRequest) this.#noteUse(id, token);
    return token;
  }

  remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#idOfDigest.delete(this.#records.get(id)?.digest ?? '');
    return this.#records.remove(ids);
  }

  removeOf(owner: string): Promise<void> {
    return this.remove(this.list().flatMap((token) => (token.owner === owner ? [token.id] : [])));
  }

  /** Those that are over are shown for another week, for whoever wonders why a script stopped. */
  sweep(): Promise<void> {
    const now = this.#clock.now();
    return this.remove(
      this.list().flatMap(({ id, expiresMs }) => (expiresMs + 7 * 86_400_000 < now ? [id] : [])),
    );
  }

  #requireRoom(owner: string): void {
    const own = this.list().filter((token) => token.owner === owner).length;
    if (own < tokenLimits.ofOwner && this.#records.size < tokenLimits.all) return;
    throw new PeopleError(
      'too-many',
      `more than ${tokenLimits.ofOwner} tokens`,
      'Remove some: jidi token rm ID',
    );
  }

  #noteUse(id: string, token: ApiToken): void {
    const now = this.#clock.now();
    if (now - (token.usedMs ?? 0) < writtenEveryMs) return;
    // When it was last used is a hint; the store says by itself what is wrong.
    this.#records.replace(id, { ...token, usedMs: now }).catch(() => undefined);
  }
}

function requireNetwork(network: string): void {
  if (parseNetwork(network) !== undefined) return;
  const remedy = 'Write ADDRESS/BITS, e.g. 10.0.0.0/8 or fd00::/64.';
  throw new PeopleError('bad-parameter', `network ${network}: not one`, remedy);
}

function isFrom(network: string, address: string): boolean {
  const list = parseNetwork(network);
  return list !== undefined && isWithin(list, address);
}
