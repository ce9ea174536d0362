// A real file system of a few MiB that becomes full, or read-only, under a spool.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Spool } from '../../../agent/spool/spool.ts';
import { chunk, result, snapshot, tick } from './payloads.ts';
import { gaps, later, mebibyte, newFolder, numbers, openWorld, range, ticksIn } from './spool-world.ts';

let disk: string;

beforeEach((ctx) => {
  const isPossible = process.geteuid?.() === 0 && spawnSync('mkfs.ext4', ['-V']).status === 0;
  if (!isPossible)
    ctx.skip('a small file system needs root and mkfs.ext4; install with: apt install e2fsprogs');
  const folder = newFolder();
  disk = join(folder, 'disk');
  const image = join(folder, 'image');
  execFileSync('truncate', ['-s', '12M', image]);
  execFileSync('mkfs.ext4', ['-q', '-m', '0', image]);
  execFileSync('mkdir', [disk]);
  if (spawnSync('mount', ['-o', 'loop,errors=remount-ro', image, disk]).status !== 0)
    ctx.skip('no loop device here: run on a machine with /dev/loop-control');
  later(() => spawnSync('umount', ['-l', disk]));
});

/** Leaves not a single block. */
function fillDisk(): void {
  const filler = openSync(join(disk, 'filler'), 'w');
  for (const bytes of [Buffer.alloc(64 * 1024), Buffer.alloc(1024)]) {
    for (let isFull = false; !isFull; ) {
      try {
        writeSync(filler, bytes);
      } catch {
        isFull = true;
      }
    }
  }
  closeSync(filler);
}

function freeDisk(): void {
  rmSync(join(disk, 'filler'));
}

function accounted(spool: Spool): readonly number[] {
  const declared = gaps(spool)
    .filter(({ dataClass }) => dataClass === 'metric')
    .flatMap(({ sequences, count }) =>
      sequences === null || count === 0 ? [] : range(sequences.from, sequences.to),
    );
  return [...numbers(spool, 'metric'), ...declared].toSorted((one, other) => one - other);
}

test('a full disk: metrics and results go on, everything that is lost is declared, and all is written once there is room', () => {
  const { spool, messages } = openWorld(join(disk, 'spool'));
  for (const number of range(1, 5_000)) spool.put(tick(number));
  for (const number of range(1, 400)) spool.put(snapshot(number));
  spool.put(chunk(1));
  fillDisk();
  for (const number of range(5_001, 7_000)) spool.put(tick(number));
  for (const number of range(1, 8)) spool.put(result(`done ${number}`.padEnd(3_000, `${Math.random()}`)));
  for (const number of range(2, 40)) spool.put(chunk(number));
  for (const number of range(7_001, 9_000)) spool.put(tick(number));
  expect(spool.statistics.writeErrors).toBeGreaterThan(0);
  expect(spool.statistics.dropped).toMatchObject({ result: 0, event: 0 });
  expect(messages().filter((line) => line.startsWith('the disk refuses'))).toHaveLength(1);
  expect(accounted(spool)).toEqual(range(1, 9_000));
  expect(ticksIn(spool).at(-1)).toBe(9_000);
  freeDisk();
  spool.put(tick(9_001));
  for (const dataClass of ['event', 'process', 'profile', 'result'] as const) {
    if (dataClass === 'result') spool.put(result('later'));
    if (dataClass === 'process') spool.put(snapshot(401));
    if (dataClass === 'profile') spool.put(chunk(41));
  }
  expect(accounted(spool)).toEqual(range(1, 9_001));
  expect(numbers(spool, 'result')).toEqual(range(1, 9));
});

test('an agent that is restarted on a full disk has every result, goes on, and says that it may have lost some', () => {
  const first = openWorld(join(disk, 'spool'));
  for (const number of range(1, 500)) first.spool.put(tick(number));
  fillDisk();
  for (const number of range(501, 1_500)) first.spool.put(tick(number));
  for (const number of range(1, 8)) first.spool.put(result(`done ${number}`));
  first.abandon();
  const { spool, messages } = openWorld(join(disk, 'spool'), { place: 'auto' });
  expect(messages()).not.toContain('the disk refuses: the buffer is in memory');
  expect(spool.id).toBe(first.spool.id);
  expect(numbers(spool, 'result')).toEqual(range(1, 8));
  const there = ticksIn(spool);
  expect(there).toEqual(range(1, there.length));
  const unknown = gaps(spool).find(({ dataClass, reason }) => dataClass === 'metric' && reason === 'restart');
  expect(unknown).toMatchObject({ count: 0, sequences: { from: there.length + 1 } });
  expect(spool.held('metric').next).toBeGreaterThan(1_500);
  spool.put(result('another'));
  spool.put(tick(3_001));
  expect(ticksIn(spool)).toEqual([...there, 3_001]);
  freeDisk();
});

test('a disk that turns read-only: what is new is kept in memory, and the next agent starts there', (ctx) => {
  const folder = join(disk, 'spool');
  const { spool, messages } = openWorld(folder);
  for (const number of range(1, 50)) spool.put(tick(number));
  const device = execFileSync('findmnt', ['-no', 'SOURCE', disk], { encoding: 'utf8' }).trim();
  const trigger = `/sys/fs/ext4/${basename(device)}/trigger_fs_error`;
  if (!existsSync(trigger)) ctx.skip(`a disk error cannot be made: this kernel has no ${trigger}`);
  writeFileSync(trigger, 'test');
  for (const number of range(51, 100)) spool.put(tick(number));
  expect(ticksIn(spool)).toEqual(range(1, 100));
  expect(spool.statistics.writeErrors).toBeGreaterThan(0);
  expect(messages().filter((line) => line.startsWith('the disk refuses'))).toHaveLength(1);
  const { spool: other } = openWorld(folder, { place: 'auto' });
  expect(other.statistics.place).toBe('memory');
});

test('a spool that does not fit on the disk from the start runs', () => {
  fillDisk();
  const { spool } = openWorld(join(disk, 'spool'), { place: 'auto', diskBytes: 64 * mebibyte });
  for (const number of range(1, 50)) spool.put(tick(number));
  spool.put(result('done'));
  expect(ticksIn(spool)).toEqual(range(1, 50));
});
