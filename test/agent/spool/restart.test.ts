import {
  copyFileSync,
  cpSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { StartError } from '../../../shared/errors.ts';
import { chunk, firstMs, result, snapshot, tick } from './payloads.ts';
import { all, gaps, newFolder, numbers, openWorld, range, segmentsOf, ticksIn } from './spool-world.ts';

const owner = { node: 'n1', machineId: 'machine-1', bootId: 'boot-1' };
const afterBoot = { owner: { ...owner, bootId: 'boot-2' }, bootedMs: () => firstMs + 100_000 };

describe('after its agent ended', () => {
  test('at once, as by kill -9, everything that was put is there, under the same numbers and the same id', () => {
    const folder = newFolder();
    const first = openWorld(folder);
    for (const number of range(1, 1_500)) first.spool.put(tick(number));
    for (const number of range(1, 20)) first.spool.put(snapshot(number));
    first.spool.put(chunk(1));
    first.spool.put(result('done'));
    first.abandon();
    const { spool } = openWorld(folder);
    expect(spool.id).toBe(first.spool.id);
    expect(ticksIn(spool)).toEqual(range(1, 1_500));
    expect(numbers(spool, 'process')).toEqual(range(1, 20));
    expect(spool.after('profile', 0, { batches: 1 })[0]?.payload).toEqual(chunk(1));
    expect(spool.after('result', 0, { batches: 1 })[0]?.payload).toEqual(result('done'));
    expect(gaps(spool)).toEqual([]);
    spool.put(tick(1_501));
    expect(numbers(spool, 'metric')).toEqual(range(1, 1_501));
    expect(spool.held('metric')).toEqual({ dataClass: 'metric', first: 1, next: 1_502 });
  });

  test('again and again, and nothing was put in between', () => {
    const folder = newFolder();
    for (const run of range(1, 6)) {
      const { spool, abandon } = openWorld(folder);
      expect(ticksIn(spool)).toEqual(run < 2 ? [] : [1]);
      if (run === 1) spool.put(tick(1));
      abandon();
    }
    const { spool } = openWorld(folder);
    spool.put(tick(2));
    expect(numbers(spool, 'metric')).toEqual([1, 2]);
  });

  test('numbers go on also when everything was acknowledged and deleted', () => {
    const folder = newFolder();
    const first = openWorld(folder);
    for (const number of range(1, 3_000)) first.spool.put(tick(number));
    first.spool.acknowledge({ dataClass: 'metric', sequence: 3_000, beyond: [] });
    expect(segmentsOf(folder, 'metric')).toHaveLength(1);
    first.abandon();
    const { spool } = openWorld(folder);
    expect(spool.held('metric').next).toBe(3_001);
    // What it does not know to be acknowledged it still has, and says so.
    expect(spool.held('metric').first).toBeGreaterThan(1);
    spool.greet({ dataClass: 'metric', sequence: 3_000, beyond: [] });
    expect(spool.pending('metric')).toEqual([]);
    expect(gaps(spool)).toEqual([]);
  });

  test('in the middle of a write, the batch that is not whole is declared and its number not used again', () => {
    const folder = newFolder();
    const first = openWorld(folder);
    for (const number of range(1, 10)) first.spool.put(tick(number));
    first.abandon();
    const [path = ''] = segmentsOf(folder, 'metric');
    truncateSync(path, statSync(path).size - 7);
    const { spool } = openWorld(folder);
    expect(ticksIn(spool)).toEqual(range(1, 9));
    expect(gaps(spool)).toMatchObject([
      { dataClass: 'metric', count: 1, reason: 'damaged', sequences: { from: 10, to: 10 } },
    ]);
    spool.put(tick(11));
    expect(numbers(spool, 'metric')).toEqual([...range(1, 9), 11]);
  });
});

describe('after another boot', () => {
  test('when it was closed nothing is missing, and old batches do not tell of this boot', async () => {
    const folder = newFolder();
    const first = openWorld(folder);
    first.spool.put(tick(1));
    await first.close();
    const { spool } = openWorld(folder, afterBoot);
    spool.put(tick(2));
    expect(all(spool, 'metric')).toMatchObject([
      { sequence: 1, bootedMs: null },
      { sequence: 2, bootedMs: firstMs + 100_000 },
    ]);
    expect(gaps(spool)).toEqual([]);
  });

  test('when the machine went down and nothing is left to read, the loss begins with the first agent of that boot', () => {
    const folder = newFolder();
    const openedAt = (ms: number) => ({ clock: { ...systemClock, now: () => ms } });
    const first = openWorld(folder, openedAt(firstMs + 500));
    for (const number of range(1, 20)) first.spool.put(tick(number));
    first.abandon();
    const second = openWorld(folder, openedAt(firstMs + 30_000));
    for (const number of range(31, 50)) second.spool.put(tick(number));
    second.abandon();
    for (const path of segmentsOf(folder, 'metric')) truncateSync(path, 0);
    const { spool } = openWorld(folder, afterBoot);
    const unknown = gaps(spool).filter(({ dataClass, count }) => dataClass === 'metric' && count === 0);
    const times = { fromTimeMs: firstMs + 500, toTimeMs: firstMs + 100_000 };
    expect(unknown).toMatchObject([
      { reason: 'damaged', sequences: { from: 1, to: 20 }, ...times },
      { reason: 'restart', sequences: { from: 21, to: 1_020 }, ...times },
    ]);
  });

  test('when the machine went down, numbers that may have been used are passed over and declared once', () => {
    const folder = newFolder();
    const first = openWorld(folder);
    for (const number of range(1, 50)) first.spool.put(tick(number));
    first.abandon();
    // What was not synced is not there any more, or is rubbish.
    const [path = ''] = segmentsOf(folder, 'metric');
    const bytes = readFileSync(path);
    const kept = Math.floor(bytes.length * 0.6);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, kept), Buffer.alloc(700)]));
    const { spool, abandon } = openWorld(folder, afterBoot);
    const there = ticksIn(spool);
    expect(there).toEqual(range(1, there.length));
    const unknown = gaps(spool).filter(
      ({ dataClass, reason }) => dataClass === 'metric' && reason === 'restart',
    );
    const { next } = spool.held('metric');
    expect(unknown).toMatchObject([{ count: 0, toTimeMs: firstMs + 100_000, sequences: { to: next - 1 } }]);
    expect(unknown[0]?.fromTimeMs).toBe(firstMs + there.length * 1000);
    expect(next).toBeGreaterThan(1_000 + there.length);
    spool.put(tick(60));
    expect(numbers(spool, 'metric').at(-1)).toBe(next);
    abandon();
    const again = openWorld(folder, afterBoot).spool;
    expect(again.held('metric').next).toBe(next + 1);
    expect(gaps(again).filter(({ reason }) => reason === 'restart')).toHaveLength(5);
  });
});

