// In: what a request shows. Out: who asks and what it may, or nobody. From memory, at once.
import { type Permission, type Principal, permissionsOf } from '../../../shared/model/role.ts';
import type { Account, Accounts } from './accounts.ts';
import { type ApiTokens, tokenPrefix } from './api-tokens.ts';
import type { Sessions, SessionWay } from './sessions.ts';

export interface Arrival {
  readonly principal: Principal;
  /** Of the session; null where it is none. */
  readonly sessionId: string | null;
  /** When what it showed ends; null: never. */
  readonly expiresMs: number | null;
}

/** What a request shows. */
export interface Shown {
  readonly secret: string;
  readonly way: SessionWay;
  readonly address: string;
}

export interface ArrivalOptions {
  /** false: only looked whether it is still valid; the session is not kept alive by it. */
  readonly isRequest: boolean;
}

export class Arrivals {
  /** By what was shown: requests that showed something that is not valid. */
  readonly refused = new Map<'session' | 'token', number>([
    ['session', 0],
    ['token', 0],
  ]);
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;
  readonly #tokens: ApiTokens;

  constructor(parts: { accounts: Accounts; sessions: Sessions; tokens: ApiTokens }) {
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#tokens = parts.tokens;
  }

  find(shown: Shown, options: ArrivalOptions): Arrival | null {
    const isToken = shown.secret.startsWith(tokenPrefix);
    const found = isToken ? this.#ofToken(shown, options) : this.#ofSession(shown, options);
    const kind = isToken ? 'token' : 'session';
    if (found === null && options.isRequest) this.refused.set(kind, (this.refused.get(kind) ?? 0) + 1);
    return found;
  }

  #ofSession({ secret, way }: Shown, { isRequest }: ArrivalOptions): Arrival | null {
    const session = this.#sessions.find(secret, way, isRequest);
    const account = session === undefined ? undefined : this.#accounts.find(session.account);
    if (session === undefined || account === undefined || account.isLocked) return null;
    const principal = principalOf(account, permissionsOf[account.role], 'session');
    return { principal, sessionId: session.id, expiresMs: session.expiresMs };
  }

  #ofToken({ secret, way, address }: Shown, { isRequest }: ArrivalOptions): Arrival | null {
    const token = way === 'bearer' ? this.#tokens.find(secret, address, isRequest) : undefined;
    const account = token === undefined ? undefined : this.#accounts.find(token.owner);
    if (token === undefined || account === undefined || account.isLocked) return null;
    // The role of today counts: what the owner may no longer do, the token may not, either.
    const granted = permissionsOf[account.role].filter((permission) =>
      token.permissions.includes(permission),
    );
    const principal = principalOf(account, granted, `token ${token.name}`);
    return { principal, sessionId: null, expiresMs: token.expiresMs };
  }
}

function principalOf({ name, role }: Account, permissions: readonly Permission[], via: string): Principal {
  return { name, role, permissions, via };
}

/** Whoever may open the socket is root on this host, or the user whose collector it is. */
export const socketPrincipal: Principal = {
  name: 'root',
  role: 'admin',
  permissions: permissionsOf.admin,
  via: 'socket',
};

/** Where no login is asked for. */
export const localPrincipal: Principal = {
  name: 'local',
  role: 'admin',
  permissions: permissionsOf.admin,
  via: 'local',
};
