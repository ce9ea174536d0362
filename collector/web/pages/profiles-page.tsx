// All profiles, newest first.
import type { Profile } from '../../../shared/api/profile.ts';
import { fetchProfiles } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { ProfileList } from '../parts/profile-list.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { useLive } from '../parts/use-live.ts';
import { useResource } from '../parts/use-resource.ts';
import { parameters, setParameters } from '../state/navigation.ts';

export function ProfilesPage() {
  const profiles = useResource((signal) => fetchProfiles(undefined, { signal }), []);
  useLive(
    ({ kind }) => {
      if (kind === 'profile' || kind === 'profile-deleted') profiles.reload();
    },
    profiles.reload,
    [],
  );
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
      </div>
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

function matches({ node, name, pid, user, status }: Profile, query: string): boolean {
  return `${node} ${name ?? ''} ${pid} ${user ?? ''} ${status}`.toLowerCase().includes(query.toLowerCase());
}
