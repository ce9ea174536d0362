// NFS mounts: old and new forms of the table, mounts that come and go, more of them than the bound.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNfsSource } from '../../../agent/sources/storage/nfs.ts';
import { parseAddresses } from '../../../agent/sources/storage/nfs-addresses.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

const soft = '{export="10.0.0.9:/soft",protocol="udp",mountaddr="10.0.0.9"';
const home = '{export="nfs-server:/home",protocol="tcp",mountaddr="10.0.0.8"';

/** The machine, with a way to write its two tables anew. */
function nfsMachine() {
  const { folder, dispose } = copyMachine('two-socket');
  const stats = join(folder, 'proc/self/mountstats');
  const info = join(folder, 'proc/self/mountinfo');
  const source = createNfsSource(fixtureHost(folder));
  return {
    source,
    stats: readFileSync(stats, 'utf8'),
    write: (statsText: string, infoText = readFileSync(info, 'utf8')): void => {
      writeFileSync(stats, statsText);
      writeFileSync(info, infoText);
    },
    read: async (): Promise<RecordingSink> => {
      const sink = new RecordingSink();
      await source.read(sink);
      return sink;
    },
    dispose: (): void => {
      source.close();
      dispose();
    },
  };
}

/** Blocks of `count` mounts, and the lines that name their addresses. */
function manyMounts(count: number): readonly [stats: string, info: string] {
  const all = Array.from({ length: count }, (_, i) => i);
  const block = (i: number): string =>
    `device s${i}:/x mounted on /m${i} with fstype nfs4 statvers=1.1\n\tage:\t${i}\n\txprt:\ttcp 1 0 1 0 1 2 2 0 3 0 4 5 6\n\n`;
  const line = (i: number): string => `${i} 1 0:${i} / /m${i} rw - nfs4 s${i}:/x rw,addr=10.1.0.${i}\n`;
  return [all.map(block).join(''), all.map(line).join('')];
}

test('the fields of a datagram transport are where that protocol has them', async () => {
  const { read, dispose } = nfsMachine();
  const sink = await read();
  expect(sink.valueOf(`node_mountstats_nfs_transport_sends_total${soft},transport="0"}`)).toBe(6428);
  expect(sink.valueOf(`node_mountstats_nfs_transport_receives_total${soft},transport="0"}`)).toBe(6420);
  expect(sink.valueOf(`node_mountstats_nfs_transport_connect_total${soft},transport="0"}`)).toBeUndefined();
  expect(sink.valueOf(`node_mountstats_nfs_operations_transmissions_total${soft},operation="READ"}`)).toBe(
    21,
  );
  expect(sink.valueOf(`jidi_nfs_operations_errors_total${soft},operation="READ"}`)).toBeUndefined();
  dispose();
});

test('a mount over RDMA has the fields that all streams have', async () => {
  const { stats, write, read, dispose } = nfsMachine();
  write(stats.replaceAll('xprt:\ttcp 832', 'xprt:\trdma 832'));
  const sink = await read();
  const labels = `${home.replace('tcp', 'rdma')},transport="0"}`;
  expect(sink.valueOf(`node_mountstats_nfs_transport_sends_total${labels}`)).toBe(642800);
  expect(sink.valueOf(`node_mountstats_nfs_transport_sending_queue_total${labels}`)).toBeUndefined();
  dispose();
});

test('a filesystem that is mounted twice is counted once and told at both places', async () => {
  const { read, dispose } = nfsMachine();
  const lines = (await read()).render().split('\n');
  expect(
    lines.filter((line) => line.startsWith(`node_mountstats_nfs_age_seconds_total${home}`)),
  ).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith(`node_mountstats_nfs_mountpoint_info${home}`))).toHaveLength(
    2,
  );
  dispose();
});

test('time that the kernel counted below zero is absent, the rest of the line stays', async () => {
  const { read, dispose } = nfsMachine();
  const sink = await read();
  const labels = `${home},operation="ACCESS"}`;
  expect(sink.valueOf(`node_mountstats_nfs_operations_queue_time_seconds_total${labels}`)).toBeUndefined();
  expect(sink.valueOf(`node_mountstats_nfs_operations_response_time_seconds_total${labels}`)).toBe(16.673);
  dispose();
});

test('a mount that goes leaves no series, and one that comes is told at once', async () => {
  const { stats, write, read, dispose } = nfsMachine();
  await read();
  write(stats.slice(0, stats.indexOf('device 10.0.0.9:/soft')));
  expect((await read()).render()).not.toContain('10.0.0.9');
  write(stats);
  expect((await read()).valueOf(`node_mountstats_nfs_age_seconds_total${soft}}`)).toBe(3455000);
  dispose();
});

test('more mounts than the bound are counted, and those that follow later fill the gaps', async () => {
  const { write, read, source, dispose } = nfsMachine();
  const [stats, info] = manyMounts(40);
  write(stats, info);
  const ages = (sink: RecordingSink): number => sink.render().match(/age_seconds/g)?.length ?? 0;
  const first = await read();
  expect(ages(first)).toBe(32);
  expect(first.valueOf('jidi_nfs_mounts_skipped')).toBe(8);
  write(stats.slice(stats.indexOf('device s20:')), info);
  const second = await read();
  expect(ages(second)).toBe(20);
  expect(second.valueOf('jidi_nfs_mounts_skipped')).toBeUndefined();
  expect(source.probe()).toEqual({ present: true });
  dispose();
});

test('a table without NFS makes the source absent', () => {
  const { write, source, dispose } = nfsMachine();
  write('device proc mounted on /proc with fstype proc\n');
  expect(source.probe()).toMatchObject({ present: false, reason: expect.stringContaining('no NFS mount') });
  dispose();
});

test('an address is taken from the whole line of an NFS mount only', () => {
  const line = '40 21 0:44 / /home rw shared:20 - nfs4 s:/home rw,clientaddr=10.0.0.1,addr=10.0.0.8\n';
  expect([...parseAddresses(line)]).toEqual([['s:/home /home', '10.0.0.8']]);
  expect(parseAddresses(line.slice(0, -2)).size).toBe(0);
  expect(parseAddresses(line.replace('nfs4', 'cifs')).size).toBe(0);
});
