// BeeGFS targets as a client sees them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBeegfsSource, parseTargets } from '../../../agent/sources/storage/beegfs.ts';
import { copyMachine, fixtureHost, machineFolder, RecordingSink } from './fixture-machine.ts';

test.each([
  ['cut', '[Target ID: 101] @ storage01: Online / Good'],
  ['of an unknown state', '[Target ID: 101] @ storage01: Sleeping / Good \n'],
  ['without a number', '[Target ID: x] @ storage01: Online / Good \n'],
])('a line that is %s is passed over', (_, text) => {
  expect(parseTargets(text)).toEqual([]);
});

test('a target that is probably offline is not online', () => {
  expect(parseTargets('[Target ID: 7] @ a: b: Probably-offline / Good \n')).toEqual([
    { id: '7', isOnline: false, isConsistent: true },
  ]);
});

test('more targets than the bound are counted', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const line = (_: unknown, i: number): string => `[Target ID: ${i + 1}] @ s: Online / Good \n`;
  const path = join(folder, 'proc/fs/beegfs/1A2B-64B7F3A1-n001/storage_target_state');
  writeFileSync(path, Array.from({ length: 300 }, line).join(''));
  const sink = new RecordingSink();
  await createBeegfsSource(fixtureHost(folder)).read(sink);
  expect(sink.valueOf('jidi_beegfs_targets_skipped{instance="0"}')).toBe(45);
  dispose();
});

test('what the client does not count is told to be lacking', () => {
  const source = createBeegfsSource(fixtureHost(machineFolder('two-socket')));
  expect(source.lacks?.()).toMatchObject([{ reason: 'the client does not count them' }]);
});
