// The own account: who I am, the password, the tokens.
import { useSignal } from '@preact/signals';
import { changePassword } from '../api/people-resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { say } from '../i18n/language.ts';
import { errorText } from '../parts/error-text.ts';
import { formText } from '../parts/form-text.ts';
import { Notice } from '../parts/notice.tsx';
import { session } from '../state/session.ts';
import { roleWords, words } from './people-words.ts';
import { TokenPanel } from './token-panel.tsx';

export function AccountPage() {
  const who = session.value;
  if (who === null || who === undefined) return null;
  const facts: readonly (readonly [name: string, value: string])[] = [
    [say(words.name), who.name],
    [say(words.role), say(roleWords[who.role])],
    [say(words.via), who.via],
    [say(words.expires), who.expires === null ? '–' : formatMoment(who.expires)],
    [say(words.permissions), who.permissions.join(', ')],
  ];
  return (
    <main class="page">
      <div class="page-bar">
        <h1>{say(words.account)}</h1>
      </div>
      <dl class="facts" data-testid="account-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {who.via === 'session' && (
        <>
          {!who.hasPassword && <Notice kind="warn" title={say(words.noPassword)} />}
          <PasswordPanel hasPassword={who.hasPassword} />
          <TokenPanel permissions={who.permissions} />
        </>
      )}
    </main>
  );
}

function PasswordPanel({ hasPassword }: { readonly hasPassword: boolean }) {
  const told = useSignal<{ readonly text: string; readonly isBad: boolean } | null>(null);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const fields = new FormData(form);
    const text = (name: string): string => formText(fields, name);
    if (text('wanted') !== text('again')) {
      told.value = { text: say(words.differ), isBad: true };
      return;
    }
    try {
      await changePassword({ wanted: text('wanted'), ...(hasPassword ? { present: text('present') } : {}) });
      form.reset();
      told.value = { text: say(words.changed), isBad: false };
    } catch (error) {
      told.value = { text: errorText(error), isBad: true };
    }
  };
  return (
    <section class="panel padded">
      <h2>{say(hasPassword ? words.changePassword : words.choosePassword)}</h2>
      <form
        class="form narrow"
        data-testid="password-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {/* Keepers of passwords look for the name. */}
        <input type="text" autocomplete="username" value={session.value?.name ?? ''} hidden readOnly />
        {hasPassword && <PasswordField name="present" label={say(words.present)} kind="current-password" />}
        <PasswordField
          name="wanted"
          label={say(words.wanted)}
          kind="new-password"
          note={say(words.wantedNote)}
        />
        <PasswordField name="again" label={say(words.again)} kind="new-password" />
        {told.value !== null && (
          <p class={told.value.isBad ? 'problem' : 'muted'} role="status">
            {told.value.text}
          </p>
        )}
        <button type="submit" class="button primary">
          {say(hasPassword ? words.changePassword : words.choosePassword)}
        </button>
      </form>
    </section>
  );
}

interface PasswordFieldProps {
  readonly name: string;
  readonly label: string;
  readonly kind: 'current-password' | 'new-password';
  readonly note?: string;
}

function PasswordField({ name, label, kind, note }: PasswordFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input type="password" name={name} autocomplete={kind} required />
      {note !== undefined && <small class="muted">{note}</small>}
    </label>
  );
}
