import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { dayMs } from '../../../../collector/store/partitions/tier.ts';
import { openWriterContext } from '../../../../collector/store/threads/writer-context.ts';
import { writerHandlers } from '../../../../collector/store/threads/writer-parts.ts';
import type { KeepSettings } from '../../../../collector/store/upkeep/removal-plan.ts';
import { folderBytes } from '../../../../collector/store/upkeep/store-folder.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { createLogger } from '../../../../shared/log.ts';
import { hour, segmentBytes, ticksEntries } from '../flush/stored-data.ts';
import { handClock, tempDir } from '../open-store.ts';
import { closedSegment, hotFile, load } from './closed-segment.ts';
import { keepAll } from './keep-all.ts';

function open(keep = keepAll, clock = handClock(hour)) {
  return reopen(tempDir(), keep, clock);
}

function reopen(dataDir: string, keep: KeepSettings, clock: Clock) {
  const context = openWriterContext({
    data: { dataDir, logLevel: 'silent', keep, recordAgeMs: 1e12 },
    log: createLogger('test', 'silent'),
    clock,
  });
  onTestFinished(() => context.close());
  return { dataDir, context, handlers: writerHandlers(context) };
}

const mebibyte = 1024 * 1024;
const sender = { node: 'n1', spoolId: 'spool of n1' };

describe('flushing a segment', () => {
  test('brings it into the files and the catalog, then it is gone', async () => {
    const { dataDir, handlers, context } = open();
    const closed = await closedSegment(dataDir, 4);
    expect(await handlers.flush(closed)).toEqual({ refusedSeries: 0, joinedGaps: 0 });
    expect(existsSync(closed.path)).toBe(false);
    expect(existsSync(join(dataDir, hotFile))).toBe(true);
    expect(handlers.lastFlushed()).toBe(4);
    expect(handlers.positions(sender)).toEqual([{ dataClass: 'metric', sequence: 1, beyond: [] }]);
    expect(handlers.newestTimes('n1')).toEqual(new Map([['metric', hour + 20_000]]));
    expect(context.catalog.nodes.ids().map(({ name }) => name)).toEqual(['n1', 'n2']);
  });

  test('that was flushed before only removes it', async () => {
    const { dataDir, handlers, context } = open();
    await handlers.flush(await closedSegment(dataDir, 4));
    const commits = context.commits();
    const again = await closedSegment(dataDir, 4);
    await handlers.flush(again);
    expect(existsSync(again.path)).toBe(false);
    expect(context.commits()).toBe(commits);
  });

  test('sets a hot file aside that is damaged, declares its time, and goes on', async () => {
    const { dataDir, handlers, context } = open();
    await handlers.flush(await closedSegment(dataDir, 1));
    truncateSync(join(dataDir, hotFile), 65_536);
    await handlers.flush(await closedSegment(dataDir, 2));
    expect(handlers.lastFlushed()).toBe(2);
    expect(readdirSync(join(dataDir, 'set-aside/hot'))).toContain('2026-11-21T14.db');
    const gap = {
      fromTimeMs: hour,
      toTimeMs: hour + 3_600_000,
      count: 0,
      reason: 'damaged',
      sequences: null,
    };
    for (const { id } of context.catalog.nodes.ids()) {
      expect(context.catalog.gaps.list(id, 0, 10)).toEqual([
        { ...gap, dataClass: 'process' },
        { ...gap, dataClass: 'metric' },
      ]);
    }
    expect(await handlers.verify()).toEqual([]);
  });

  test('that is not there fails, and nothing is noted', async () => {
    const { dataDir, handlers } = open();
    await expect(handlers.flush({ number: 1, path: join(dataDir, 'absent') })).rejects.toThrow('ENOENT');
    expect(handlers.lastFlushed()).toBe(0);
  });
});

describe('compacting', () => {
  test('all that is hot goes to its day when asked to', async () => {
    const { dataDir, handlers } = open();
    await handlers.flush(await closedSegment(dataDir, 1));
    await handlers.compact();
    expect(existsSync(join(dataDir, hotFile))).toBe(false);
    expect(readdirSync(join(dataDir, 'raw'))).toContain('2026-11-21.db');
    expect(readdirSync(join(dataDir, 'minute'))).toContain('2026-11-21.db');
  });

  test('an hour that has come to rest is compacted after a flush', async () => {
    // Files tell by their own time how long they have rested.
    const clock = handClock(Date.now() + 86_400_000);
    const { dataDir, handlers } = open(keepAll, clock);
    await handlers.flush(await closedSegment(dataDir, 1));
    // It comes after what the flush has begun.
    await handlers.verify();
    expect(existsSync(join(dataDir, hotFile))).toBe(false);
  });

  test('a day that is damaged is set aside, and the hour comes into a new one', async () => {
    const clock = handClock(hour);
    const { dataDir, handlers, context } = open(keepAll, clock);
    clock.nowMs = hour + 3_600_000;
    await handlers.flush(await closedSegment(dataDir, 1));
    await handlers.compact();
    truncateSync(join(dataDir, 'raw/2026-11-21.db'), 65_536);
    await handlers.flush(await closedSegment(dataDir, 2));
    await handlers.compact();
    expect(readdirSync(join(dataDir, 'set-aside/raw'))).toContain('2026-11-21.db');
    await handlers.compact();
    expect(existsSync(join(dataDir, hotFile))).toBe(false);
    expect(await handlers.verify()).toEqual([]);
    const id = context.catalog.nodes.find('n1') ?? 0;
    expect(context.catalog.gaps.list(id, 0, 1)).toMatchObject([{ reason: 'damaged' }]);
  });
});

