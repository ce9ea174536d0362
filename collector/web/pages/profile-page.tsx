// One profile: how it goes, and when there are stacks, its functions in many views.
import { useEffect } from 'preact/hooks';
import { isProfileOver } from '../../../shared/model/profile.ts';
import { fetchProfile } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { PageBar } from '../parts/page-bar.tsx';
import { useLive } from '../parts/use-live.ts';
import { useResource } from '../parts/use-resource.ts';
import { navigate } from '../state/navigation.ts';

const pollMs = 2000;

export function ProfilePage({ id }: { readonly id: string }) {
  const profile = useResource((signal) => fetchProfile(id, { signal }), [id]);
  // Only who looks at a profile needs what draws it.
  const views = useResource(() => import('../profile/profile-detail.tsx'), []);
  const Detail = views.data.value?.ProfileDetail;
  const detail = profile.data.value;
  const over = detail !== null && isProfileOver(detail.status);
  useLive(
    (event) => {
      if (event.kind === 'profile' && (event.profile.id === id || event.profile.parent === id))
        profile.reload();
      if (event.kind === 'profile-deleted' && event.id === id) navigate('/profiles', 'replace');
    },
    profile.reload,
    [id],
  );
  useEffect(() => {
    if (over) return undefined;
    const timer = setInterval(profile.reload, pollMs);
    return () => clearInterval(timer);
  }, [id, over]);

  return (
    <main class="page" data-testid="profile-page" data-status={detail?.status ?? ''}>
      {(detail === null || Detail === undefined) && (
        <PageBar title={id} list="/profiles" listName={t('nav.profiles')} />
      )}
      {profile.error.value !== null && <ErrorNotice error={profile.error.value} />}
      {views.error.value !== null && <ErrorNotice error={views.error.value} />}
      {(detail === null || Detail === undefined) && profile.error.value === null && (
        <p class="page-wait">{t('state.loading')}</p>
      )}
      {Detail !== undefined && detail !== null && <Detail profile={detail} onChange={profile.reload} />}
    </main>
  );
}
