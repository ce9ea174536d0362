// What went wrong, and what to do, in one text. In: whatever was thrown. Out: safe words.
import { visible } from '../../../shared/text.ts';
import { ApiError } from '../api/client.ts';
import { t } from '../i18n/language.ts';
import { reasonText } from '../i18n/reason-text.ts';

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return visible(String(error));
  if (error.code === 'unreachable') return t('error.unreachable');
  const { message, remedy, original } = reasonText(error);
  const told = [message, remedy].filter((part) => part !== '').join(' — ');
  return original === null ? told : `${told}（${original}）`;
}