describe('a folder', () => {
  test('is held by one agent', () => {
    const folder = newFolder();
    openWorld(folder);
    // The same process is taken for the same agent; another one that lives is not.
    rmSync(join(folder, 'lock'));
    lockFor(folder, process.ppid);
    expect(() => openWorld(folder)).toThrow(StartError);
    expect(() => openWorld(folder)).toThrow(new RegExp(`held by process ${process.ppid}`));
  });

  test.each([
    ['of another node', { owner: { ...owner, node: 'n2' } }],
    ['of another machine', { owner: { ...owner, machineId: 'machine-2' } }],
  ])('that was copied, %s, becomes another spool', (_, change) => {
    const folder = newFolder();
    const first = openWorld(folder);
    first.spool.put(tick(1));
    const copy = join(newFolder(), 'spool');
    cpSync(folder, copy, { recursive: true });
    const { spool, messages } = openWorld(copy, change);
    expect(spool.id).not.toBe(first.spool.id);
    expect(ticksIn(spool)).toEqual([]);
    expect(spool.held('metric').next).toBe(1);
    expect(messages()).toContain('the buffer begins anew');
  });

  test('of which files were taken away is not trusted to know its numbers', () => {
    const folder = newFolder();
    const first = openWorld(folder);
    first.spool.put(tick(1));
    first.abandon();
    for (const path of segmentsOf(folder, 'metric')) rmSync(path);
    const { spool } = openWorld(folder);
    expect(spool.id).not.toBe(first.spool.id);
  });

  test('may hold files that are none of its own', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'metric.x.seg'), 'no segment');
    writeFileSync(join(folder, 'README'), 'a note');
    const first = openWorld(folder);
    first.spool.put(tick(1));
    first.abandon();
    const [path = ''] = segmentsOf(folder, 'metric');
    copyFileSync(path, join(folder, `${basename(path)}.bak`));
    expect(ticksIn(openWorld(folder).spool)).toEqual([1]);
    expect(readFileSync(join(folder, 'README'), 'utf8')).toBe('a note');
  });

  test('that is no disk is refused when a disk was asked for, and passed over otherwise', () => {
    const folder = '/dev/shm/jidi-test-spool';
    expect(() => openWorld(folder, { place: 'disk' })).toThrow(/buffer\.place.*tmpfs/);
    const { spool } = openWorld(folder, { place: 'auto' });
    expect(spool.statistics.place).toBe('memory');
    const { spool: none } = openWorld('/proc/no/such', { place: 'auto' });
    expect(none.statistics.place).toBe('memory');
    rmSync(folder, { recursive: true });
  });
});

function lockFor(folder: string, pid: number): void {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  symlinkSync(`${pid}.${startTicks}.${boot}`, join(folder, 'lock'));
}

test('a lock that became the one of another agent meanwhile is left to that one', async () => {
  const folder = newFolder();
  const world = openWorld(folder);
  rmSync(join(folder, 'lock'));
  symlinkSync('1.1.another', join(folder, 'lock'));
  await world.close();
  expect(readlinkSync(join(folder, 'lock'))).toBe('1.1.another');
});

test('a file in place of the lock is named, with what to do', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'lock'), '');
  expect(() => openWorld(folder)).toThrow(/lock: the spool is held by a file that is no lock of an agent/);
});
