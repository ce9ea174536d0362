// What administrators do with accounts. In: wishes. Out: the account as it is now; each is in the audit log.
// A session ends with the role it was begun in, and with the account.
import { accountNamePattern } from '../../../shared/api/people.ts';
import type { Role } from '../../../shared/model/role.ts';
import type { Account, Accounts } from './accounts.ts';
import type { ApiTokens } from './api-tokens.ts';
import type { LoginLink, LoginLinks } from './login-links.ts';
import type { Audit } from './logins.ts';
import { type Passwords, requireGoodPassword } from './passwords.ts';
import { PeopleError } from './people-error.ts';
import type { Sessions } from './sessions.ts';

export interface AccountOrderParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly links: LoginLinks;
  readonly passwords: Passwords;
  readonly audit: Audit;
  readonly now: () => number;
}

export interface WantedAccount {
  readonly name: string;
  readonly role: Role;
  /** null: it comes in by a login link, and chooses one then. */
  readonly password: string | null;
}

/** Names in the audit log that are nobody's account. */
const reserved = new Set(['root', 'local', 'nobody']);

export class AccountOrders {
  readonly #parts: AccountOrderParts;
  /** One after the other: none sees the half of another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: AccountOrderParts) {
    this.#parts = parts;
  }

  list(): readonly Account[] {
    return this.#parts.accounts.list();
  }

  async create({ name, role, password }: WantedAccount, actor: string): Promise<Account> {
    const { accounts, passwords, audit, now } = this.#parts;
    requireName(name);
    if (password !== null) requireGoodPassword(password, name);
    accounts.requireNew(name);
    const kept = password === null ? null : await passwords.hash(password);
    const base = { isLocked: false, createdMs: now(), lastLoginMs: null };
    const account: Account = { name, role, password: kept, ...base };
    return this.#inTurn(async () => {
      await accounts.create(account);
      await audit('account.created', actor, name, { role });
      return account;
    });
  }

  change(name: string, change: Partial<Pick<Account, 'role' | 'isLocked'>>, actor: string): Promise<Account> {
    const { accounts, sessions, links, audit } = this.#parts;
    return this.#inTurn(async () => {
      const before = accounts.get(name);
      const account = { ...before, ...change };
      await accounts.change(account);
      if (account.role !== before.role || account.isLocked) await sessions.endOf(name);
      if (account.isLocked) await links.removeOf(name);
      await audit('account.changed', actor, name, change);
      return account;
    });
  }

  remove(name: string, actor: string): Promise<void> {
    const { accounts, sessions, tokens, links, audit } = this.#parts;
    return this.#inTurn(async () => {
      await accounts.remove(name);
      await sessions.endOf(name);
      await tokens.removeOf(name);
      await links.removeOf(name);
      await audit('account.removed', actor, name);
    });
  }

  async link(name: string, lifeMs: number | undefined, actor: string): Promise<LoginLink> {
    const { accounts, links, audit } = this.#parts;
    if (accounts.get(name).isLocked) {
      throw new PeopleError(
        'account-locked',
        `account ${name}: is locked`,
        `Unlock it: jidi account unlock ${name}`,
      );
    }
    const link = await links.create(name, lifeMs);
    await audit('account.link', actor, name, { expires: new Date(link.expiresMs).toISOString() });
    return link;
  }

  #inTurn<T>(order: () => Promise<T>): Promise<T> {
    const result = this.#last.then(order);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function requireName(name: string): void {
  if (new RegExp(accountNamePattern).test(name) && !reserved.has(name)) return;
  const remedy = 'Letters, digits, _ . - as users of the cluster are called; not root, local or nobody.';
  throw new PeopleError('bad-parameter', 'account name: not possible', remedy);
}
