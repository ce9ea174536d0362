// The name of a function as it is shown. What is no function is a word of the reader's language: the root of all stacks, what
// was cut off, what has no name, a wait that the agent tells of; rolled up by class, the classes.
import type { Frame } from '../../../shared/model/profile.ts';
import { visible } from '../../../shared/text.ts';
import { className, t } from '../i18n/language.ts';
import { parameters } from '../state/navigation.ts';
import { isRest } from './flame-color.ts';

export function frameName(frame: Frame): string {
  const { function: name, module } = frame;
  if (isRest(frame)) return t('flame.rest');
  if (name === '[unknown]') return t('flame.unknown');
  if (module !== '') return visible(name);
  if (name === '[waiting for a CPU]') return t('flame.waiting');
  if (name === 'all') return t('flame.all');
  return parameters.value.get('by') === 'class' ? className(name) : visible(name);
}
