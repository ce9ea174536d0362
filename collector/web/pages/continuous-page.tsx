// Continuous profiles: all of them, or one with its windows. What draws them is loaded first.
import { t } from '../i18n/language.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { useResource } from '../parts/use-resource.ts';

export function ContinuousPage({ id }: { readonly id: string | null }) {
  const { data, error } = useResource(() => import('../continuous/continuous-detail.tsx'), []);
  const Detail = data.value?.ContinuousDetail;
  return (
    <main class="page" data-testid="continuous-page">
      {error.value !== null && <ErrorNotice error={error.value} />}
      {Detail === undefined && error.value === null && <p class="page-wait">{t('state.loading')}</p>}
      {Detail !== undefined && <Detail id={id} />}
    </main>
  );
}
