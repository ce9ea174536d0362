// A reason in the present language. In: code, message and remedy as told. Out: safe words; with Chinese words also the
// original, because it names the particulars.
import { visible } from '../../../shared/text.ts';
import { language } from './language.ts';
import { reasonsZh } from './reasons-zh.ts';

export interface ToldReason {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface ReasonText {
  readonly message: string;
  readonly remedy: string;
  /** null when message and remedy are the original. */
  readonly original: string | null;
}

export function reasonText({ code, message, remedy }: ToldReason): ReasonText {
  const words = language.value === 'zh' && Object.hasOwn(reasonsZh, code) ? reasonsZh[code] : undefined;
  if (words === undefined) return { message: visible(message), remedy: visible(remedy), original: null };
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return { ...words, original: visible(`${sentence} ${remedy}`.trim()) };
}
