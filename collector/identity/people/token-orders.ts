// What people do with API tokens. In: wishes and who has them. Out: tokens; the secret of a new one, once.
// Everybody has the own ones; those of others are an administrator's. A token makes no token.
import type { Permission, Principal } from '../../../shared/model/role.ts';
import type { Accounts } from './accounts.ts';
import type { ApiToken, ApiTokens } from './api-tokens.ts';
import type { Audit } from './logins.ts';
import { PeopleError } from './people-error.ts';

export interface TokenOrderParts {
  readonly accounts: Accounts;
  readonly tokens: ApiTokens;
  readonly audit: Audit;
}

export interface TokenWish {
  readonly name: string;
  /** undefined: all that the owner may. */
  readonly permissions: readonly Permission[] | undefined;
  readonly lifeMs: number;
  readonly network: string | null;
}

export type ListedToken = ApiToken & { readonly id: string };

export class TokenOrders {
  readonly #parts: TokenOrderParts;

  constructor(parts: TokenOrderParts) {
    this.#parts = parts;
  }

  list(principal: Principal, ofAll: boolean): readonly ListedToken[] {
    if (ofAll) requireManager(principal);
    return this.#parts.tokens.list().filter(({ owner }) => ofAll || owner === principal.name);
  }

  async create(
    wish: TokenWish,
    principal: Principal,
    actor: string,
  ): Promise<{ readonly token: ListedToken; readonly secret: string }> {
    const { accounts, tokens, audit } = this.#parts;
    requirePerson(principal);
    if (accounts.find(principal.name) === undefined) {
      const remedy = 'Log in as one: jidi login. An account is made with: jidi account create NAME';
      throw new PeopleError('session-needed', `${principal.name}: has no account`, remedy);
    }
    const permissions = wish.permissions ?? principal.permissions;
    const missing = permissions.filter((permission) => !principal.permissions.includes(permission));
    if (missing.length > 0) {
      const remedy = `A token has at most what its owner has: ${principal.permissions.join(', ')}`;
      throw new PeopleError('permission-missing', `permissions ${missing.join(', ')}: not yours`, remedy);
    }
    const { id, secret } = await tokens.create({ ...wish, permissions, owner: principal.name });
    await audit('token.created', actor, id, { name: wish.name, permissions });
    const token = this.list(principal, false).find((one) => one.id === id);
    if (token === undefined) throw new Error(`token ${id} is gone as it was made`);
    return { token, secret };
  }

  async remove(id: string, principal: Principal, actor: string): Promise<void> {
    const { tokens, audit } = this.#parts;
    const token = tokens.list().find((one) => one.id === id);
    const isOwn = token?.owner === principal.name;
    if (token === undefined || !(isOwn || principal.permissions.includes('identity:manage'))) {
      throw new PeopleError('unknown-token', `token ${id}: unknown`, 'List them: jidi token ls');
    }
    requirePerson(principal);
    await tokens.remove([id]);
    await audit('token.removed', actor, id, { name: token.name, owner: token.owner });
  }
}

function requireManager({ permissions }: Principal): void {
  if (permissions.includes('identity:manage')) return;
  const remedy = 'Ask an administrator.';
  throw new PeopleError('permission-missing', 'tokens of others: identity:manage is needed', remedy);
}

function requirePerson({ via }: Principal): void {
  if (!via.startsWith('token ')) return;
  const remedy = 'Log in: jidi login';
  throw new PeopleError('session-needed', 'a token cannot do this with tokens or passwords', remedy);
}
