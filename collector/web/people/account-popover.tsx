// What the account menu holds: the own account, the accounts of all, the way out.
import { useSignal } from '@preact/signals';
import { logout } from '../api/people-resources.ts';
import { say } from '../i18n/language.ts';
import { errorText } from '../parts/error-text.ts';
import { may, session } from '../state/session.ts';
import { words } from './people-words.ts';

export function AccountPopover() {
  const problem = useSignal('');
  const goOut = async (): Promise<void> => {
    try {
      await logout();
    } catch (error) {
      problem.value = errorText(error);
    }
  };
  return (
    <div class="popover account-popover">
      {session.value?.via === 'local' && <p class="muted">{say(words.noLogin)}</p>}
      <a href="/account">{say(words.ownAccount)}</a>
      {may('identity:manage') && <a href="/accounts">{say(words.allAccounts)}</a>}
      {session.value?.via === 'session' && (
        <button type="button" class="link" data-testid="logout" onClick={() => void goOut()}>
          {say(words.logout)}
        </button>
      )}
      {problem.value !== '' && <p class="problem">{problem.value}</p>}
    </div>
  );
}
