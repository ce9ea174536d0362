import { describe, expect, test } from 'vitest';
import { ask, bytes, load, storeWith } from './ask-range.ts';

// The node says it measures every 5 s (ask-range.ts).
const slow: readonly (readonly [number, number])[] = [
  [0, 1],
  [5, 2],
  [20, 3],
  [35, 4],
  [50, 5],
  [55, 6],
];

describe('a stretch in which the node measured less often', () => {
  test('is no gap of a gauge: a bucket shows what the next sample says', async () => {
    const store = await storeWith(load, slow);
    expect(await ask(store, load.metric, { step: 5, to: 55 })).toEqual([
      [0, 1],
      [5, 2],
      [10, 3],
      [15, 3],
      [20, 3],
      [25, 4],
      [30, 4],
      [35, 4],
      [40, 5],
      [45, 5],
      [50, 5],
      [55, 6],
    ]);
  });

  test('is no gap of a rate, and its buckets add up to what the counter grew by', async () => {
    const store = await storeWith(
      bytes,
      slow.map(([second]) => [second, second * 10]),
    );
    const rates = await ask(store, bytes.metric, { rate: true, step: 5, from: 1, to: 55 });
    expect(rates?.map(([, value]) => value)).toEqual(Array.from({ length: 11 }, () => 10));
  });

  test('may be far wider than the interval of today', async () => {
    const store = await storeWith(
      bytes,
      [0, 60, 120, 180].map((second) => [second, second]),
    );
    const rates = await ask(store, bytes.metric, { rate: true, step: 30, from: 1, to: 180 });
    expect(rates?.map(([, value]) => value)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('a gap stays a gap', () => {
  test('when it stands alone', async () => {
    const store = await storeWith(load, [
      [0, 1],
      [5, 2],
      [20, 3],
      [25, 4],
    ]);
    expect(await ask(store, load.metric, { step: 5, to: 25 })).toEqual([
      [0, 1],
      [5, 2],
      [10, null],
      [15, null],
      [20, 3],
      [25, 4],
    ]);
  });

  test('when it is longer than any interval, also beside another one', async () => {
    const store = await storeWith(
      bytes,
      [0, 5, 100, 195, 200].map((second) => [second, second]),
    );
    const rates = await ask(store, bytes.metric, { rate: true, step: 10, from: 1, to: 200 });
    expect(rates?.filter(([, value]) => value !== null)).toEqual([
      [10, 1],
      [200, 1],
    ]);
  });

  test('within a stretch of wide spacings', async () => {
    const store = await storeWith(
      load,
      [0, 10, 20, 50, 60, 70].map((second) => [second, second]),
    );
    const values = await ask(store, load.metric, { step: 10, to: 70 });
    expect(values?.filter(([, value]) => value === null).map(([second]) => second)).toEqual([30, 40]);
  });
});
