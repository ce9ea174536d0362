import { describe, expect, it } from 'vitest';
import { en } from '../../../collector/web/i18n/en.ts';
import { fillIn } from '../../../collector/web/i18n/fill-in.ts';
import { zh } from '../../../collector/web/i18n/zh.ts';

const gapsOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

describe('dictionaries', () => {
  it('have the same keys and the same values to fill in', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      expect([key, gapsOf(zh[key as keyof typeof en])]).toEqual([key, gapsOf(text)]);
    }
  });

  it('leave no message empty', () => {
    for (const text of [...Object.values(en), ...Object.values(zh)]) expect(text.trim()).not.toBe('');
  });
});

describe('fillIn', () => {
  it('fills in what it is given and nothing else', () => {
    expect(fillIn('{n} of {all}', { n: 3 })).toBe('3 of {all}');
    expect(fillIn('{n}', { n: '{all}', all: 'x' })).toBe('{all}');
  });
});
