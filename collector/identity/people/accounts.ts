// Accounts: who there is, in which role. In: wishes that were allowed already. Out: records.
// It refuses to leave the cluster without an administrator who can log in.
import type { Role } from '../../../shared/model/role.ts';
import type { IdentityStore } from '../../store/store.ts';
import { KeptRecords } from './kept-records.ts';
import { PeopleError } from './people-error.ts';

export interface Account {
  readonly name: string;
  readonly role: Role;
  /** Cannot come in, but keeps its name. */
  readonly isLocked: boolean;
  /** As `Passwords` keeps it; null: it comes in by a login link alone. */
  readonly password: string | null;
  readonly createdMs: number;
  readonly lastLoginMs: number | null;
}

const mostAccounts = 10_000;

export class Accounts {
  readonly #records: KeptRecords<Account>;

  constructor(store: IdentityStore) {
    this.#records = new KeptRecords(store, 'account');
  }

  load(): Promise<void> {
    return this.#records.load();
  }

  find(name: string): Account | undefined {
    return this.#records.get(name);
  }

  get(name: string): Account {
    const account = this.find(name);
    if (account !== undefined) return account;
    throw new PeopleError('unknown-account', `account ${name}: unknown`, 'List them: jidi account ls');
  }

  list(): readonly Account[] {
    return this.#records.entries().map(([, account]) => account);
  }

  async create(account: Account): Promise<void> {
    this.requireNew(account.name);
    await this.#records.put(account.name, account);
  }

  requireNew(name: string): void {
    if (this.#records.get(name) !== undefined) {
      throw new PeopleError('account-exists', `account ${name}: is there already`, 'Choose another name.');
    }
    if (this.#records.size < mostAccounts) return;
    throw new PeopleError('too-many', `more than ${mostAccounts} accounts`, 'Remove some: jidi account rm');
  }

  async change(account: Account): Promise<void> {
    this.#requireAdminBeside(account);
    await this.#records.replace(account.name, account);
  }

  async remove(name: string): Promise<void> {
    this.#requireAdminBeside({ ...this.get(name), isLocked: true });
    await this.#records.remove([name]);
  }

  #requireAdminBeside(changed: Account): void {
    const isAdmin = ({ role, isLocked }: Account): boolean => role === 'admin' && !isLocked;
    const before = this.find(changed.name);
    if (isAdmin(changed) || before === undefined || !isAdmin(before)) return;
    if (this.list().some((account) => account.name !== changed.name && isAdmin(account))) return;
    const remedy = 'Make another account an administrator first.';
    throw new PeopleError('last-admin', `account ${changed.name}: is the last administrator`, remedy);
  }
}
