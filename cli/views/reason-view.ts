// Why something did not work and what to do about it, as two lines.
import type { Problem } from '../../shared/api/problem.ts';
import type { Say } from '../language/language.ts';
import { piece, type Style, type StyledLine } from '../output/styled-text.ts';

export function reasonLines(
  reason: { readonly message: string } & Pick<Problem, 'remedy'>,
  say: Say,
  style: Style = 'bad',
): StyledLine[] {
  const remedy = reason.remedy === '' ? [] : [[piece(say('remedy', { remedy: reason.remedy }))]];
  return [[piece(reason.message, style)], ...remedy];
}
