// What lies in the folder of a spool and is none of its files, or none that can be read: it costs what it stands for,
// never the rest.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Spool } from '../../../agent/spool/spool.ts';
import { result, tick } from './payloads.ts';
import { gaps, newFolder, numbers, openWorld, range, segmentsOf } from './spool-world.ts';

const ticks = 12_000;

/** Each makes something of that path. */
const intruders: readonly [string, (path: string) => unknown][] = [
  ['a folder', (path) => mkdirSync(path)],
  ['a symbolic link that leads nowhere', (path) => symlinkSync('/nowhere/at/all', path)],
  ['a symbolic link to a device without end', (path) => symlinkSync('/dev/zero', path)],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['an empty file', (path) => writeFileSync(path, '')],
  ['a file of something else', (path) => writeFileSync(path, 'no segment\n'.repeat(1_000))],
  [
    'a file of a gigabyte and a half',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 1.5 * 2 ** 30);
    },
  ],
];

function leftBehind(): { folder: string; id: string } {
  const folder = newFolder();
  const { spool, abandon } = openWorld(folder);
  for (const number of range(1, ticks)) spool.put(tick(number));
  for (const number of range(1, 5)) spool.put(result(`done ${number}`));
  abandon();
  return { folder, id: spool.id };
}

function declared(spool: Spool): readonly number[] {
  return gaps(spool)
    .filter(({ dataClass }) => dataClass === 'metric')
    .flatMap(({ sequences }) => (sequences === null ? [] : range(sequences.from, sequences.to)));
}

test.each(intruders)('%s in place of a segment costs that segment', (_, make) => {
  const { folder, id } = leftBehind();
  const [, second = ''] = segmentsOf(folder, 'metric');
  rmSync(second);
  make(second);
  const { spool } = openWorld(folder);
  expect(spool.id).toBe(id);
  const found = numbers(spool, 'metric');
  expect(found.length).toBeGreaterThan(ticks / 2);
  expect([...found, ...declared(spool)].toSorted((one, other) => one - other)).toEqual(range(1, ticks));
  expect(numbers(spool, 'result')).toEqual(range(1, 5));
  spool.put(tick(ticks + 1));
  expect(numbers(spool, 'metric').at(-1)).toBe(ticks + 1);
  for (const dataClass of ['metric', 'event'] as const) {
    spool.acknowledge({ dataClass, sequence: spool.held(dataClass).next - 1, beyond: [] });
  }
  expect(spool.statistics.writeErrors).toBe(0);
});

test.each(intruders)('%s beside the segments costs nothing', (_, make) => {
  const { folder, id } = leftBehind();
  for (const name of ['metric.7x.seg', 'metric.999999999999999.seg', 'notes.seg', '9.reserve', 'x.reserve'])
    make(join(folder, name));
  const { spool } = openWorld(folder);
  expect(spool.id).toBe(id);
  expect(numbers(spool, 'metric')).toEqual(range(1, ticks));
  spool.put(tick(ticks + 1));
  for (const number of range(6, 400)) spool.put(result(`done ${number}`.padEnd(2_000, 'x')));
  expect(numbers(spool, 'metric')).toEqual(range(1, ticks + 1));
  expect(numbers(spool, 'result')).toEqual(range(1, 400));
  expect(spool.statistics.writeErrors).toBe(0);
});

test.each(['spool.json', 'metric'])(
  'what it cannot do without and cannot read, %s, leaves everything as it is: the buffer is in memory',
  (name) => {
    const { folder } = leftBehind();
    const path = name === 'metric' ? (segmentsOf(folder, 'metric').at(-1) ?? '') : join(folder, name);
    rmSync(path);
    writeFileSync(path, '');
    if (name === 'metric') truncateSync(path, 1.5 * 2 ** 30);
    else {
      rmSync(path);
      mkdirSync(path);
    }
    const before = segmentsOf(folder, 'metric');
    const { spool, messages } = openWorld(folder, { place: 'auto' });
    expect(spool.statistics.place).toBe('memory');
    expect(messages()).toContain('the disk refuses: the buffer is in memory');
    expect(segmentsOf(folder, 'metric')).toEqual(before);
  },
);

test('a folder that is moved away under it: what is new is kept in memory, and on disk again when it is back', () => {
  const folder = newFolder();
  const { spool, messages } = openWorld(join(folder, 'spool'));
  for (const number of range(1, 100)) spool.put(tick(number));
  renameSync(join(folder, 'spool'), join(folder, 'away'));
  for (const number of range(101, ticks)) spool.put(tick(number));
  expect(messages().filter((line) => line.startsWith('the disk refuses'))).toHaveLength(1);
  renameSync(join(folder, 'away'), join(folder, 'spool'));
  spool.put(tick(ticks + 1));
  expect(spool.statistics.dropped.metric + numbers(spool, 'metric').length).toBe(ticks + 1);
});
