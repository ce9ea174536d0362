// The console as a whole: the bar, the page that the address names, the keys.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { liveState } from './api/live.ts';
import { refreshSession } from './api/session-resource.ts';
import { t } from './i18n/language.ts';
import { CommandPage } from './pages/command-page.tsx';
import { CommandsPage } from './pages/commands-page.tsx';
import { ContinuousPage } from './pages/continuous-page.tsx';
import { MapPage } from './pages/map-page.tsx';
import { NodePage } from './pages/node-page.tsx';
import { PeoplePage } from './pages/people-page.tsx';
import { ProfilePage } from './pages/profile-page.tsx';
import { ProfilesPage } from './pages/profiles-page.tsx';
import { AppHeader } from './parts/app-header.tsx';
import { Help } from './parts/later-dialog.tsx';
import { ErrorNotice, Notice } from './parts/notice.tsx';
import { useResource } from './parts/use-resource.ts';
import { startKeys } from './state/keys.ts';
import { navigate, route } from './state/navigation.ts';
import { session } from './state/session.ts';

export function App() {
  const helping = useSignal(false);
  const known = useResource(refreshSession, []);
  useEffect(
    () =>
      startKeys(() => {
        helping.value = true;
      }),
    [],
  );
  if (session.value === null) return <PeoplePage name="LoginPage" />;
  if (session.value === undefined) {
    return known.error.value === null ? null : <ErrorNotice error={known.error.value} />;
  }
  return (
    <>
      <a class="skip" href="#content">
        {t('nav.skip')}
      </a>
      <AppHeader
        onHelp={() => {
          helping.value = true;
        }}
      />
      {liveState.value === 'lost' && (
        <div class="lost-banner" role="alert">
          {t('live.lostText')}
        </div>
      )}
      <div id="content" class={liveState.value === 'lost' ? 'lost' : undefined}>
        <Page />
      </div>
      {helping.value && (
        <Help
          onClose={() => {
            helping.value = false;
          }}
        />
      )}
    </>
  );
}

function Page() {
  const at = route.value;
  useEffect(() => {
    document.title = titleOf();
  });
  switch (at.page) {
    case 'map':
      return <MapPage />;
    case 'node':
      return <NodePage key={at.name} name={at.name} />;
    case 'profiles':
      return <ProfilesPage />;
    case 'profile':
      return <ProfilePage key={at.id} id={at.id} />;
    case 'continuous':
      return <ContinuousPage key={at.id ?? ''} id={at.id} />;
    case 'commands':
      return <CommandsPage />;
    case 'command':
      return <CommandPage key={at.id} id={at.id} />;
    case 'account':
      return <PeoplePage name="AccountPage" />;
    case 'accounts':
      return <PeoplePage name="AccountsPage" />;
    case 'login':
      return <AlreadyIn />;
    case 'unknown':
      return (
        <main class="page">
          <Notice kind="warn" title={t('page.unknown')}>
            <a href="/">{t('page.toNodes')}</a>
          </Notice>
        </main>
      );
  }
}

/** A login link for somebody who is logged in: that one goes on as before, unless the link is taken. */
function AlreadyIn() {
  const hasCode = location.hash !== '';
  useEffect(() => {
    if (!hasCode) navigate('/', 'replace');
  }, []);
  return hasCode ? <PeoplePage name="LoginPage" /> : null;
}

function titleOf(): string {
  const at = route.value;
  if (at.page === 'node') return `${at.name} · jidi`;
  if (at.page === 'profile' || at.page === 'profiles' || at.page === 'continuous')
    return `${t('nav.profiles')} · jidi`;
  if (at.page === 'command' || at.page === 'commands') return `${t('nav.commands')} · jidi`;
  return `${t('nav.nodes')} · jidi`;
}