describe('a clock that is years ahead', () => {
  test('costs nothing of what is there, even when data came in by it', async () => {
    const clock = handClock(hour);
    const keep = {
      ...keepAll,
      ageMs: { raw: dayMs, minute: dayMs, 'ten-minutes': 2 * dayMs, profiles: dayMs, continuous: dayMs },
    };
    const { dataDir, context, handlers } = open(keep, clock);
    await handlers.flush(await closedSegment(dataDir, 1));
    await handlers.compact();
    await handlers.retain();
    await context.close();

    const years = 9 * 365 * dayMs;
    const later = handClock(hour + years);
    const again = reopen(dataDir, keep, later);
    const right = { timeMs: hour + 60_000, series: [load], values: Float64Array.of(1) };
    const wrong = { ...right, timeMs: hour + years };
    const path = join(dataDir, '2.log');
    writeFileSync(
      path,
      await segmentBytes(ticksEntries([right, wrong].map((tick) => ({ node: 'n1', ticks: [tick] })))),
    );
    await again.handlers.flush({ number: 2, path });
    expect(await again.handlers.retain()).toBe(0);
    later.nowMs += 3_600_000;
    expect(await again.handlers.retain()).toBe(0);
    const files = listPartitions(dataDir).map((file) => file.path);
    expect(files).toEqual(expect.arrayContaining(['raw/2026-11-21.db', 'minute/2026-11-21.db']));
    expect(again.context.catalog.gaps.list(1, 0, 10)).toEqual([]);
  });
});

describe('the whole store', () => {
  test('what leaves for the disk budget is declared before it goes', async () => {
    const keep = { ...keepAll, budgetBytes: 8 * mebibyte };
    const { dataDir, handlers, context } = open(keep);
    await handlers.flush(await closedSegment(dataDir, 1));
    expect(await handlers.retain()).toBe(0);
    writeFileSync(join(dataDir, 'foreign'), Buffer.alloc(8 * mebibyte));
    expect(await handlers.retain()).toBe(1);
    expect(existsSync(join(dataDir, hotFile))).toBe(false);
    const id = context.catalog.nodes.find('n2') ?? 0;
    expect(context.catalog.gaps.list(id, 0, 10)).toMatchObject([
      { reason: 'disk-budget', dataClass: 'process', fromTimeMs: hour },
      { reason: 'disk-budget', dataClass: 'metric', fromTimeMs: hour },
    ]);
  });

  test('never takes more than its budget, however many hours a segment is of', async () => {
    const budgetBytes = 28 * mebibyte;
    const { dataDir, handlers, context } = open({ ...keepAll, budgetBytes });
    const hours = 90;
    const ticks = Array.from({ length: hours }, (_, place) => ({
      timeMs: hour - (hours - place) * 3_600_000,
      series: [load],
      values: Float64Array.of(place),
    }));
    const path = join(dataDir, '1.log');
    writeFileSync(path, await segmentBytes(ticksEntries([{ node: 'n1', ticks }])));
    let mostBytes = 0;
    const look = setInterval(() => {
      mostBytes = Math.max(mostBytes, folderBytes(dataDir));
    });
    await handlers.flush({ number: 1, path });
    clearInterval(look);
    expect(mostBytes).toBeGreaterThan(budgetBytes / 3);
    expect(mostBytes).toBeLessThan(budgetBytes);
    const kept = listPartitions(dataDir, ['hot']).map(({ fromMs }) => fromMs);
    expect(kept.at(-1)).toBe(hour - 3_600_000);
    const [gap, ...others] = context.catalog.gaps
      .list(1, 0, 1000)
      .filter(({ dataClass }) => dataClass === 'metric');
    expect(others).toEqual([]);
    expect(gap).toMatchObject({
      reason: 'disk-budget',
      fromTimeMs: hour - hours * 3_600_000,
      toTimeMs: kept[0],
    });
  });

  test('is copied and checked while it is written to', async () => {
    const { dataDir, handlers } = open();
    await handlers.flush(await closedSegment(dataDir, 1));
    const target = join(tempDir(), 'copy');
    const [damages] = await Promise.all([
      handlers.verify(),
      handlers.backup(target),
      handlers.flush(await closedSegment(dataDir, 2)),
    ]);
    expect(damages).toEqual([]);
    expect(readdirSync(target).toSorted()).toEqual(['catalog.db', 'hot']);
  });
});
