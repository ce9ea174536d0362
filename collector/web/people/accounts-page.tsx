// Accounts, for administrators: who may come in, and as what.
import { useSignal } from '@preact/signals';
import type { Account } from '../../../shared/api/people.ts';
import { type Role, roles } from '../../../shared/model/role.ts';
import {
  changeAccount,
  createAccount,
  fetchAccounts,
  makeLink,
  removeAccount,
} from '../api/people-resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { say } from '../i18n/language.ts';
import { errorText } from '../parts/error-text.ts';
import { SelectField, TextField } from '../parts/form-fields.tsx';
import { formText } from '../parts/form-text.ts';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { useResource } from '../parts/use-resource.ts';
import { may, session } from '../state/session.ts';
import { roleWords, words } from './people-words.ts';
import { RemoveButton } from './remove-button.tsx';
import { Secret } from './token-panel.tsx';

interface ShownLink {
  readonly note: string;
  readonly url: string;
}

export function AccountsPage() {
  return may('identity:manage') ? (
    <Accounts />
  ) : (
    <main class="page">
      <Notice kind="warn" title={say(words.forbidden)} />
    </main>
  );
}

function Accounts() {
  const accounts = useResource((signal) => fetchAccounts({ signal }), []);
  const problem = useSignal('');
  const link = useSignal<ShownLink | null>(null);
  const attempt = async (wish: () => Promise<unknown>): Promise<void> => {
    problem.value = '';
    try {
      await wish();
      accounts.reload();
    } catch (error) {
      problem.value = errorText(error);
    }
  };
  const showLink = async (name: string): Promise<void> => {
    const { path, expires } = await makeLink(name);
    const note = say(words.linkFor).replace('{name}', name).replace('{time}', formatMoment(expires));
    link.value = { note, url: new URL(path, location.href).href };
  };
  const list = accounts.data.value;
  return (
    <main class="page">
      <div class="page-bar">
        <h1>{say(words.accounts)}</h1>
        {list !== null && <span class="muted">{list.length}</span>}
      </div>
      {accounts.error.value !== null && <ErrorNotice error={accounts.error.value} />}
      {problem.value !== '' && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {link.value !== null && <Secret text={link.value.url} note={link.value.note} />}
      {list !== null && (
        <section class="panel">
          <AccountTable accounts={list} attempt={(wish) => void attempt(wish)} showLink={showLink} />
        </section>
      )}
      <NewAccount
        onCreate={(name, role) =>
          void attempt(async () => {
            await createAccount({ name, role });
            await showLink(name);
          })
        }
      />
    </main>
  );
}

interface AccountTableProps {
  readonly accounts: readonly Account[];
  readonly attempt: (wish: () => Promise<unknown>) => void;
  readonly showLink: (name: string) => Promise<void>;
}

function AccountTable({ accounts, ...rest }: AccountTableProps) {
  return (
    <div class="table-scroll">
      <table class="table" data-testid="account-list" aria-label={say(words.accounts)}>
        <thead>
          <tr>
            <th scope="col">{say(words.name)}</th>
            <th scope="col">{say(words.role)}</th>
            <th scope="col">{say(words.state)}</th>
            <th scope="col">{say(words.created)}</th>
            <th scope="col">{say(words.lastLogin)}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <AccountRow key={account.name} account={account} {...rest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AccountRow({
  account: { name, role, locked, hasPassword, created, lastLogin },
  attempt,
  showLink,
}: Omit<AccountTableProps, 'accounts'> & { readonly account: Account }) {
  const isSelf = session.value?.name === name;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <select
          aria-label={`${say(words.role)} ${name}`}
          value={role}
          disabled={isSelf}
          onChange={(event) => {
            const wanted = roles.find((one) => one === event.currentTarget.value);
            if (wanted !== undefined) attempt(() => changeAccount(name, { role: wanted }));
          }}
        >
          <RoleOptions />
        </select>
      </td>
      <td>
        <span class={`badge ${locked ? 'bad' : 'good'}`}>{say(locked ? words.locked : words.active)}</span>{' '}
        {!hasPassword && <span class="muted">{say(words.passwordless)}</span>}
      </td>
      <td class="mono">{formatMoment(created)}</td>
      <td class="mono">{lastLogin === null ? say(words.never) : formatMoment(lastLogin)}</td>
      <td>
        <span class="badge-row">
          <button
            type="button"
            class="button small"
            disabled={locked}
            onClick={() => attempt(() => showLink(name))}
          >
            {say(words.link)}
          </button>
          <button
            type="button"
            class="button small"
            disabled={isSelf}
            onClick={() => attempt(() => changeAccount(name, { locked: !locked }))}
          >
            {say(locked ? words.unlock : words.lock)}
          </button>
          <RemoveButton disabled={isSelf} onRemove={() => attempt(() => removeAccount(name))} />
        </span>
      </td>
    </tr>
  );
}

function RoleOptions() {
  return roles.map((role) => (
    <option key={role} value={role}>
      {say(roleWords[role])}
    </option>
  ));
}

function NewAccount({ onCreate }: { readonly onCreate: (name: string, role: Role) => void }) {
  return (
    <section class="panel padded">
      <h2>{say(words.newAccount)}</h2>
      <form
        class="form narrow"
        data-testid="account-form"
        onSubmit={(event) => {
          event.preventDefault();
          const fields = new FormData(event.currentTarget);
          const role = roles.find((one) => one === fields.get('role')) ?? 'user';
          onCreate(formText(fields, 'name').trim(), role);
          event.currentTarget.reset();
        }}
      >
        <TextField name="name" label={say(words.name)} note={say(words.newAccountNote)} required />
        <SelectField
          name="role"
          label={say(words.role)}
          choices={roles.map((role) => ({ value: role, name: say(roleWords[role]) }))}
        />
        <button type="submit" class="button">
          {say(words.create)}
        </button>
      </form>
    </section>
  );
}
