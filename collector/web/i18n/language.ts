// The language of the console: English or Chinese, by the browser's wish unless the person chose.
// In: a message's key and its values. Out: text in the present language; follows a change at once.
import { computed, effect, signal } from '@preact/signals';
import { formatSeconds } from '../../../shared/format.ts';
import { readChoice, writeChoice } from '../state/kept-choice.ts';
import { chineseDuration } from './duration.ts';
import { en } from './en.ts';
import { fillIn, type MessageValues } from './fill-in.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';
export type MessageKey = keyof typeof en;

const dictionaries: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { en, zh };

export const language = signal<Language>(
  readChoice('jidi.language', ['en', 'zh']) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
);

const dictionary = computed(() => dictionaries[language.value]);

export function t(key: MessageKey, values: MessageValues = {}): string {
  return fillIn(dictionary.value[key], values);
}

/** What is not in the dictionaries, because it is loaded later, brings both languages. */
export type Words = readonly [en: string, zh: string];
export type Said = MessageKey | Words;

export function say(said: Said): string {
  return typeof said === 'string' ? t(said) : said[language.value === 'zh' ? 1 : 0];
}

export function formatDuration(seconds: number | null): string {
  return language.value === 'zh' ? chineseDuration(seconds) : formatSeconds(seconds);
}

export function toggleLanguage(): void {
  language.value = language.value === 'en' ? 'zh' : 'en';
  writeChoice('jidi.language', language.value);
}

export function startLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
  });
}
