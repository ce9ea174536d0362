import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Store } from '../../../../collector/store/store.ts';
import { metrics, sender, series, t0, tick } from '../open-store.ts';
import { mountSmall } from '../threads/open-doors.ts';
import { openFront } from './open-front.ts';

const wide = Array.from({ length: 500 }, (_, place) => series('any', { place: String(place) }));

function append(store: Store, sequence: number) {
  const values = wide.map((_, place) => Math.sin(place * sequence));
  return store.append(sender, { sequence, payload: metrics(tick(t0 + sequence * 1000, wide, values)) });
}

test('what is refused on a full disk is not there, and is stored once space returns', async (ctx) => {
  const dataDir = mountSmall(ctx, 'size=6m');
  const filler = join(dataDir, 'filler');
  const limits = { rotateBytes: 200_000 };
  // The files of the store do not grow while there is no room.
  const { promise: hasRoom, resolve: giveRoom } = Promise.withResolvers<void>();
  const store = await openFront({
    dataDir,
    limits,
    flush: (own) => (segment) => hasRoom.then(() => own(segment)),
  });
  writeFileSync(filler, Buffer.alloc(3 * 1024 * 1024));
  const stored: number[] = [];
  const refused: number[] = [];
  for (let sequence = 1; refused.length < 5 && sequence < 5000; sequence += 1) {
    const [, outcome] = await Promise.allSettled([append(store, sequence), append(store, sequence)]);
    if (outcome?.status === 'fulfilled') stored.push(sequence);
    else {
      expect(outcome?.reason).toMatchObject({ name: 'StoreError', code: 'disk-full' });
      refused.push(sequence);
    }
  }
  expect(refused).toHaveLength(5);
  const times = async (from: Store) =>
    Array.from(await from.tickTimes('n1', 0, 2 * t0), (timeMs) => (timeMs - t0) / 1000);
  expect(await times(store)).toEqual(stored);
  expect(await store.positions(sender)).toEqual([
    { dataClass: 'metric', sequence: stored.length, beyond: [] },
  ]);

  rmSync(filler);
  giveRoom();
  expect(await Promise.all(refused.map((sequence) => append(store, sequence)))).toEqual(
    refused.map(() => 'stored'),
  );
  const all = [...stored, ...refused];
  expect(await times(store)).toEqual(all);
  await store.compact();
  expect(await times(store)).toEqual(all);
  await store.close();
  const again = await openFront({ dataDir, limits });
  expect(await again.positions(sender)).toEqual([{ dataClass: 'metric', sequence: all.length, beyond: [] }]);
  expect(await times(again)).toEqual(all);
});
