import { array, assert, asyncProperty, constant, integer, nat, oneof } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { t0 } from '../store/open-store.ts';
import { addNode, ask, bytes, load, storeWith } from './ask-range.ts';

describe('rates', () => {
  const rate = { rate: true, step: 10 };

  test('per second, with the sample before the bucket', async () => {
    const store = await storeWith(bytes, [
      [-5, 100],
      [0, 150],
      [5, 200],
      [10, 300],
      [15, 300],
      [20, 320],
    ]);
    expect(await ask(store, bytes.metric, { ...rate, to: 20 })).toEqual([
      [0, 10],
      [10, 15],
      [20, 2],
    ]);
  });

  test('the first sample of all has no rate', async () => {
    const store = await storeWith(bytes, [
      [0, 100],
      [5, 200],
    ]);
    expect(await ask(store, bytes.metric, { ...rate, to: 10 })).toEqual([
      [0, null],
      [10, 20],
    ]);
  });

  test('a counter that fell has counted from 0 again', async () => {
    const store = await storeWith(bytes, [
      [0, 1000],
      [5, 1100],
      [10, 30],
      [15, 80],
      [20, 130],
    ]);
    expect(await ask(store, bytes.metric, { ...rate, from: 1, to: 20 })).toEqual([
      [10, 13],
      [20, 10],
    ]);
  });

  test('what grew over a gap belongs to no bucket, and the gap is null', async () => {
    const store = await storeWith(bytes, [
      [0, 0],
      [5, 50],
      [10, 100],
      [45, 5000],
      [50, 5050],
      [55, 5100],
      [60, 5200],
    ]);
    expect(await ask(store, bytes.metric, { ...rate, from: 1, to: 60 })).toEqual([
      [10, 10],
      [20, null],
      [30, null],
      [40, null],
      [50, 10],
      [60, 15],
    ]);
  });

  test('a single missing tick does not tear a hole, and its increase is spread over its time', async () => {
    const store = await storeWith(bytes, [
      [0, 0],
      [5, 50],
      [10, 100],
      [20, 300],
      [25, 350],
    ]);
    expect(await ask(store, bytes.metric, { rate: true, step: 5, from: 1, to: 25 })).toEqual([
      [5, 10],
      [10, 10],
      [15, null],
      [20, 20],
      [25, 10],
    ]);
  });

  test('ticks that do not fall on bucket ends give the mean rate of the time they cover', async () => {
    const store = await storeWith(bytes, [
      [1, 0],
      [8, 70],
      [15, 210],
      [22, 210],
    ]);
    expect(await ask(store, bytes.metric, { ...rate, from: 1, to: 30 })).toEqual([
      [10, 10],
      [20, 20],
      [30, 0],
    ]);
  });

  test('a gauge has none', async () => {
    const store = await storeWith(load, [[0, 1]]);
    await expect(ask(store, 'node_load1', { ...rate, to: 10 })).rejects.toMatchObject({
      name: 'QueryError',
      code: 'not-a-counter',
      remedy: 'Ask for it without rate.',
    });
  });

  test('the buckets add up to what the counter grew by, resets and all', async () => {
    const store = await storeWith(bytes, []);
    let count = 0;
    const steps = array(oneof(nat(1_000_000), constant(null)), { minLength: 2, maxLength: 60 });
    await assert(
      asyncProperty(steps, integer({ min: 1, max: 7 }), async (increases, ticksPerStep) => {
        let value = 1000;
        let grown = 0;
        const samples = increases.map((increase, place): readonly [number, number] => {
          // null: a restart. It is seen as such when the new value lies below the old one.
          const next = increase === null ? Math.floor(value / 2) : value + increase;
          if (place > 0) grown += increase === null ? next : increase;
          value = next;
          return [place * 5, value];
        });
        const step = ticksPerStep * 5;
        const end = Math.ceil(((samples.length - 1) * 5) / step) * step;
        count += 1;
        const node = `m${count}`;
        await addNode(store, node, bytes, samples);
        const range = { rate: true, step, from: -t0 % step, to: end, nodes: [node] };
        const answer = (await ask(store, bytes.metric, range)) ?? [];
        const lastSecond = (samples.length - 1) * 5;
        const sum = answer.reduce((total, [second, perSecond]) => {
          const coveredSeconds = Math.min(second, lastSecond) - Math.max(second - step, 0);
          return total + (perSecond ?? 0) * coveredSeconds;
        }, 0);
        expect(sum).toBeCloseTo(grown, 3);
      }),
      { numRuns: 25 },
    );
  });
});
