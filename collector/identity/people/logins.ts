// Coming in and going out: by password, by login link; what a person does with the own password.
// An unknown account, a wrong password and an account without one look the same, and take the same time.
import type { Clock } from '../../../shared/clock.ts';
import type { Account, Accounts } from './accounts.ts';
import type { LoginAttempts } from './login-attempts.ts';
import type { LoginLinks } from './login-links.ts';
import { NotedRefusals } from './noted-refusals.ts';
import { type Passwords, requireGoodPassword } from './passwords.ts';
import { PeopleError } from './people-error.ts';
import { digestOf } from './secrets.ts';
import type { NewSession, Sessions, SessionWay } from './sessions.ts';

/** Writes into the audit log; resolves once it is on disk. */
export type Audit = (
  event: string,
  actor: string,
  subject: string,
  detail?: Readonly<Record<string, unknown>>,
) => Promise<void>;

export interface PeopleParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly links: LoginLinks;
  readonly passwords: Passwords;
  readonly attempts: LoginAttempts;
  readonly audit: Audit;
  readonly clock: Clock;
}

export interface Visitor {
  readonly way: SessionWay;
  readonly address: string;
}

export type LoginOutcome = 'password' | 'link' | 'refused';

export class Logins {
  readonly counts = new Map<LoginOutcome, number>([
    ['password', 0],
    ['link', 0],
    ['refused', 0],
  ]);
  readonly #parts: PeopleParts;
  readonly #noted = new NotedRefusals();

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  async login(name: string, password: string, visitor: Visitor): Promise<NewSession> {
    const { accounts, attempts, passwords } = this.#parts;
    attempts.begin(name, visitor.address);
    const account = accounts.find(name);
    const isRight = await passwords.isRight(password, account?.password ?? null).catch((error: unknown) => {
      // Nobody has looked at it: no failure, and no way to make failures of others be forgotten.
      attempts.withdraw(name, visitor.address);
      throw error;
    });
    if (account === undefined || !isRight) {
      await this.#refuse(account, visitor, 'bad-login');
      const remedy =
        'Look at both again. Whoever forgot the password asks an administrator for a login link.';
      throw new PeopleError('bad-login', 'name or password: wrong', remedy);
    }
    attempts.succeeded(name, visitor.address);
    return this.#comeIn(account, visitor, 'password');
  }

  async redeem(code: string, visitor: Visitor): Promise<NewSession & { readonly name: string }> {
    const { links, accounts } = this.#parts;
    try {
      const account = accounts.get(await links.redeem(code));
      return { ...(await this.#comeIn(account, visitor, 'link')), name: account.name };
    } catch (error) {
      if (error instanceof PeopleError && error.code === 'bad-link') {
        await this.#refuse(undefined, visitor, 'bad-link');
      }
      throw error;
    }
  }

  async logout(sessionId: string, actor: string): Promise<void> {
    await this.#parts.sessions.end(sessionId);
    await this.#parts.audit('logout', actor, actor);
  }

  /** All sessions of the account end; the person goes on in a new one. Without a password there is no old one to tell. */
  async changePassword(
    change: { readonly name: string; readonly present: string | null; readonly wanted: string },
    visitor: Visitor,
    actor: string,
  ): Promise<NewSession> {
    const { accounts, sessions, links, passwords, attempts, audit } = this.#parts;
    const account = accounts.get(change.name);
    if (account.password !== null) {
      attempts.begin(account.name, visitor.address);
      if (!(await passwords.isRight(change.present ?? '', account.password))) {
        await audit('password.refused', actor, account.name);
        throw new PeopleError(
          'wrong-password',
          'the present password: wrong',
          'Write the one you log in with.',
        );
      }
      attempts.succeeded(account.name, visitor.address);
    }
    requireGoodPassword(change.wanted, account.name);
    const password = await passwords.hash(change.wanted);
    // As it is now: an administrator may have changed it meanwhile.
    await accounts.change({ ...accounts.get(account.name), password });
    await sessions.endOf(account.name);
    await links.removeOf(account.name);
    await audit('password.changed', actor, account.name);
    return sessions.begin(account.name, visitor.way);
  }

  async #comeIn(account: Account, visitor: Visitor, by: 'password' | 'link'): Promise<NewSession> {
    const { accounts, sessions, audit, clock } = this.#parts;
    if (account.isLocked) {
      await this.#refuse(account, visitor, 'account-locked');
      const remedy = 'Ask an administrator to unlock it: jidi account unlock NAME';
      throw new PeopleError('account-locked', `account ${account.name}: is locked`, remedy);
    }
    const session = await sessions.begin(account.name, visitor.way);
    const now = accounts.find(account.name);
    const isSame = now?.role === account.role && now.password === account.password && !now.isLocked;
    if (now === undefined || !isSame) {
      await sessions.end(digestOf(session.secret));
      throw new PeopleError('bad-login', `account ${account.name}: was changed meanwhile`, 'Log in again.');
    }
    await accounts.change({ ...now, lastLoginMs: clock.now() });
    this.#count(by);
    await audit('login', `${account.name}@session`, account.name, { by, address: visitor.address });
    return session;
  }

  /** Of an unknown account not even the name is kept: it may be a password in the wrong field. */
  async #refuse(account: Account | undefined, { address }: Visitor, reason: string): Promise<void> {
    const { audit, clock } = this.#parts;
    this.#count('refused');
    const noted = this.#noted.note(clock.monotonic());
    if (noted === null) return;
    const subject = account?.name ?? 'unknown account';
    await audit('login.refused', `nobody@${address}`, subject, { reason, address, ...noted });
  }

  #count(outcome: LoginOutcome): void {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
  }
}
