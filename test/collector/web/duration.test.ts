import { expect, it } from 'vitest';
import { chineseDuration } from '../../../collector/web/i18n/duration.ts';

it.each([
  [4.1, '4.1 秒'],
  [60, '1 分 0 秒'],
  [7320, '2 小时 2 分'],
  [273_600, '3 天 4 小时'],
  [null, '–'],
])('%s seconds have Chinese units: %s', (seconds, text) => {
  expect(chineseDuration(seconds)).toBe(text);
});
