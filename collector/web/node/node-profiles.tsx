// The profiles of one node.
import { useSignal } from '@preact/signals';
import type { Profile } from '../../../shared/api/profile.ts';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { StartProfile } from '../parts/later-dialog.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { ProfileList } from '../parts/profile-list.tsx';
import type { Resource } from '../parts/use-resource.ts';
import { offer } from '../state/session.ts';

export interface NodeProfilesProps {
  readonly node: string;
  readonly profiles: Resource<Profile[]>;
}

export function NodeProfiles({ node, profiles }: NodeProfilesProps) {
  const starting = useSignal(false);
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
        <span class="spacer" />
        <button
          type="button"
          class="button small"
          {...offer('profile:write')}
          onClick={() => {
            starting.value = true;
          }}
        >
          <Icon name="flame" />
          {t('profile.start')}
        </button>
      </header>
      {starting.value && (
        <StartProfile
          node={node}
          onClose={() => {
            starting.value = false;
          }}
        />
      )}
      {profiles.error.value !== null && <ErrorNotice error={profiles.error.value} />}
      {list?.length === 0 && <p class="table-empty">{t('profile.none')}</p>}
      {list !== null && list.length > 0 && <ProfileList profiles={list} withNode={false} />}
    </section>
  );
}
