// The people of the cluster, put together: accounts, sessions, tokens, login links. In: the store, the audit log. Out: the parts
// that routes and gates work with. Everything is in memory; what changes is on disk before it is told.
import type { Clock } from '../../../shared/clock.ts';
import type { IdentityStore } from '../../store/store.ts';
import { AccountOrders } from './account-orders.ts';
import { Accounts } from './accounts.ts';
import { ApiTokens } from './api-tokens.ts';
import { Arrivals } from './arrivals.ts';
import { LoginAttempts } from './login-attempts.ts';
import { LoginLinks } from './login-links.ts';
import { type Audit, Logins } from './logins.ts';
import { type PasswordCost, Passwords } from './passwords.ts';
import { Sessions } from './sessions.ts';
import { TokenOrders } from './token-orders.ts';

export interface People {
  readonly arrivals: Arrivals;
  readonly logins: Logins;
  readonly accounts: AccountOrders;
  readonly tokens: TokenOrders;
  /** Has it a password? Of an unknown account: no. */
  hasPassword(name: string): boolean;
  /** Makes an administrator where there is none that can log in; its name. */
  ensureAdmin(name: string, actor: string): Promise<string>;
  /** Once, before anybody comes. */
  load(): Promise<void>;
  /** Forgets what is over; now and then. */
  sweep(): Promise<void>;
  statistics(): PeopleStatistics;
}

export interface PeopleStatistics {
  readonly accounts: number;
  readonly sessions: number;
  readonly tokens: number;
  readonly logins: Logins['counts'];
  readonly refused: Arrivals['refused'];
  /** Accounts and addresses that must wait before the next login. */
  readonly waiting: number;
  readonly turnedAway: number;
}

export interface PeopleDeps {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly audit: Audit;
  /** For tests, which have many logins and nothing to guard. */
  readonly passwordCost?: PasswordCost;
}

export function createPeople({ store, clock, audit, passwordCost }: PeopleDeps): People {
  const accounts = new Accounts(store);
  const sessions = new Sessions(store, clock);
  const tokens = new ApiTokens(store, clock);
  const links = new LoginLinks(store, clock);
  const passwords = new Passwords(passwordCost);
  const attempts = new LoginAttempts(clock);
  const parts = { accounts, sessions, tokens, links, passwords, attempts, audit, clock };
  const arrivals = new Arrivals(parts);
  const logins = new Logins(parts);
  const orders = new AccountOrders({ ...parts, now: () => clock.now() });
  return {
    arrivals,
    logins,
    accounts: orders,
    tokens: new TokenOrders(parts),
    hasPassword: (name) => (accounts.find(name)?.password ?? null) !== null,
    ensureAdmin: (name, actor) => ensureAdmin(orders, name, actor),
    async load() {
      for (const kind of [accounts, sessions, tokens, links]) await kind.load();
    },
    async sweep() {
      for (const kind of [sessions, tokens, links]) await kind.sweep();
    },
    statistics: () => ({
      accounts: accounts.list().length,
      sessions: sessions.size,
      tokens: tokens.size,
      logins: logins.counts,
      refused: arrivals.refused,
      waiting: attempts.waiting(),
      turnedAway: attempts.turnedAway + passwords.turnedAway,
    }),
  };
}

async function ensureAdmin(orders: AccountOrders, name: string, actor: string): Promise<string> {
  const admins = orders.list().filter(({ role, isLocked }) => role === 'admin' && !isLocked);
  const known = admins.find((account) => account.name === name) ?? admins[0];
  if (known !== undefined) return known.name;
  return (await orders.create({ name, role: 'admin', password: null }, actor)).name;
}
