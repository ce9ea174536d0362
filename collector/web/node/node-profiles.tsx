// The profiles of one node.
import type { Profile } from '../../../shared/api/profile.ts';
import { t } from '../i18n/language.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { ProfileList } from '../parts/profile-list.tsx';
import type { Resource } from '../parts/use-resource.ts';

export function NodeProfiles({ profiles }: { readonly profiles: Resource<Profile[]> }) {
  const list = profiles.data.value;
  return (
    <section class="panel" aria-label={t('node.profiles')}>
      <header class="panel-head">
        <h2>{t('node.profiles')}</h2>
        {list !== null && <span class="muted">{list.length}</span>}
        {list !== null && list.length > 0 && (
          <span class="mark-legend">
            <i aria-hidden="true" />
            {t('profile.marks')}
          </span>
        )}
      </header>
      {profiles.error.value !== null && <ErrorNotice error={profiles.error.value} />}
      {list?.length === 0 && <p class="table-empty">{t('profile.none')}</p>}
      {list !== null && list.length > 0 && <ProfileList profiles={list} withNode={false} />}
    </section>
  );
}
