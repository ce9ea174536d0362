// The name of a function as it is shown; the root of all stacks is a word, not a function.
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';

export interface NamedFrame {
  readonly function: string;
  readonly module: string;
}

export function frameName({ function: name, module }: NamedFrame): string {
  return name === 'all' && module === '' ? t('flame.all') : visible(name);
}
