import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../../collector/store/store.ts';
import type { Batch } from '../../../../shared/model/batch.ts';
import type { Gap } from '../../../../shared/model/delivery.ts';
import { metrics, sender, series, t0, tempDir, tick } from '../open-store.ts';
import { openFront } from './open-front.ts';

const load = [series('node_load1'), series('node_load5', { of: 'five' })];

function batch(sequence: number, timeMs = t0 + sequence * 5000): Batch {
  return { sequence, payload: metrics(tick(timeMs, load, [sequence, sequence / 2])) };
}

async function appendAll(store: Store, sequences: readonly number[]): Promise<void> {
  const outcomes = await Promise.all(sequences.map((sequence) => store.append(sender, batch(sequence))));
  expect(new Set(outcomes)).toEqual(new Set(['stored']));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, place) => place + 1);
}

const selectors = [{ metric: 'node_load5', match: { of: 'five' } }];
const all = { nodes: ['n1'], selectors, fromMs: 0, toMs: 2 * t0 };

async function told(store: Store) {
  return {
    times: await store.tickTimes('n1', 0, 2 * t0),
    series: await store.series('n1'),
    data: await store.select(all),
    gaps: await store.gaps('n1', 0, 100),
    inventory: await store.inventory('n1'),
    positions: await store.positions(sender),
    newest: new Map(await store.newestTimes('n1')),
  };
}

const loss = {
  dataClass: 'metric',
  fromTimeMs: t0,
  toTimeMs: t0 + 1,
  count: 5,
  reason: 'not-held',
  sequences: { from: 1, to: 5 },
} as const satisfies Gap;

describe('numbers', () => {
  test('sequences come in any order, and each is stored once', async () => {
    const store = await openFront();
    await appendAll(store, [7, 1, 8, 4, 2]);
    for (const sequence of [1, 4, 7, 8])
      expect(await store.append(sender, batch(sequence))).toBe('duplicate');
    const beyond = [
      { from: 4, to: 4 },
      { from: 7, to: 8 },
    ];
    expect(await store.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 2, beyond }]);
    expect(store.statistics()).toMatchObject({ duplicates: 4, batches: { metric: 5 } });
    expect(await store.gaps('n1', 0, 10)).toEqual([]);
  });

  test('one that comes again while it is on its way is a duplicate, once it is stored', async () => {
    const store = await openFront();
    const outcomes = await Promise.all([1, 1, 2, 1].map((sequence) => store.append(sender, batch(sequence))));
    expect(outcomes).toEqual(['stored', 'duplicate', 'stored', 'duplicate']);
    expect(await store.tickTimes('n1', 0, 2 * t0)).toHaveLength(2);
  });

  test('as many holes as are kept; what would make one more is not stored, and what closes one is', async () => {
    const store = await openFront();
    await appendAll(
      store,
      Array.from({ length: 32 }, (_, place) => 2 + place * 2),
    );
    expect(await store.append(sender, batch(100))).toBe('scattered');
    expect(await store.append(sender, batch(3))).toBe('stored');
    expect(await store.append(sender, batch(100))).toBe('stored');
  });

  test('what is declared lost is there from then on, and told once without what was stored', async () => {
    const store = await openFront();
    await appendAll(store, [3]);
    await store.declareLost(sender, loss);
    await store.declareLost(sender, loss);
    await store.append(sender, { sequence: 1, payload: { kind: 'gap', gap: loss } });
    expect(await store.gaps('n1', 0, 10)).toEqual([{ ...loss, count: 4 }]);
    expect(await store.append(sender, batch(2))).toBe('duplicate');
    expect(await store.positions(sender)).toEqual([
      { dataClass: 'event', sequence: 1, beyond: [] },
      { dataClass: 'metric', sequence: 5, beyond: [] },
    ]);
  });

  test('classes and buffers have numbers of their own; results go past the log', async () => {
    const store = await openFront();
    const report = { commandId: 'c', state: 'running', output: '', truncated: false } as const;
    const payload = {
      kind: 'command',
      report: { ...report, exitCode: null, reason: null, timeMs: t0 },
    } as const;
    await appendAll(store, [1]);
    expect(await store.append(sender, { sequence: 1, payload })).toBe('stored');
    expect(await store.append(sender, { sequence: 1, payload })).toBe('duplicate');
    expect(await store.append({ ...sender, spoolId: 'spool-2' }, batch(1, t0 + 90_000))).toBe('stored');
    expect(await store.positions(sender)).toEqual([
      { dataClass: 'result', sequence: 1, beyond: [] },
      { dataClass: 'metric', sequence: 1, beyond: [] },
    ]);
    expect(store.statistics().ignoredReports).toBe(1);
  });

  test('a batch that cannot be stored takes no other with it', async () => {
    const store = await openFront();
    const results = await Promise.allSettled([
      store.append(sender, batch(1)),
      store.append(sender, batch(2, Number.NaN)),
      store.append(sender, batch(3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const beyond = [{ from: 3, to: 3 }];
    expect(await store.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 1, beyond }]);
    expect(await store.append(sender, batch(2))).toBe('stored');
  });

  test('of two ticks of one time the first stays and the second is counted', async () => {
    const store = await openFront();
    const ticks = [tick(t0, load, [1, 1]), tick(t0, load, [2, 2])];
    await store.append(sender, { sequence: 1, payload: metrics(...ticks) });
    expect(
      (await store.select({ ...all, selectors: [{ metric: 'node_load1', match: {} }] }))[0]?.values,
    ).toEqual(Float64Array.of(1));
    expect(store.statistics().duplicateTicks).toBe(1);
  });
});

