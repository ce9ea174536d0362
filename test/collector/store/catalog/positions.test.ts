import { describe, expect, test } from 'vitest';
import { applyFlushed, type FlushedRecords } from '../../../../collector/store/catalog/flushed-records.ts';
import type { Batch } from '../../../../shared/model/batch.ts';
import type { DataClass, SequenceRange } from '../../../../shared/model/delivery.ts';
import type { Inventory } from '../../../../shared/model/node.ts';
import { handClock, sender, t0 } from '../open-store.ts';
import { openRecords } from './open-records.ts';

function result(sequence: number, timeMs = t0): Batch {
  const report = {
    commandId: 'c1',
    state: 'running',
    output: '',
    truncated: false,
    exitCode: null,
    reason: null,
    timeMs,
  } as const;
  return { sequence, payload: { kind: 'command', report } };
}

const nothing: FlushedRecords = { segment: 1, positions: [], gaps: [], inventories: [], nodes: [] };

function brought(dataClass: DataClass, ...ranges: SequenceRange[]) {
  return { ...sender, dataClass, ranges, lastTimeMs: t0 };
}

describe('records of results and profiles', () => {
  test('come in any order, each once', async () => {
    const { calls } = openRecords();
    const outcomes: string[] = [];
    for (const sequence of [1, 4, 3, 3, 1, 4]) {
      outcomes.push((await calls.appendRecords(sender, result(sequence))).outcome);
    }
    expect(outcomes).toEqual(['stored', 'stored', 'stored', 'duplicate', 'duplicate', 'duplicate']);
    expect(await calls.positions(sender)).toEqual([
      { dataClass: 'result', sequence: 1, beyond: [{ from: 3, to: 4 }] },
    ]);
    await calls.appendRecords(sender, result(2));
    expect(await calls.positions(sender)).toEqual([{ dataClass: 'result', sequence: 4, beyond: [] }]);
  });

  test('beyond as many holes as are kept nothing is stored; what fills a hole is', async () => {
    const { calls } = openRecords();
    for (let hole = 1; hole <= 32; hole += 1) await calls.appendRecords(sender, result(hole * 2));
    expect(await calls.appendRecords(sender, result(100))).toEqual({
      outcome: 'scattered',
      ignoredReports: 0,
    });
    expect((await calls.appendRecords(sender, result(1))).outcome).toBe('stored');
    expect((await calls.appendRecords(sender, result(100))).outcome).toBe('stored');
  });

  test('that come together share one commit', async () => {
    const { calls, context } = openRecords();
    await Promise.all([1, 2, 3].map((sequence) => calls.appendRecords(sender, result(sequence))));
    expect(context.commits()).toBe(1);
  });

  test('a batch that does not belong here takes no other with it', async () => {
    const { calls } = openRecords();
    const gap = {
      dataClass: 'metric',
      fromTimeMs: 0,
      toTimeMs: 0,
      count: 1,
      reason: 'x',
      sequences: null,
    } as const;
    const results = await Promise.allSettled([
      calls.appendRecords(sender, result(1)),
      calls.appendRecords({ ...sender, node: 'n2' }, { sequence: 1, payload: { kind: 'gap', gap } }),
      calls.appendRecords({ ...sender, node: 'n3' }, result(1)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await calls.nodes()).map(({ name }) => name)).toEqual(['n1', 'n3']);
  });

  test('are there after the store was closed and opened again', async () => {
    const first = openRecords();
    await first.calls.appendRecords(sender, result(1));
    await first.calls.appendRecords(sender, result(7));
    await first.close();
    const { calls } = openRecords({ dataDir: first.context.data.dataDir });
    expect(await calls.positions(sender)).toEqual([
      { dataClass: 'result', sequence: 1, beyond: [{ from: 7, to: 7 }] },
    ]);
  });

  test('only the positions of the newest buffers of a node are kept', async () => {
    const clock = handClock();
    const { calls } = openRecords({ clock });
    for (let spool = 0; spool < 40; spool += 1) {
      clock.nowMs += 1000;
      await calls.appendRecords({ node: 'n1', spoolId: `spool-${spool}` }, result(1));
    }
    expect(await calls.positions({ node: 'n1', spoolId: 'spool-7' })).toEqual([]);
    expect(await calls.positions({ node: 'n1', spoolId: 'spool-8' })).toHaveLength(1);
    expect(await calls.positions({ node: 'n1', spoolId: 'spool-39' })).toHaveLength(1);
  });
});

describe('a flushed segment', () => {
  test('adds to what is there: ranges that touch become one, holes stay', async () => {
    const { calls, context } = openRecords();
    const apply = (segment: number, ...ranges: SequenceRange[]) =>
      applyFlushed(
        context.catalog,
        context.write,
        { ...nothing, segment, positions: [brought('metric', ...ranges)] },
        t0,
      );
    expect(await apply(1, { from: 8, to: 9 }, { from: 1, to: 3 }, { from: 12, to: 12 })).toBe(0);
    expect(await calls.positions(sender)).toEqual([
      {
        dataClass: 'metric',
        sequence: 3,
        beyond: [
          { from: 8, to: 9 },
          { from: 12, to: 12 },
        ],
      },
    ]);
    await apply(2, { from: 10, to: 11 }, { from: 4, to: 5 });
    expect(await calls.positions(sender)).toEqual([
      { dataClass: 'metric', sequence: 5, beyond: [{ from: 8, to: 12 }] },
    ]);
    await apply(3, { from: 2, to: 7 });
    expect(await calls.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 12, beyond: [] }]);
    expect(await calls.lastFlushed()).toBe(3);
  });

  test('counts once: the same or an older one changes nothing', async () => {
    const { calls, context } = openRecords();
    const gap = {
      dataClass: 'metric',
      fromTimeMs: t0,
      toTimeMs: t0 + 5,
      count: 3,
      reason: 'buffer-full',
      sequences: { from: 4, to: 6 },
    } as const;
    const records = { ...nothing, segment: 7, gaps: [{ node: 'n1', gap }] };
    const { catalog, write } = context;
    expect(await applyFlushed(catalog, write, records, t0)).toBe(0);
    expect(await applyFlushed(catalog, write, records, t0)).toBe(0);
    expect(await applyFlushed(catalog, write, { ...records, segment: 6 }, t0)).toBe(0);
    expect(await calls.gaps('n1', t0, 10)).toEqual([gap]);
    expect(await calls.gaps('n1', t0 + 6, 10)).toEqual([]);
    expect(await calls.lastFlushed()).toBe(7);
  });

  test('which is cut off before its end comes again as a whole', async () => {
    const { calls, context } = openRecords();
    const gap = {
      dataClass: 'metric',
      fromTimeMs: t0,
      toTimeMs: t0,
      count: 0,
      reason: 'restart',
      sequences: null,
    } as const;
    const records: FlushedRecords = {
      ...nothing,
      positions: [brought('metric', { from: 1, to: 9 })],
      gaps: [{ node: 'n1', gap }],
    };
    let writes = 0;
    const cut = <T>(work: () => T): Promise<T> => {
      writes += 1;
      return writes === 2 ? Promise.reject(new Error('cut off')) : context.write(work);
    };
    await expect(applyFlushed(context.catalog, cut, records, t0)).rejects.toThrow('cut off');
    expect([await calls.lastFlushed(), await calls.gaps('n1', 0, 9)]).toEqual([0, []]);
    await applyFlushed(context.catalog, context.write, records, t0);
    expect(await calls.gaps('n1', 0, 9)).toEqual([gap]);
    expect(await calls.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 9, beyond: [] }]);
  });

  test('of a large cluster is written in slices, others come between', async () => {
    const { context } = openRecords();
    const positions = Array.from({ length: 1000 }, (_, place) => ({
      ...brought('metric', { from: 1, to: 9 }),
      node: `n${place}`,
    }));
    const sizes: number[] = [];
    const counted = async <T>(work: () => T): Promise<T> => {
      const before = context.catalog.nodes.ids().length;
      const result = await context.write(work);
      sizes.push(context.catalog.nodes.ids().length - before);
      return result;
    };
    await applyFlushed(context.catalog, counted, { ...nothing, positions }, t0);
    expect(sizes).toEqual([200, 200, 200, 200, 200, 0]);
  });

  test('makes its nodes known, keeps the newest inventory, and tells the newest times', async () => {
    const { calls, context } = openRecords();
    const inventory = (kernel: string): Inventory => ({
      timeMs: t0,
      model: null,
      cpuModel: null,
      sockets: 1,
      cores: 1,
      threads: null,
      memoryBytes: 1,
      os: null,
      kernel,
      arch: null,
      bootTimeMs: null,
      interfaces: [],
      disks: [],
    });
    const { catalog, write } = context;
    await applyFlushed(
      catalog,
      write,
      {
        ...nothing,
        nodes: ['n1', 'n2'],
        inventories: ['1', '2'].map((kernel) => ({ node: 'n2', inventory: inventory(kernel) })),
        positions: [
          brought('metric', { from: 1, to: 2 }),
          { ...brought('metric', { from: 1, to: 1 }), spoolId: 'b', lastTimeMs: t0 - 5 },
        ],
      },
      t0,
    );
    expect((await calls.nodes()).map(({ name }) => name)).toEqual(['n1', 'n2']);
    expect((await calls.inventory('n2'))?.kernel).toBe('2');
    expect(await calls.inventory('n1')).toBeNull();
    expect(await calls.newestTimes('n1')).toEqual(new Map([['metric', t0]]));
    expect(await calls.newestTimes('n9')).toEqual(new Map());
  });
});
