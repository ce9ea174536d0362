// Filesystems whose servers are gone: the others are read all the same, and nothing piles up.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHost, type Host } from '../../../agent/host/host.ts';
import { createFilesystemSource } from '../../../agent/sources/storage/filesystem.ts';
import { createNfsSource } from '../../../agent/sources/storage/nfs.ts';
import { copyMachine, RecordingSink } from './fixture-machine.ts';

const numbers = { bsize: 4096, blocks: 100, bfree: 50, bavail: 40, files: 10, ffree: 5 };
const sizeOf = (point: string, device: string, fstype: string): string =>
  `node_filesystem_size_bytes{device="${device}",fstype="${fstype}",mountpoint="${point}"}`;
const errorOf = (point: string, device: string, fstype: string): string =>
  sizeOf(point, device, fstype).replace('size_bytes', 'device_error');

/** The machine whose two remote filesystems do not answer before `mend` is called. */
function hangingMachine() {
  const { folder, dispose } = copyMachine('two-socket');
  const asked: string[] = [];
  const answer = Promise.withResolvers<void>();
  const host: Host = createHost({
    roots: { proc: `${folder}/proc`, sys: `${folder}/sys`, root: '' },
    async statMount(path) {
      asked.push(path);
      if (/^\/(home|lustre)/.test(path)) await answer.promise;
      return numbers;
    },
  });
  const source = createFilesystemSource(host);
  const read = async (): Promise<RecordingSink> => {
    const sink = new RecordingSink();
    await source.read(sink);
    return sink;
  };
  return { asked, read, mend: answer.resolve, dispose };
}

const home = ['/home', 'nfs-server:/home', 'nfs4'] as const;

test('mounts that hang are told as such, and every other one has its size', async () => {
  const { read, dispose } = hangingMachine();
  const sink = await read();
  expect(sink.valueOf(errorOf(...home))).toBe(1);
  expect(sink.valueOf(sizeOf(...home))).toBeUndefined();
  expect(sink.valueOf(sizeOf('/', '/dev/mapper/rhel-root', 'xfs'))).toBe(409600);
  expect(sink.valueOf(sizeOf('/boot', '/dev/sda1', 'ext4'))).toBe(409600);
  dispose();
});

test('local filesystems are asked before those of servers', async () => {
  const { asked, read, dispose } = hangingMachine();
  await read();
  expect(asked.slice(0, 2)).toEqual(['/', '/boot']);
  expect(asked.findIndex((path) => path.startsWith('/lustre'))).toBe(4);
  dispose();
});

test('a mount that hangs is not asked again before it has answered, and then has its size again', async () => {
  const { asked, read, mend, dispose } = hangingMachine();
  await read();
  await read();
  expect(asked.filter((path) => path === '/home')).toHaveLength(1);
  mend();
  const sink = await read();
  expect(sink.valueOf(sizeOf(...home))).toBe(409600);
  expect(sink.valueOf(errorOf(...home))).toBe(0);
  dispose();
});

test('a table that users have made longer than is read tells of its beginning, and fails', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const host = createHost({
    roots: { proc: `${folder}/proc`, sys: `${folder}/sys`, root: '' },
    statMount: () => Promise.resolve(numbers),
  });
  for (const file of ['mounts', 'mountstats', 'mountinfo']) {
    const long = '\\040'.repeat(1000);
    const line = (i: number): string =>
      file === 'mountstats'
        ? `device u mounted on /home/u/${i}${long} with fstype fuse\n`
        : `u /home/u/${i}${long} fuse rw,user_id=1000 0 0\n`;
    const lines = Array.from({ length: 1_200 }, (_, i) => line(i));
    appendFileSync(join(folder, 'proc/self', file), lines.join(''));
    if (file === 'mounts') appendFileSync(join(folder, 'proc/1/mounts'), lines.join(''));
  }
  const sink = new RecordingSink();
  await expect(createFilesystemSource(host).read(sink)).rejects.toThrow(/longer than/);
  expect(sink.valueOf(sizeOf('/', '/dev/mapper/rhel-root', 'xfs'))).toBe(409600);
  const nfs = createNfsSource(host);
  expect(createFilesystemSource(host).probe()).toEqual({ present: true });
  expect(nfs.probe()).toEqual({ present: true });
  await expect(async () => nfs.read(sink)).rejects.toThrow(/mountstats/);
  expect(sink.render()).toContain('node_mountstats_nfs_age_seconds_total');
  dispose();
});