describe('from the log into the files', () => {
  async function filled(store: Store): Promise<void> {
    await appendAll(store, [...upTo(30), 40]);
    await store.declareLost(sender, { ...loss, sequences: { from: 29, to: 34 }, count: 6 });
    const gap = { ...loss, sequences: null, reason: 'thinned' };
    await store.append(sender, { sequence: 1, payload: { kind: 'gap', gap } });
    await store.append(sender, { sequence: 2, payload: { kind: 'inventory', inventory: inventoryAt(t0) } });
    // Late ones, and one of a time that is there.
    await appendAll(store, [36, 35]);
    await store.append(sender, { sequence: 37, payload: metrics(tick(t0 + 5000, load, [99, 99])) });
  }

  test('the same is told from the head, from the files, from both, and after a start', async () => {
    const dataDir = tempDir();
    const store = await openFront({ dataDir });
    await filled(store);
    const before = await told(store);
    expect(before.times).toHaveLength(33);
    expect(new Set(before.gaps.map(({ count }) => count))).toEqual(new Set([4, 5]));
    expect([...before.newest]).toEqual([
      ['metric', t0 + 200_000],
      ['event', t0],
    ]);
    await store.close();

    const replayed = await openFront({ dataDir, flush: () => () => new Promise(() => {}) });
    expect(await told(replayed)).toEqual(before);
    expect(replayed.latestTicks('n1').map(({ timeMs }) => timeMs)).toEqual([t0 + 180_000, t0 + 200_000]);
    await replayed.close();

    const again = await openFront({ dataDir });
    await again.compact();
    expect(readdirSync(join(dataDir, 'log'))).toEqual([]);
    expect(await told(again)).toEqual({ ...before, newest: expect.anything() });
    expect(await again.append(sender, batch(12))).toBe('duplicate');
    await again.append(sender, batch(41));
    const both = await again.tickTimes('n1', 0, 2 * t0);
    expect([...both]).toEqual([...before.times, t0 + 205_000]);
    expect((await again.select(all))[0]?.timesMs).toEqual(both);
  });

  test('a crash between the flush and the removal of the segment doubles nothing', async () => {
    const dataDir = tempDir();
    const store = await openFront({ dataDir });
    await filled(store);
    const segment = join(dataDir, 'log', '00000001.log');
    const copy = join(tempDir(), 'copy');
    copyFileSync(segment, copy);
    await store.compact();
    const before = await told(store);
    expect(existsSync(segment)).toBe(false);
    await store.close();

    copyFileSync(copy, segment);
    const again = await openFront({ dataDir });
    await again.compact();
    expect(existsSync(segment)).toBe(false);
    expect(await told(again)).toEqual(before);
    // Numbers of segments are never used twice.
    await again.append(sender, batch(50));
    expect(readdirSync(join(dataDir, 'log'))).toEqual(['00000002.log']);
  });

  test('a segment that cannot be flushed stays in the log and in the head, and nothing overtakes it', async () => {
    const dataDir = tempDir();
    const failed = Promise.withResolvers<undefined>();
    const numbers: number[] = [];
    const flush = (): never => {
      failed.resolve(undefined);
      throw new Error('no');
    };
    const limits = { rotateBytes: 3000, maxWaiting: 3 };
    const store = await openFront({
      dataDir,
      limits,
      flush: () => (segment) => {
        numbers.push(segment.number);
        return flush();
      },
    });
    let refused: unknown;
    let sequence = 0;
    while (refused === undefined && sequence < 1000) {
      sequence += 1;
      refused = await store.append(sender, batch(sequence)).then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    await failed.promise;
    expect(refused).toMatchObject({ name: 'StoreError', code: 'busy' });
    expect(new Set(numbers)).toEqual(new Set([1]));
    expect(await store.tickTimes('n1', 0, 2 * t0)).toHaveLength(sequence - 1);
    await store.close();
    const again = await openFront({ dataDir });
    await again.compact();
    expect(await again.tickTimes('n1', 0, 2 * t0)).toHaveLength(sequence - 1);
    expect(await again.append(sender, batch(sequence))).toBe('stored');
  });

  test('damage in the log is declared once, and its numbers do not come again', async () => {
    const dataDir = tempDir();
    const store = await openFront({ dataDir });
    await appendAll(store, upTo(20));
    await store.close();
    const path = join(dataDir, 'log', '00000001.log');
    const bytes = readFileSync(path);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 4;
    writeFileSync(path, bytes);

    const again = await openFront({ dataDir });
    const times = await again.tickTimes('n1', 0, 2 * t0);
    const gaps = await again.gaps('n1', 0, 10);
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['damaged']));
    expect(times.length + gaps.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    expect(await again.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 20, beyond: [] }]);
    await again.compact();
    expect(await again.gaps('n1', 0, 10)).toEqual(gaps);
    expect(await again.tickTimes('n1', 0, 2 * t0)).toEqual(times);
  });
});

function inventoryAt(timeMs: number) {
  const facts = { model: null, cpuModel: 'x', sockets: 1, cores: 2, threads: 4, memoryBytes: 5 };
  const more = { os: 'o', kernel: 'k', arch: 'a', bootTimeMs: null, interfaces: [], disks: [] };
  return { timeMs, ...facts, ...more };
}
