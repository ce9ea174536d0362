// Who is logged in, in the bar at the top: the own account, the accounts of all, the way out.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { logout } from '../api/people-resources.ts';
import { say, type Words } from '../i18n/language.ts';
import { route } from '../state/navigation.ts';
import { may, session } from '../state/session.ts';
import { errorText } from './error-text.ts';

const label: Words = ['Account', '账户'];
const own: Words = ['My account, password and tokens', '我的账户、密码与令牌'];
const all: Words = ['Accounts', '账户管理'];
const leave: Words = ['Log out', '退出登录'];
const open: Words = ['No login is asked for', '未要求登录'];

export function AccountMenu() {
  const isOpen = useSignal(false);
  const problem = useSignal('');
  const place = useRef<HTMLDivElement>(null);
  const at = route.value;
  useEffect(() => {
    isOpen.value = false;
  }, [at]);
  useEffect(() => {
    const close = (event: Event): void => {
      const isKey = event instanceof KeyboardEvent;
      if (isKey && event.key !== 'Escape') return;
      const inside = event.target instanceof Node && place.current?.contains(event.target) === true;
      if (isKey || !inside) isOpen.value = false;
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  const who = session.value;
  if (who === null || who === undefined) return null;
  const goOut = async (): Promise<void> => {
    try {
      await logout();
    } catch (error) {
      problem.value = errorText(error);
    }
  };
  return (
    <div class="account-menu" ref={place}>
      <button
        type="button"
        class="button small"
        aria-expanded={isOpen.value}
        title={say(label)}
        data-testid="account-menu"
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {who.name}
        <span class="muted">{who.role}</span>
      </button>
      {isOpen.value && (
        <div class="popover account-popover">
          {who.via === 'local' && <p class="muted">{say(open)}</p>}
          <a href="/account">{say(own)}</a>
          {may('identity:manage') && <a href="/accounts">{say(all)}</a>}
          {who.via === 'session' && (
            <button type="button" class="link" data-testid="logout" onClick={() => void goOut()}>
              {say(leave)}
            </button>
          )}
          {problem.value !== '' && <p class="problem">{problem.value}</p>}
        </div>
      )}
    </div>
  );
}
