// The way in: by name and password, or by a one-time link, whose code stands behind the # of the address.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { login, loginByLink } from '../api/people-resources.ts';
import { language, say, toggleLanguage } from '../i18n/language.ts';
import { errorText } from '../parts/error-text.ts';
import { formText } from '../parts/form-text.ts';
import { takeLoginCode } from '../state/login-code.ts';
import { navigate, route } from '../state/navigation.ts';
import { words } from './people-words.ts';

export function LoginPage() {
  const code = useSignal(takeLoginCode());
  const error = useSignal('');
  const busy = useSignal(false);
  useEffect(() => {
    document.title = `${say(words.login)} · jidi`;
  });
  const attempt = async (enter: () => Promise<void>, next: string | null): Promise<void> => {
    busy.value = true;
    error.value = '';
    try {
      await enter();
      if (next !== null) navigate(next, 'replace');
    } catch (caught) {
      error.value = errorText(caught);
      code.value = '';
    } finally {
      busy.value = false;
    }
  };
  // Whoever was asked on the way to a page goes on to it.
  const next = route.value.page === 'login' ? '/' : null;
  return (
    <main class="entrance">
      <form
        class="panel form entrance-form"
        data-testid="login"
        onSubmit={(event) => {
          event.preventDefault();
          const fields = new FormData(event.currentTarget);
          const text = (name: string): string => formText(fields, name);
          void (code.value === ''
            ? attempt(() => login(text('name').trim(), text('password')), next)
            : attempt(() => loginByLink(code.value), '/account'));
        }}
      >
        <h1>
          <b>jidi</b> <span lang="zh-CN">集谛</span>
        </h1>
        {code.value === '' ? <PasswordFields /> : <LinkText />}
        {error.value !== '' && (
          <p class="problem" role="alert">
            {error.value}
          </p>
        )}
        <button type="submit" class="button primary" disabled={busy.value}>
          {say(code.value === '' ? words.login : words.linkGo)}
        </button>
        <button type="button" class="link" onClick={toggleLanguage}>
          {language.value === 'en' ? '中文' : 'English'}
        </button>
      </form>
    </main>
  );
}

function PasswordFields() {
  return (
    <>
      <label class="field">
        <span>{say(words.name)}</span>
        <input
          type="text"
          name="name"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
        />
      </label>
      <label class="field">
        <span>{say(words.password)}</span>
        <input type="password" name="password" autocomplete="current-password" required />
      </label>
      <small class="muted">{say(words.forgot)}</small>
    </>
  );
}

/** Not at once: whoever was led here by somebody else must not be logged in as that one unasked. */
function LinkText() {
  return (
    <>
      <b>{say(words.linkTitle)}</b>
      <p class="muted">{say(words.linkText)}</p>
    </>
  );
}
