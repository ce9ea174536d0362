// Tokens that let a node in, one for each name. In: names, who asks for them. Out: tokens, told once; of each only its SHA-256 is
// kept.
//
// Invariants: a token is good once and for its own node; a newer one takes the place of an older; there are so many at most.
import { randomBytes } from 'node:crypto';
import { tokenDigest } from '../../../shared/identity/join-proof.ts';
import type { IdentityRecord } from '../../store/store.ts';
import { NodeIdentityError } from './identity-error.ts';
import { type NodeToken, recordKinds, tokenRecord } from './node-records.ts';

export interface TokenWish {
  readonly nodes: readonly string[];
  readonly lifeMs: number;
  readonly replaces: boolean;
  readonly creator: string;
}

/** What its creator is told, and nobody after. */
export interface NewToken {
  readonly node: string;
  readonly token: string;
  readonly expiresMs: number;
}

export interface CreatedTokens {
  readonly tokens: readonly NewToken[];
  readonly records: readonly IdentityRecord[];
}

const mostTokens = 20_000;
const randomTokenBytes = 20;
/** Crockford's base 32 in lower case. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

export class TokenBook {
  readonly #tokens: Map<string, NodeToken>;

  constructor(tokens: readonly NodeToken[]) {
    this.#tokens = new Map(tokens.map((token) => [token.node, token]));
  }

  /** They are good once their records are stored. Throws NodeIdentityError. */
  create({ nodes, lifeMs, replaces, creator }: TokenWish, nowMs: number): CreatedTokens {
    const added = nodes.filter((node) => !this.#tokens.has(node)).length;
    if (this.#tokens.size + added > mostTokens) {
      const remedy = 'Remove some with jidi node token rm, or wait until they expire.';
      throw new NodeIdentityError('too-many-tokens', `more than ${mostTokens} tokens would be open`, remedy);
    }
    const expiresMs = nowMs + lifeMs;
    const tokens = nodes.map((node) => ({ node, token: randomToken(), expiresMs }));
    const kept = tokens.map(({ node, token }) => {
      const digest = tokenDigest(token).toString('hex');
      return { node, digest, createdMs: nowMs, expiresMs, creator, replaces };
    });
    return { tokens, records: kept.map(tokenRecord) };
  }

  add(tokens: readonly NodeToken[]): void {
    for (const token of tokens) this.#tokens.set(token.node, token);
  }

  /** undefined: no token of this node is good. */
  find(node: string, nowMs: number): NodeToken | undefined {
    const token = this.#tokens.get(node);
    return token === undefined || token.expiresMs <= nowMs ? undefined : token;
  }

  /** By node. */
  list(nowMs: number): readonly NodeToken[] {
    return [...this.#tokens.values()]
      .filter(({ expiresMs }) => expiresMs > nowMs)
      .sort((left, right) => (left.node < right.node ? -1 : 1));
  }

  /** False: a newer one is there, or none. */
  remove({ node, digest }: NodeToken): boolean {
    return this.#tokens.get(node)?.digest === digest && this.#tokens.delete(node);
  }

  /** Those that are past their time, no longer kept here; their records are still to be removed. */
  takeExpired(nowMs: number): readonly NodeToken[] {
    const expired = [...this.#tokens.values()].filter(({ expiresMs }) => expiresMs <= nowMs);
    for (const token of expired) this.remove(token);
    return expired;
  }
}

export function withoutToken(node: string): IdentityRecord {
  return { kind: recordKinds.token, id: node, body: null };
}

/** 160 bits, each character five of them. */
function randomToken(): string {
  let bits = BigInt(`0x${randomBytes(randomTokenBytes).toString('hex')}`);
  let text = '';
  for (let left = (randomTokenBytes * 8) / 5; left > 0; left -= 1) {
    text += digits.charAt(Number(bits & 31n));
    bits >>= 5n;
  }
  return `jidi-node-${text}`;
}
