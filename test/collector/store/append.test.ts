import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../shared/model/batch.ts';
import {
  appendTicks,
  handClock,
  metrics,
  openStore,
  sender,
  series,
  t0,
  tempDir,
  tick,
} from './open-store.ts';

const load = [series('node_load1')];

function batch(sequence: number, timeMs = t0 + sequence * 5000): Batch {
  return { sequence, payload: metrics(tick(timeMs, load, [sequence])) };
}

describe('appending batches', () => {
  test('appends that come together share one commit', async () => {
    const store = openStore();
    const outcomes = await Promise.all([1, 2, 3].map((sequence) => store.append(sender, batch(sequence))));
    expect(outcomes).toEqual(['stored', 'stored', 'stored']);
    expect(store.statistics()).toMatchObject({ commits: 1, batches: { metric: 3, process: 0 } });
  });

  test('a sequence at or below the stored position is a duplicate and writes nothing', async () => {
    const store = openStore();
    await store.append(sender, batch(1));
    await store.append(sender, batch(2));
    expect(await store.append(sender, batch(2, t0 + 60_000))).toBe('duplicate');
    expect(await store.append(sender, batch(1, t0 + 61_000))).toBe('duplicate');
    expect([...(await store.tickTimes('n1', 0, Number.MAX_SAFE_INTEGER))]).toEqual([t0 + 5000, t0 + 10_000]);
    expect(store.statistics().duplicates).toBe(2);
    expect(await store.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 2, beyond: [] }]);
  });

  test('a node that brings forth ever new series keeps those it has, and nobody else is harmed', async () => {
    const store = openStore();
    const fresh = (part: number) =>
      Array.from({ length: 20_000 }, (_, place) => series('m', { place: `${part}-${place}` }));
    const ticks = [1, 2, 3, 4, 5].map((part) => tick(t0 + part * 1000, fresh(part), []));
    await appendTicks(store, ticks);
    const more = tick(t0 + 6000, [series('more'), series('m', { place: '1-7' }), series('other')], [1, 2, 3]);
    const outcomes = await Promise.all([
      store.append(sender, { sequence: 6, payload: metrics(more) }),
      store.append({ ...sender, node: 'n2' }, batch(1)),
    ]);
    expect(outcomes).toEqual(['stored', 'stored']);
    const range = { nodes: ['n1'], fromMs: t0 + 6000, toMs: t0 + 6000, match: {} };
    expect(await store.select({ ...range, metric: 'm' })).toMatchObject([
      { labels: { place: '1-7' }, values: Float64Array.of(2) },
    ]);
    expect(await store.select({ ...range, metric: 'more' })).toEqual([]);
    expect(store.statistics().refusedSeries).toBe(2);
  });

  test('sequences come in any order, and each is stored once', async () => {
    const store = openStore();
    for (const sequence of [7, 1, 8, 4, 2])
      expect(await store.append(sender, batch(sequence))).toBe('stored');
    for (const sequence of [1, 4, 7, 8])
      expect(await store.append(sender, batch(sequence))).toBe('duplicate');
    const beyond = [
      { from: 4, to: 4 },
      { from: 7, to: 8 },
    ];
    expect(await store.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 2, beyond }]);
    expect(await store.gaps('n1', 0, 10)).toEqual([]);
  });

  test('what is declared lost is there from then on, and told once without what was stored', async () => {
    const store = openStore();
    await store.append(sender, batch(3));
    const loss = {
      dataClass: 'metric',
      fromTimeMs: t0,
      toTimeMs: t0 + 1,
      count: 5,
      reason: 'not-held',
      sequences: { from: 1, to: 5 },
    } as const;
    await store.declareLost(sender, loss);
    await store.declareLost(sender, loss);
    await store.append(sender, { sequence: 1, payload: { kind: 'gap', gap: loss } });
    expect(await store.gaps('n1', 0, 10)).toMatchObject([
      { dataClass: 'metric', count: 4, reason: 'not-held' },
    ]);
    expect(await store.append(sender, batch(2))).toBe('duplicate');
    expect(await store.positions(sender)).toEqual([
      { dataClass: 'event', sequence: 1, beyond: [] },
      { dataClass: 'metric', sequence: 5, beyond: [] },
    ]);
  });

  test('classes and buffers have sequences of their own', async () => {
    const store = openStore();
    const gap = {
      dataClass: 'metric',
      fromTimeMs: t0,
      toTimeMs: t0 + 1,
      count: 7,
      reason: 'buffer-full',
      sequences: null,
    } as const;
    await store.append(sender, batch(1));
    expect(await store.append(sender, { sequence: 1, payload: { kind: 'gap', gap } })).toBe('stored');
    expect(await store.append({ ...sender, spoolId: 'spool-2' }, batch(1, t0 + 90_000))).toBe('stored');
    expect(await store.positions(sender)).toEqual([
      { dataClass: 'event', sequence: 1, beyond: [] },
      { dataClass: 'metric', sequence: 1, beyond: [] },
    ]);
    expect(await store.gaps('n1', t0, 10)).toEqual([gap]);
    expect(await store.gaps('n1', t0 + 2, 10)).toEqual([]);
  });

  test('only the positions of the newest buffers of a node are kept', async () => {
    const clock = handClock();
    const store = openStore({ clock });
    for (let spool = 0; spool < 40; spool += 1) {
      clock.nowMs += 1000;
      await store.append({ node: 'n1', spoolId: `spool-${spool}` }, batch(1, t0 + spool * 1000));
    }
    expect(await store.positions({ node: 'n1', spoolId: 'spool-7' })).toEqual([]);
    expect(await store.positions({ node: 'n1', spoolId: 'spool-8' })).toHaveLength(1);
    expect(await store.positions({ node: 'n1', spoolId: 'spool-39' })).toHaveLength(1);
  });

  test('of two ticks of one time the first stays and the second is counted', async () => {
    const store = openStore();
    await store.append(sender, { sequence: 1, payload: metrics(tick(t0, load, [1]), tick(t0, load, [2])) });
    const [data] = await store.select({
      nodes: ['n1'],
      metric: 'node_load1',
      match: {},
      fromMs: t0,
      toMs: t0,
    });
    expect([...(data?.values ?? [])]).toEqual([1]);
    expect(store.statistics().duplicateTicks).toBe(1);
  });

  test('a batch that cannot be stored takes no other with it', async () => {
    const store = openStore();
    const results = await Promise.allSettled([
      store.append(sender, batch(1)),
      store.append({ node: 'n2', spoolId: 's' }, batch(1, Number.NaN)),
      store.append({ node: 'n3', spoolId: 's' }, batch(1)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.nodes()).map(({ name }) => name)).toEqual(['n1', 'n3']);
    expect(await store.series('n3')).toEqual(load);
  });

  test('positions and data are there after the store was closed and opened again', async () => {
    const dataDir = tempDir();
    const store = openStore({ dataDir });
    await store.append(sender, batch(1));
    const last = store.append(sender, batch(2));
    await store.close();
    expect(await last).toBe('stored');
    await expect(store.append(sender, batch(3))).rejects.toMatchObject({
      name: 'StoreError',
      code: 'closed',
    });
    await expect(store.nodes()).rejects.toMatchObject({ code: 'closed' });

    const again = openStore({ dataDir });
    expect(await again.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 2, beyond: [] }]);
    expect(again.latestTicks('n1')).toEqual([tick(t0 + 5000, load, [1]), tick(t0 + 10_000, load, [2])]);
    expect(await again.append(sender, batch(2))).toBe('duplicate');
  });
});
