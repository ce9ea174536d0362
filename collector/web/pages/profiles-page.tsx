// All profiles, newest first.
import { useSignal } from '@preact/signals';
import type { Profile } from '../../../shared/api/profile.ts';
import { fetchProfiles } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { ImportProfile, StartProfile } from '../parts/later-dialog.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { ProfileList, profileName } from '../parts/profile-list.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { useLive } from '../parts/use-live.ts';
import { useResource } from '../parts/use-resource.ts';
import { parameters, setParameters } from '../state/navigation.ts';
import { offer } from '../state/session.ts';

export function ProfilesPage() {
  const profiles = useResource((signal) => fetchProfiles(undefined, { signal }), []);
  useLive(
    ({ kind }) => {
      if (kind === 'profile' || kind === 'profile-deleted') profiles.reload();
    },
    profiles.reload,
    [],
  );
  const dialog = useSignal<'start' | 'import' | null>(null);
  const close = (): void => {
    dialog.value = null;
  };
  const query = parameters.value.get('q') ?? '';
  const list = profiles.data.value;
  const shown = (list ?? []).filter((profile) => matches(profile, query));
  return (
    <main class="page">
      <div class="page-bar">
        <h1>{t('nav.profiles')}</h1>
        {list !== null && <span class="muted">{list.length}</span>}
        <span class="spacer" />
        <SearchField
          label={t('profiles.search')}
          value={query}
          onInput={(text) => setParameters({ q: text === '' ? null : text }, 'replace')}
        />
        <a class="button" href="/continuous">
          {t('profiles.continuous')}
        </a>
        <button
          type="button"
          class="button"
          {...offer('profile:write')}
          onClick={() => {
            dialog.value = 'import';
          }}
        >
          <Icon name="upload" />
          {t('import.open')}
        </button>
        <button
          type="button"
          class="button primary"
          {...offer('profile:write')}
          onClick={() => {
            dialog.value = 'start';
          }}
        >
          <Icon name="flame" />
          {t('profile.start')}
        </button>
      </div>
      {dialog.value === 'start' && <StartProfile onClose={close} />}
      {dialog.value === 'import' && <ImportProfile onClose={close} />}
      {profiles.error.value !== null && <ErrorNotice error={profiles.error.value} />}
      {list === null && profiles.error.value === null && <p class="page-wait">{t('state.loading')}</p>}
      {list?.length === 0 && (
        <Notice kind="info" title={t('profiles.empty')}>
          {t('profile.none')}
        </Notice>
      )}
      {list !== null && list.length > 0 && (
        <section class="panel">
          <ProfileList profiles={shown} withNode />
          {shown.length === 0 && <p class="table-empty">{t('profiles.noMatch')}</p>}
        </section>
      )}
    </main>
  );
}

function matches(profile: Profile, query: string): boolean {
  const { node, user, status } = profile;
  return `${node ?? ''} ${profileName(profile)} ${user ?? ''} ${status}`
    .toLowerCase()
    .includes(query.toLowerCase());
}
