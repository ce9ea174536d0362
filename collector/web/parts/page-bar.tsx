// The head of a page that shows one of many, also while it loads and when there is no such thing: the way back, and its name.
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';

export interface PageBarProps {
  readonly title: string;
  /** Where all of them are. */
  readonly list: string;
  readonly listName: string;
}

export function PageBar({ title, list, listName }: PageBarProps) {
  return (
    <div class="page-bar">
      <nav class="crumbs" aria-label={t('nav.path')}>
        <a href={list}>{listName}</a>
        <span aria-hidden="true">/</span>
      </nav>
      <h1 class="mono">{visible(title)}</h1>
    </div>
  );
}
