// Lustre clients: what old and new ones print, mounts that are closed to us, that come and go.
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { HostError } from '../../../agent/host/host-error.ts';
import { createLustreSource } from '../../../agent/sources/storage/lustre.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

const debug = 'sys/kernel/debug/lustre/llite';
const scratch = `${debug}/scratch-ffff8c1234567800`;

async function read(host: Host): Promise<RecordingSink> {
  const sink = new RecordingSink();
  const source = createLustreSource(host);
  await source.read(sink);
  source.close();
  return sink;
}

test('a client that has done nothing yet has no figures and no failure', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  writeFileSync(join(folder, scratch, 'stats'), 'snapshot_time             1690000123.4 secs.nsecs\n');
  expect((await read(fixtureHost(folder))).render()).not.toContain('scratch');
  dispose();
});

test('a second mount of one filesystem is another instance', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  cpSync(join(folder, scratch), join(folder, debug, 'scratch-ffff9d0000000000'), { recursive: true });
  const sink = await read(fixtureHost(folder));
  const bytes = (instance: string): number | undefined =>
    sink.valueOf(`jidi_lustre_read_bytes_total{filesystem="scratch",instance="${instance}"}`);
  expect([bytes('0'), bytes('1'), bytes('2')]).toEqual([107374182400, 107374182400, undefined]);
  dispose();
});

test('a file without a known line is a failure that names it, and the other mount is read', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  writeFileSync(join(folder, scratch, 'stats'), 'something else\n');
  const source = createLustreSource(fixtureHost(folder));
  const sink = new RecordingSink();
  expect(() => source.read(sink)).toThrow(/scratch.*stats: nothing known/);
  expect(sink.valueOf('jidi_lustre_read_bytes_total{filesystem="home",instance="0"}')).toBe(40960);
  source.close();
  dispose();
});

test('a mount whose figures only root may read makes the source absent, with the remedy', () => {
  const { folder, dispose } = copyMachine('two-socket');
  rmSync(join(folder, 'proc/fs'), { recursive: true });
  const host = fixtureHost(folder);
  const isClosed = (path: string): boolean => path.includes('/kernel/debug/');
  const closed: Host = {
    ...host,
    list: (path) => (isClosed(path) ? [] : host.list(path)),
    readBytes(path) {
      if (isClosed(path)) throw new HostError(`read ${path}`, 'EACCES');
      return host.readBytes(path);
    },
  };
  const source = createLustreSource(closed);
  expect(source.probe()).toMatchObject({
    present: false,
    reason: expect.stringContaining('EACCES'),
    remedy: expect.stringContaining('gid=jidi'),
  });
  expect(source.lacks?.()).toMatchObject([{ what: 'Lustre scratch' }]);
  dispose();
});

test('a node without Lustre has nothing to open', () => {
  const { folder, dispose } = copyMachine('two-socket');
  for (const tree of ['proc/fs', 'sys/fs', 'sys/kernel']) rmSync(join(folder, tree), { recursive: true });
  expect(createLustreSource(fixtureHost(folder)).probe()).toMatchObject({ reason: 'no Lustre client here' });
  dispose();
});

test('a mount that goes is absent and comes back under another name of the kernel', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const source = createLustreSource(fixtureHost(folder));
  await source.read(new RecordingSink());
  mkdirSync(join(folder, 'gone'));
  renameSync(join(folder, scratch), join(folder, 'gone/scratch'));
  source.close();
  const without = new RecordingSink();
  await source.read(without);
  expect(without.render()).not.toContain('scratch');
  renameSync(join(folder, 'gone/scratch'), join(folder, debug, 'scratch-ffff000011112222'));
  source.close();
  const again = new RecordingSink();
  await source.read(again);
  expect(again.valueOf('jidi_lustre_written_bytes_total{filesystem="scratch",instance="0"}')).toBe(
    53687091200,
  );
  dispose();
});
