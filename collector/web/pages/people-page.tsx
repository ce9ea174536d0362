// The pages about people, loaded when they are opened. What cannot be loaded says so in place.
import { t } from '../i18n/language.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { useResource } from '../parts/use-resource.ts';

export type PeoplePageName = 'AccountPage' | 'AccountPopover' | 'AccountsPage' | 'LoginPage';

export function PeoplePage({ name }: { readonly name: PeoplePageName }) {
  const loaded = useResource(() => import('../people/people-pages.ts'), []);
  const pages = loaded.data.value?.peoplePages;
  if (pages !== undefined) {
    const Shown = pages[name];
    return <Shown />;
  }
  if (loaded.error.value !== null) return <ErrorNotice error={loaded.error.value} />;
  return <p class="page-wait">{t('state.loading')}</p>;
}
