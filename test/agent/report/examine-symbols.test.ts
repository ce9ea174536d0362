import { expect, test } from 'vitest';
import { findConfinement } from '../../../agent/profiler/symbols/symbol-confinement.ts';
import { examineSymbols } from '../../../agent/report/examine-symbols.ts';

test('the doctor tells how symbols are read, and what is missing', () => {
  expect(examineSymbols(() => findConfinement(0, () => true))).toMatchObject({
    subject: 'symbols',
    state: 'good',
  });
  const without = examineSymbols(() => findConfinement(0, (words) => !words.includes('unshare')));
  expect(without).toMatchObject({ state: 'lacking', reason: 'read without a network namespace (unshare)' });
  expect(without.remedy).toContain('util-linux');
});
