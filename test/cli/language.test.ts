import { describe, expect, it } from 'vitest';
import { chooseLanguage, createSay } from '../../cli/language/language.ts';
import { messages } from '../../cli/language/messages.ts';

describe('chooseLanguage', () => {
  it.each([
    [[], {}, 'en'],
    [[], { LANG: 'zh_CN.UTF-8' }, 'zh'],
    [[], { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
    [[], { LANG: 'zh_CN.UTF-8', LC_ALL: '' }, 'zh'],
    [[], { LANG: 'de_DE.UTF-8', LC_MESSAGES: 'zh_TW' }, 'zh'],
    [['--lang', 'en'], { LANG: 'zh_CN.UTF-8' }, 'en'],
    [['node', 'ls', '--lang=zh'], {}, 'zh'],
  ] as const)('from %j and %j is %s', (argv, env, language) => {
    expect(chooseLanguage(argv, env)).toBe(language);
  });
});

describe('messages', () => {
  it('fill in the same names in both languages', () => {
    for (const [key, [english, chinese]] of Object.entries(messages)) {
      const names = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
      expect([key, [...new Set(names(chinese))]]).toEqual([key, [...new Set(names(english))]]);
    }
  });

  it('are filled in with what is given', () => {
    expect(createSay('zh')('ago', { time: '3 s' })).toBe('3 s 前');
  });
});
