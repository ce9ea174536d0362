import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../../../collector/store/log/log-entry.ts';
import type { SegmentFile } from '../../../../collector/store/log/log-folder.ts';
import { mountSmall } from '../threads/open-doors.ts';
import {
  append,
  isEntry,
  openLog,
  readFolder,
  sender,
  seriesOf,
  t0,
  tempFolder,
  ticksEntry,
  write,
} from './log-data.ts';

function entry(sequence: number, from = sender): LogEntry {
  const values = Float64Array.from({ length: 50 }, (_, place) => place * sequence);
  return ticksEntry(sequence, [{ timeMs: t0 + sequence * 5000, series: seriesOf(50), values }], from);
}

function upTo(count: number): readonly LogEntry[] {
  return Array.from({ length: count }, (_, place) => entry(place + 1));
}

function sequencesIn(folder: string): readonly (number | undefined)[] {
  return readFolder(folder)
    .filter(isEntry)
    .map(({ marks }) => marks[0]?.range.from);
}

describe('the log', () => {
  test('what comes together shares one sync', async () => {
    const folder = tempFolder();
    const log = openLog(folder);
    await write(log, upTo(100));
    expect(log.syncs).toBe(1);
    expect(readFolder(folder)).toEqual(upTo(100));
    await write(log, [entry(101)]);
    expect(log.syncs).toBe(2);
  });

  test('its files are closed to others', async () => {
    const folder = join(tempFolder(), 'log');
    await write(openLog(folder), upTo(1));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, '00000001.log')).mode & 0o777).toBe(0o600);
  });

  test('a segment that is large enough is closed once everything in it is told, and the next one stands alone', async () => {
    const folder = tempFolder();
    const happened: (number | 'closed')[] = [];
    const closed: SegmentFile[] = [];
    const onClosed = (segment: SegmentFile) => {
      happened.push('closed');
      closed.push(segment);
    };
    const log = openLog(folder, { rotateBytes: 20_000, onClosed });
    const segments = await Promise.all(
      upTo(400).map((one) =>
        append(log, one).then((segment) => {
          happened.push(segment);
          return segment;
        }),
      ),
    );
    expect(new Set(segments).size).toBeGreaterThan(2);
    expect(segments).toEqual(segments.toSorted((a, b) => a - b));
    expect(closed.map(({ number }) => number)).toEqual([...new Set(segments)].slice(0, closed.length));
    expect(sequencesIn(folder)).toEqual(upTo(400).map((_, place) => place + 1));
    rmSync(join(folder, '00000001.log'));
    expect(readFolder(folder)).toEqual(upTo(400).filter((_, place) => segments[place] !== 1));
  });

  test('a segment that is old enough is closed, though nothing comes any more', async () => {
    const { promise, resolve } = Promise.withResolvers<SegmentFile>();
    const folder = tempFolder();
    const log = openLog(folder, { rotateMs: 20, onClosed: resolve });
    await write(log, upTo(3));
    expect(await promise).toEqual({ number: 1, path: join(folder, '00000001.log') });
  });

  test('closing syncs what is pending; then nothing more is taken', async () => {
    const folder = tempFolder();
    const log = openLog(folder, { windowMs: 60_000 });
    const pending = write(log, upTo(5));
    await log.close();
    await pending;
    expect(sequencesIn(folder)).toEqual([1, 2, 3, 4, 5]);
    await expect(write(log, [entry(6)])).rejects.toMatchObject({ name: 'StoreError', code: 'closed' });
  });

  test('waiting for what is pending does not wait for what comes later', async () => {
    const log = openLog(tempFolder(), { windowMs: 60_000 });
    const first = write(log, upTo(5));
    await log.settled();
    await first;
    await log.settled();
    expect(log.syncs).toBe(1);
  });
});

describe('a full disk', () => {
  test('refuses by name, acknowledges nothing that is not whole, and all goes on when space returns', async (ctx) => {
    const folder = mountSmall(ctx, 'size=1m');
    const log = openLog(folder);
    const stored: number[] = [];
    let refused = 0;
    for (let sequence = 1; sequence < 2000 && refused < 3; sequence += 1) {
      try {
        await Promise.all([write(log, [wide(sequence, 'n1')]), write(log, [wide(sequence, 'n2')])]);
        stored.push(sequence, sequence);
      } catch (error) {
        expect(error).toMatchObject({ name: 'StoreError', code: 'disk-full' });
        refused += 1;
      }
    }
    expect(refused).toBe(3);
    expect(sequencesIn(folder)).toEqual(stored);

    // Room for more: a segment that was written goes, as one that is flushed does.
    const before = readFolder(folder).filter(isEntry);
    execFileSync('mount', ['-o', 'remount,size=2m', folder]);
    await write(log, [wide(5000, 'n1'), wide(5001, 'n2'), wide(5002, 'n3')]);
    const after = [wide(5000, 'n1'), wide(5001, 'n2'), wide(5002, 'n3')];
    expect(readFolder(folder)).toEqual([...before, ...after]);
  });

  test('from the beginning: no file is left behind, and all goes on when space returns', async (ctx) => {
    const folder = mountSmall(ctx, 'size=64k');
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(64 * 1024));
    const log = openLog(folder);
    for (let sequence = 1; sequence < 4; sequence += 1) {
      await expect(write(log, [entry(sequence)])).rejects.toMatchObject({ code: 'disk-full' });
    }
    await log.settled();
    expect(readdirSync(folder)).toEqual(['filler']);
    rmSync(filler);
    await write(log, [entry(4)]);
    expect(readFolder(folder)).toEqual([entry(4)]);
  });
});

/** A tick that takes some room. */
function wide(sequence: number, node: string): LogEntry {
  const values = Float64Array.from({ length: 800 }, (_, place) => Math.sin(place * sequence));
  const ticks = [{ timeMs: t0 + sequence, series: seriesOf(800), values }];
  return ticksEntry(sequence, ticks, { node, spoolId: 's' });
}
