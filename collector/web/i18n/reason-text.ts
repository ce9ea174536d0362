// A reason in the present language. In: code, message and remedy as told. Out: safe words; with Chinese words also the
// original, because it names the particulars. The Chinese words are loaded when the first reason is shown in Chinese; until
// then, and where they cannot be, the original stands alone.
import { signal } from '@preact/signals';
import type { ReasonWords } from '../../../shared/reasons-zh.ts';
import { visible } from '../../../shared/text.ts';
import { language } from './language.ts';

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

const chinese = signal<Readonly<Record<string, ReasonWords>> | null>(null);
let isAskedFor = false;

export function reasonText({ code, message, remedy }: ToldReason): ReasonText {
  const words = language.value === 'zh' ? chineseOf(code) : undefined;
  if (words === undefined) return { message: visible(message), remedy: visible(remedy), original: null };
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return { ...words, original: visible(`${sentence} ${remedy}`.trim()) };
}

function chineseOf(code: string): ReasonWords | undefined {
  const known = chinese.value;
  if (known === null && !isAskedFor) {
    isAskedFor = true;
    import('../../../shared/reasons-zh.ts').then(
      ({ reasonsZh }) => {
        chinese.value = reasonsZh;
      },
      () => {
        // The collector is away: the original says the same, and the next reason asks again.
        isAskedFor = false;
      },
    );
  }
  return known !== null && Object.hasOwn(known, code) ? known[code] : undefined;
}
