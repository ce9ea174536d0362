import { describe, expect, it } from 'vitest';
import { messages } from '../../../cli/language/messages.ts';
import { readFunctionClasses } from '../../../collector/query/profiles/function-classes.ts';
import { en } from '../../../collector/web/i18n/en.ts';
import { fillIn } from '../../../collector/web/i18n/fill-in.ts';
import { profileOrderEn } from '../../../collector/web/i18n/profile-order-en.ts';
import { profileOrderZh } from '../../../collector/web/i18n/profile-order-zh.ts';
import { profileViewEn } from '../../../collector/web/i18n/profile-view-en.ts';
import { profileViewZh } from '../../../collector/web/i18n/profile-view-zh.ts';
import { zh } from '../../../collector/web/i18n/zh.ts';
import { ownCode, unknownWork } from '../../../shared/stacks/function-class.ts';

const gapsOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

const english: Readonly<Record<string, string>> = { ...en, ...profileOrderEn, ...profileViewEn };
const chinese: Readonly<Record<string, string>> = { ...zh, ...profileOrderZh, ...profileViewZh };

describe('dictionaries', () => {
  it('have the same keys and the same values to fill in', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
    const parts = [en, profileOrderEn, profileViewEn].map((words) => Object.keys(words).length);
    expect(Object.keys(english)).toHaveLength(parts.reduce((a, b) => a + b));
    for (const [key, text] of Object.entries(english)) {
      expect([key, gapsOf(chinese[key] ?? '')]).toEqual([key, gapsOf(text)]);
    }
  });

  it('leave no message empty', () => {
    for (const text of [...Object.values(english), ...Object.values(chinese)])
      expect(text.trim()).not.toBe('');
  });
});

describe('classes of work', () => {
  const classes = new Set(readFunctionClasses().map((rule) => rule.class)).add(ownCode).add(unknownWork);

  it.each([...classes])('%s has a word on every screen', (name) => {
    expect(english).toHaveProperty([`class.${name}`]);
    expect(messages).toHaveProperty([`class.${name}`]);
  });

  it.each(['[rest]', '[unknown]', '[waiting for a CPU]'])('the frame %s is Chinese for Chinese', (name) => {
    const [en, zh] = Object.entries(messages).find(([key]) => key === `frame.${name}`)?.[1] ?? [];
    expect(en).toBe(name);
    expect(zh).toMatch(/\p{Script=Han}/u);
  });
});

describe('fillIn', () => {
  it('fills in what it is given and nothing else', () => {
    expect(fillIn('{n} of {all}', { n: 3 })).toBe('3 of {all}');
    expect(fillIn('{n}', { n: '{all}', all: 'x' })).toBe('{all}');
  });
});
