import { expect, test } from 'vitest';
import { createSay } from '../../../cli/language/language.ts';
import { withFrameWords } from '../../../cli/views/profile/frame-words.ts';

const say = createSay('zh');

test('what is no function is said in the reader’s language, functions are not', () => {
  const frames = [
    { function: '[waiting for a CPU]', module: '' },
    { function: '[unknown]', module: 'libm.so.6' },
    { function: '[rest]', module: '' },
    { function: 'io', module: 'app' },
    { function: 'io', module: '' },
  ];
  const told = withFrameWords({ frames }, ['waiting', 'own-code', 'unknown', 'own-code', 'own-code'], say);
  expect(told.frames.map((frame) => frame.function)).toEqual(['[等待 CPU]', '[未知]', '[其余]', 'io', 'io']);
});

test('rolled up by class, functions are classes', () => {
  const frames = ['linear-algebra', 'waiting', 'site-special', 'own-code'].map((name) => ({
    function: name,
    module: '',
  }));
  const told = withFrameWords({ frames }, ['linear-algebra', 'waiting', 'site-special', 'own-code'], say);
  expect(told.frames.map((frame) => frame.function)).toEqual([
    '线性代数',
    '等待',
    'site-special',
    '自身代码',
  ]);
});
