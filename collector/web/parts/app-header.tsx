// The bar at the top: name, pages, whether data is live, language, theme, help.
import { liveState } from '../api/live.ts';
import { language, t, toggleLanguage } from '../i18n/language.ts';
import { route } from '../state/navigation.ts';
import type { Route } from '../state/route.ts';
import { may } from '../state/session.ts';
import { theme, toggleTheme } from '../state/theme.ts';
import { AccountMenu } from './account-menu.tsx';
import { Icon } from './icon.tsx';

export function AppHeader({ onHelp }: { readonly onHelp: () => void }) {
  const { page } = route.value;
  return (
    <header class="app-header">
      <a class="brand" href="/" title={t('nav.nodes')}>
        <Mark />
        <b>jidi</b>
        <span lang="zh-CN">集谛</span>
      </a>
      <nav aria-label={t('nav.label')}>
        <PageLink href="/" name={t('nav.nodes')} current={isOneOf(page, ['map', 'node'])} />
        <PageLink
          href="/profiles"
          name={t('nav.profiles')}
          current={isOneOf(page, ['profiles', 'profile', 'continuous'])}
        />
        {may('command:read') && (
          <PageLink
            href="/commands"
            name={t('nav.commands')}
            current={isOneOf(page, ['commands', 'command'])}
          />
        )}
      </nav>
      <span class="spacer" />
      <LiveSign />
      <AccountMenu />
      <Switches />
      <button
        type="button"
        class="icon-button"
        title={t('help.title')}
        aria-label={t('help.title')}
        onClick={onHelp}
      >
        <span aria-hidden="true">?</span>
      </button>
    </header>
  );
}

function LiveSign() {
  return (
    <span class={`live ${liveState.value}`} role="status" data-live={liveState.value}>
      <i aria-hidden="true" />
      {t(`live.${liveState.value}`)}
    </span>
  );
}

function Switches() {
  return (
    <>
      <button
        type="button"
        class="icon-button"
        title={t('language.switch')}
        onClick={toggleLanguage}
        data-testid="language"
      >
        <span aria-hidden="true">{language.value === 'en' ? '中' : 'EN'}</span>
        <span class="visually-hidden">{t('language.switch')}</span>
      </button>
      <button
        type="button"
        class="icon-button"
        title={t('theme.switch')}
        aria-label={t('theme.switch')}
        onClick={toggleTheme}
        data-testid="theme"
      >
        <Icon name={theme.value === 'dark' ? 'sun' : 'moon'} />
      </button>
    </>
  );
}

interface PageLinkProps {
  readonly href: string;
  readonly name: string;
  readonly current: boolean;
}

function PageLink({ href, name, current }: PageLinkProps) {
  return (
    <a href={href} {...(current ? { 'aria-current': 'page' as const } : {})}>
      {name}
    </a>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect x="3" y="13" width="4.500" height="8" rx="1.200" />
      <rect x="9.750" y="8" width="4.500" height="13" rx="1.200" />
      <rect x="16.500" y="3" width="4.500" height="18" rx="1.200" />
    </svg>
  );
}

function isOneOf(page: Route['page'], pages: readonly Route['page'][]): boolean {
  return pages.includes(page);
}
