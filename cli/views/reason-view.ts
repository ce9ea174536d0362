// Why something did not work and what to do about it. In: a reason as the collector tells it. Out: two lines in the reader's
// language; where the words are ours, the original follows, because it names the particulars.
import { reasonsZh } from '../../shared/reasons-zh.ts';
import type { Say } from '../language/language.ts';
import { piece, type Style, type StyledLine } from '../output/styled-text.ts';

interface Told {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export function reasonLines(reason: Told, say: Say, style: Style = 'bad'): StyledLine[] {
  const words = chineseOf(reason, say);
  const { message, remedy } = words ?? reason;
  return [
    [piece(message, style)],
    ...(remedy === '' ? [] : [[piece(say('remedy', { remedy }))]]),
    ...(words === null ? [] : [[piece(say('reason.original', { text: originalOf(reason) }), 'dim')]]),
  ];
}

/** In one line, what happened. */
export function reasonText(reason: Told, say: Say): string {
  const words = chineseOf(reason, say);
  return words === null ? reason.message : `${words.message}（${reason.message}）`;
}

function chineseOf({ code }: Told, say: Say) {
  return say.language === 'zh' && Object.hasOwn(reasonsZh, code) ? (reasonsZh[code] ?? null) : null;
}

function originalOf({ message, remedy }: Told): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return `${sentence} ${remedy}`.trim();
}
