// The name of a function as it is shown; the root of all stacks and what was cut off are words, not functions.
import type { Frame } from '../../../shared/model/profile.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { isRest } from './flame-color.ts';

export function frameName(frame: Frame): string {
  if (isRest(frame)) return t('flame.rest');
  return frame.function === 'all' && frame.module === '' ? t('flame.all') : visible(frame.function);
}
