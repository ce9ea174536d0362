// The language of the console: English or Chinese, by the browser's wish unless the person chose.
// In: a message's key and its values. Out: text in the present language; follows a change at once.
import { computed, effect, signal } from '@preact/signals';
import { formatSeconds } from '../../../shared/format.ts';
import { visible } from '../../../shared/text.ts';
import { readChoice, writeChoice } from '../state/kept-choice.ts';
import { chineseDuration } from './duration.ts';
import { en } from './en.ts';
import { fillIn, type MessageValues } from './fill-in.ts';
import type { profileOrderEn } from './profile-order-en.ts';
import type { profileViewEn } from './profile-view-en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';
/** Also of what is loaded later. */
export type MessageKey = keyof typeof en | keyof typeof profileOrderEn | keyof typeof profileViewEn;

type Dictionary = Readonly<Partial<Record<MessageKey, string>>>;
const dictionaries = signal<Readonly<Record<Language, Dictionary>>>({ en, zh });

/** What is loaded later brings its words with it. */
export function addWords(words: Readonly<Record<Language, Dictionary>>): void {
  const { en: english, zh: chinese } = dictionaries.peek();
  dictionaries.value = { en: { ...english, ...words.en }, zh: { ...chinese, ...words.zh } };
}

export const language = signal<Language>(
  readChoice('jidi.language', ['en', 'zh']) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
);

const dictionary = computed(() => dictionaries.value[language.value]);

export function t(key: MessageKey, values: MessageValues = {}): string {
  return fillIn(dictionary.value[key] ?? key, values);
}

/** What is not in the dictionaries, because it is loaded later, brings both languages. */
export type Words = readonly [en: string, zh: string];
export type Said = MessageKey | Words;

export function say(said: Said): string {
  return typeof said === 'string' ? t(said) : said[language.value === 'zh' ? 1 : 0];
}

/** A class of work; those that a site's own table has are shown as they are written there. */
export function className(name: string): string {
  const key = `class.${name}`;
  return key in dictionary.value ? t(key as MessageKey) : visible(name);
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
