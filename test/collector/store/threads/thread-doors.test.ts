import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HeadSamples } from '../../../../collector/store/front/reader-door.ts';
import { hour } from '../flush/stored-data.ts';
import { sender, t0, tempDir } from '../open-store.ts';
import { closedSegment, hotFile, load } from './closed-segment.ts';
import { openDoors } from './open-doors.ts';

const identity = { name: 'n1', role: 'login', bootId: 'b1', agentVersion: '1', intervalMs: 5000 } as const;

describe('the two threads', () => {
  test('what one wrote the other reads, and both close', async () => {
    const dataDir = tempDir();
    const doors = await openDoors(dataDir);
    await doors.writer.putNode(identity, t0);
    expect(await doors.reader.nodes()).toEqual([{ ...identity, firstSeenMs: t0, lastSeenMs: t0 }]);
    expect(doors.statistics().writer).toEqual({ underWay: 0, refused: 0, late: 0 });
    const last = doors.writer.touchNodes(new Map([['n1', t0 + 1]]));
    await doors.close();
    await last;
    expect(readdirSync(dataDir).toSorted()).toEqual(['catalog.db', 'lock.db', 'spare-room']);
    const again = await openDoors(dataDir);
    expect(await again.reader.nodes()).toMatchObject([{ lastSeenMs: t0 + 1 }]);
  });

  test('all files are closed to others, whatever the folder allows', async () => {
    const dataDir = tempDir();
    chmodSync(dataDir, 0o755);
    await (await openDoors(dataDir)).writer.putNode(identity, t0);
    const files = readdirSync(dataDir);
    expect(files.toSorted()).toEqual([
      'catalog.db',
      'catalog.db-shm',
      'catalog.db-wal',
      'lock.db',
      'spare-room',
    ]);
    expect(files.filter((name) => (statSync(join(dataDir, name)).mode & 0o777) !== 0o600)).toEqual([]);
  });

  test('whatever was acknowledged before a kill -9 is there afterwards', async () => {
    const dataDir = tempDir();
    const acknowledged = new Set<number>();
    for (const atLeast of [1, 40]) {
      for (const sequence of await acknowledgedBeforeKill(dataDir, atLeast)) acknowledged.add(sequence);
      const doors = await openDoors(dataDir);
      const [position] = await doors.writer.positions(sender);
      expect(position?.sequence).toBeGreaterThanOrEqual(Math.max(...acknowledged));
      const audited = new Set((await doors.reader.audit({ limit: 10_000 })).map(({ timeMs }) => timeMs));
      expect([...acknowledged].filter((sequence) => !audited.has(sequence))).toEqual([]);
      await doors.close();
    }
    expect(acknowledged.size).toBeGreaterThan(40);
  });
});

describe('samples through the threads', () => {
  const selectors = [{ metric: 'load', match: {} }];
  const selection = { nodes: ['n1', 'n2'], selectors, fromMs: hour, toMs: hour + 3_600_000 };
  const head = (): HeadSamples => ({
    nodes: ['n1'],
    series: [load],
    nodeOf: Uint32Array.of(0),
    seriesOf: Uint32Array.of(0),
    starts: Uint32Array.of(0, 1),
    timesMs: Float64Array.of(hour + 60_000),
    values: Float64Array.of(9),
  });

  test('what was flushed is read together with the head, whose arrays are handed over', async () => {
    const dataDir = tempDir();
    const { writer, reader } = await openDoors(dataDir);
    await writer.flush(await closedSegment(dataDir, 1));
    const given = head();
    const found = await reader.select(selection, given);
    expect(given.values).toHaveLength(0);
    expect(found.map(({ node, values }) => [node, [...values]])).toEqual([
      ['n1', [1, 9]],
      ['n2', [1]],
    ]);
    const grid = { firstMs: hour + 60_000, stepMs: 60_000, count: 1 };
    const rolled = await reader.rollUp(selection, grid, { lookbackMs: 60_000, head: head() });
    expect(rolled.map(({ node, buckets }) => [node, [...buckets.counts]])).toEqual([
      ['n1', [2]],
      ['n2', [1]],
    ]);
  });

  test('a file that a reader finds damaged is set aside when old data is removed', async () => {
    const dataDir = tempDir();
    const { writer, reader } = await openDoors(dataDir);
    await writer.flush(await closedSegment(dataDir, 1));
    for (const rest of ['-wal', '-shm']) rmSync(join(dataDir, hotFile) + rest, { force: true });
    truncateSync(join(dataDir, hotFile), 65_536);
    expect((await reader.select(selection, head())).map(({ values }) => [...values])).toEqual([[9]]);
    await writer.retain();
    expect(existsSync(join(dataDir, hotFile))).toBe(false);
    expect(await reader.gaps('n2', 0, 1)).toMatchObject([{ reason: 'damaged', fromTimeMs: hour }]);
  });
});

const program = join(import.meta.dirname, 'write-for-ever.ts');

async function acknowledgedBeforeKill(dataDir: string, atLeast: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.split('\n').length > atLeast) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return text.split('\n').slice(0, -1).map(Number);
}
