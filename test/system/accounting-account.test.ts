// The account itself: it is right when all is well, and says so when anything is missing, twice, made up or wrongly declared.
import { expect, test } from 'vitest';
import type { Gap } from '../../shared/model/delivery.ts';
import { account, type StoredItems } from './accounting/account.ts';
import type { GeneratedItem } from './accounting/ledger.ts';
import { timeOf } from './accounting/numbered-items.ts';

const firstMs = 1_700_000_000_000;
const spoolId = 'spool-1';
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const put = (number: number, sequence: number | null = number): GeneratedItem => ({
  dataClass: 'metric',
  number,
  spoolId,
  sequence,
});
const ten = numbers(1, 10).map((number) => put(number));

function stored(metric: readonly number[], gaps: readonly Gap[] = [], sequence = 10): StoredItems {
  const positions = [{ dataClass: 'metric', sequence, beyond: [] } as const];
  return { numbers: { metric, process: [], result: [] }, gaps, positions, wrong: [] };
}

function lost(from: number, to: number, change: Partial<Gap> = {}): Gap {
  const times = { fromTimeMs: timeOf(firstMs, from), toTimeMs: timeOf(firstMs, to) };
  return {
    dataClass: 'metric',
    ...times,
    count: to - from + 1,
    reason: 'buffer-full',
    sequences: { from, to },
    ...change,
  };
}

test('all stored, or the rest declared: nothing to say', () => {
  const whole = { generated: 10, stored: 10, declared: 0, duplicates: 0, faults: [] };
  expect(account(ten, stored(numbers(1, 10)), firstMs)).toEqual(whole);
  const parts = { ...whole, stored: 7, declared: 3 };
  expect(account(ten, stored(numbers(4, 10), [lost(1, 3)]), firstMs)).toEqual(parts);
  const unknown = lost(8, 1007, { count: 0, reason: 'restart', toTimeMs: timeOf(firstMs, 20) });
  expect(account(ten, stored(numbers(1, 7), [unknown], 1007), firstMs)).toEqual(parts);
});

test('what was being put at a kill counts when something of it is there', () => {
  const cut = [...ten, put(11, null)];
  const all = numbers(1, 10);
  expect(account(cut, stored(all), firstMs)).toMatchObject({ generated: 10, faults: [] });
  expect(account(cut, stored([...all, 11], [], 11), firstMs)).toMatchObject({
    generated: 11,
    stored: 11,
    faults: [],
  });
  const torn = account(cut, stored(all, [lost(11, 11, { reason: 'damaged' })], 11), firstMs);
  expect(torn).toMatchObject({ generated: 11, stored: 10, declared: 1, faults: [] });
  const taken = [...cut, put(12, 11)];
  expect(account(taken, stored([...all, 12], [], 11), firstMs)).toMatchObject({ generated: 11, faults: [] });
});

const wrongs: readonly [string, StoredItems, RegExp][] = [
  ['nobody declared', stored(numbers(2, 10)), /^metric 1 .* is in 0 gaps/],
  ['is declared twice', stored(numbers(2, 10), [lost(1, 1), lost(1, 1)]), /is in 2 gaps/],
  ['was never generated', stored([...numbers(1, 10), 99]), /99 is stored and was not generated/],
  ['is declared and stored', stored(numbers(1, 10), [lost(3, 3)]), /lies over what is stored|0 are missing/],
  ['is declared with a wrong count', stored(numbers(4, 10), [lost(1, 3, { count: 2 })]), /3 are missing/],
  [
    'is declared at another time',
    stored(numbers(2, 10), [lost(1, 1, { toTimeMs: 1, fromTimeMs: 0 })]),
    /in 0 gaps/,
  ],
  ['has a number that the collector lacks', stored(numbers(1, 10), [], 9), /the collector has/],
  ['has a number that nobody gave', stored(numbers(1, 10), [], 12), /the collector has 12/],
  [
    'is stored under a gap of unknown count without numbers',
    stored(numbers(1, 10), [
      lost(11, 1010, {
        sequences: null,
        count: 0,
        reason: 'restart',
        fromTimeMs: timeOf(firstMs, 3),
        toTimeMs: timeOf(firstMs, 20),
      }),
    ]),
    /lies over 7 stored items/,
  ],
];

test.each(wrongs)('an item that %s is told', (_, given, words) => {
  expect(account(ten, given, firstMs).faults.join('\n')).toMatch(words);
});

test('an item that is there twice is counted', () => {
  const twice = account(ten, stored([...numbers(1, 10), 4]), firstMs);
  expect(twice).toMatchObject({ stored: 10, duplicates: 1 });
});
