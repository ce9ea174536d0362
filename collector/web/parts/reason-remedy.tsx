// What helps, and below it the original where the words were translated.
import { t } from '../i18n/language.ts';
import type { ReasonText } from '../i18n/reason-text.ts';

export function ReasonRemedy({ text }: { readonly text: ReasonText }) {
  return (
    <>
      {text.remedy}
      {text.original !== null && (
        <small class="original" lang="en">
          <span lang="zh-CN">{t('reason.original')}</span>
          {text.original}
        </small>
      )}
    </>
  );
}
