// What an agent declares after its machine went down: it knows what it had synced, the store knows what had arrived.
import { expect, test } from 'vitest';
import type { Batch } from '../../../../shared/model/batch.ts';
import { metrics, sender, series, t0, tick } from '../open-store.ts';
import { openFront } from './open-front.ts';

const load = [series('node_load1')];
const batch = (sequence: number): Batch => ({
  sequence,
  payload: metrics(tick(t0 + sequence * 5_000, load, [sequence])),
});
/** Synced up to the third; the numbers after it may have been used. */
const loss: Batch = {
  sequence: 1,
  payload: {
    kind: 'gap',
    gap: {
      dataClass: 'metric',
      fromTimeMs: t0 + 15_000,
      toTimeMs: t0 + 90_000,
      count: 0,
      reason: 'restart',
      sequences: { from: 4, to: 1_003 },
    },
  },
};

test('a loss of unknown count begins after the last that is stored, in the head and in the files', async () => {
  for (const isFlushed of [false, true]) {
    const store = await openFront();
    for (const sequence of [1, 2, 3, 4, 5, 6]) await store.append(sender, batch(sequence));
    if (isFlushed) await store.compact();
    // What the new boot measures comes first at times.
    await store.append(sender, { ...batch(1_004), payload: metrics(tick(t0 + 95_000, load, [7])) });
    await store.append(sender, loss);
    expect(await store.gaps('n1', 0, 10)).toMatchObject([
      { fromTimeMs: t0 + 30_000, toTimeMs: t0 + 90_000, count: 0, sequences: { from: 7, to: 1_003 } },
    ]);
    expect(await store.positions(sender)).toMatchObject([
      { dataClass: 'event', sequence: 1 },
      { dataClass: 'metric', sequence: 1_004, beyond: [] },
    ]);
  }
});

test('it begins where the agent says when something after the first that is missing is stored', async () => {
  const store = await openFront();
  for (const sequence of [1, 2, 3, 5, 6]) await store.append(sender, batch(sequence));
  await store.append(sender, loss);
  expect(await store.gaps('n1', 0, 10)).toMatchObject([
    { fromTimeMs: t0 + 15_000, toTimeMs: t0 + 90_000, sequences: { from: 4, to: 1_003 } },
  ]);
});
