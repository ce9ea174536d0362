// Single parsers on single texts: the odd lines that no recorded machine has.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ByteCursor } from '../../../agent/host/byte-cursor.ts';
import { createHost } from '../../../agent/host/host.ts';
import { memoryMetricName } from '../../../agent/sources/memory/memory.ts';
import { createNetworkSource } from '../../../agent/sources/network/network.ts';
import { createCpuSource, withoutSmallFall } from '../../../agent/sources/processor/cpu.ts';
import { parseLoad } from '../../../agent/sources/processor/load.ts';
import { parsePressure } from '../../../agent/sources/processor/pressure.ts';
import { createFilesystemSource } from '../../../agent/sources/storage/filesystem.ts';
import { decodeEscapes, parseMounts } from '../../../agent/sources/storage/mount-table.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

const cursor = (text: string): ByteCursor => new ByteCursor(Buffer.from(text));

describe('mounts', () => {
  test('the last mount on a point hides the earlier one, also when the last one is left out', () => {
    const text =
      '/dev/a /x ext4 rw 0 0\n/dev/b /x xfs rw 0 0\n/dev/c /y ext4 rw 0 0\nautofs /y autofs rw 0 0\n';
    expect(parseMounts(text).map(({ device }) => device)).toEqual(['/dev/b']);
  });

  test('a line without its line feed is not a mount', () => {
    expect(parseMounts('/dev/a /data ext4 rw 0 0\n/dev/b /data2 ext4 rw')).toHaveLength(1);
  });

  test('what users have mounted is left out: names and number of such mounts are theirs', () => {
    const text = [
      'cvmfs2 /cvmfs/atlas fuse ro,nosuid,nodev,relatime,user_id=0,group_id=0,allow_other 0 0',
      'host:/x /home/u/a fuse.sshfs rw,nosuid,nodev,relatime,user_id=1000,group_id=1000 0 0',
      'user_id=0 /home/u/b fuse rw,user_id=1000,group_id=0,user_id=0 0 0',
      '/dev/loop0 /home/u/c fuseblk rw,group_id=0,user_id=10 0 0',
      '/dev/a /data ext4 rw,user_id=1000 0 0\n',
    ].join('\n');
    expect(parseMounts(text).map(({ mountPoint }) => mountPoint)).toEqual(['/cvmfs/atlas', '/data']);
  });

  test('octal escapes become characters, other backslashes stay', () => {
    expect(decodeEscapes('a\\040b\\011c\\012d\\134e\\043f\\9\\1')).toBe('a b\tc\nd\\e#f\\9\\1');
  });

  test('more mounts than the bound are counted, not followed', async () => {
    const machine = copyMachine('vm');
    const lines = Array.from({ length: 70 }, (_, i) => `/dev/d${i} /mnt/${i} ext4 rw 0 0\n`);
    writeFileSync(join(machine.folder, 'proc/self/mounts'), lines.join(''));
    const sink = new RecordingSink();
    await createFilesystemSource(fixtureHost(machine.folder)).read(sink);
    expect(sink.valueOf('jidi_filesystem_mounts_skipped')).toBe(6);
    expect([...sink.recorded.keys()].filter((name) => name.includes('device_error'))).toHaveLength(64);
    machine.dispose();
  });
});

describe('cpu', () => {
  test('a small fall is held, a large one is a core that came back', () => {
    expect(withoutSmallFall(1000, 990, 300)).toBe(1000);
    expect(withoutSmallFall(1000, 700, 300)).toBe(700);
    expect(withoutSmallFall(1000, 1001, 300)).toBe(1001);
    expect(withoutSmallFall(1000, Number.NaN, 300)).toBeNaN();
  });

  test('idle time that runs back between two readings does not fall', async () => {
    const machine = copyMachine('vm');
    const source = createCpuSource(fixtureHost(machine.folder));
    const write = (idle: number): void =>
      writeFileSync(
        join(machine.folder, 'proc/stat'),
        `cpu  1 0 1 ${idle} 0 0 0 0 0 0\ncpu0 1 0 1 ${idle} 0 0 0 0 0 0\n`,
      );
    const idleAfter = async (idle: number): Promise<number | undefined> => {
      write(idle);
      const sink = new RecordingSink();
      await source.read(sink);
      return sink.valueOf('node_cpu_seconds_total{cpu="0",mode="idle"}');
    };
    expect(await idleAfter(50_000)).toBe(500);
    expect(await idleAfter(49_990)).toBe(500);
    expect(await idleAfter(50_010)).toBe(500.1);
    expect(await idleAfter(10)).toBe(0.1);
    source.close();
    machine.dispose();
  });
});

describe('network', () => {
  test('names past the bound are counted, and the first ones keep their values', async () => {
    const machine = copyMachine('vm');
    const numbers = Array.from({ length: 16 }, (_, i) => i + 1).join(' ');
    const lines = Array.from({ length: 520 }, (_, i) => `veth${i}: ${numbers}\n`);
    writeFileSync(join(machine.folder, 'proc/net/dev'), lines.join(''));
    const source = createNetworkSource(fixtureHost(machine.folder));
    const sink = new RecordingSink();
    await source.read(sink);
    expect(sink.valueOf('jidi_network_devices_skipped')).toBe(8);
    expect(sink.valueOf('node_network_transmit_bytes_total{device="veth511"}')).toBe(9);
    source.close();
    machine.dispose();
  });

  test('an interface that goes leaves no series behind, and comes back', async () => {
    const machine = copyMachine('vm');
    const path = join(machine.folder, 'proc/net/dev');
    const numbers = Array.from({ length: 16 }, () => 5).join(' ');
    const source = createNetworkSource(fixtureHost(machine.folder));
    const read = async (text: string): Promise<RecordingSink> => {
      writeFileSync(path, text);
      const sink = new RecordingSink();
      await source.read(sink);
      return sink;
    };
    const up = 'node_network_up{device="eth0"}';
    expect((await read(`eth0: ${numbers}\nlo: ${numbers}\n`)).valueOf(up)).toBe(1);
    expect((await read(`lo: ${numbers}\n`)).render()).not.toContain('eth0');
    expect((await read(`eth0: ${numbers}\nlo: ${numbers}\n`)).valueOf(up)).toBe(1);
    source.close();
    machine.dispose();
  });
});

test('the load needs all three means', () => {
  expect(parseLoad(cursor('0.19 12.07 128.00 1/94 6982\n'))).toEqual([0.19, 12.07, 128]);
  expect(parseLoad(cursor('0.19 12.07\n'))).toEqual([]);
  expect(parseLoad(cursor('0.19 12.07 -1.00\n'))).toEqual([]);
  expect(parseLoad(cursor('0.19 12.07 128.00'))).toEqual([]);
});

test('pressure lines of unknown kind or without a total are passed over', () => {
  const text =
    'some avg10=1.25 avg60=0.02 avg300=0.07 total=11803449\nfull avg10=0.00 avg60=0.00 avg300=0.00\nhalf avg10=1 total=1\n';
  expect(parsePressure(cursor(text))).toEqual([
    { kind: 'some', avg10Ratio: 0.0125, totalSeconds: 11.803449 },
  ]);
});

test('keys of meminfo get the names of node_exporter', () => {
  expect(memoryMetricName('Active(anon)', true)).toBe('node_memory_Active_anon_bytes');
  expect(memoryMetricName('HugePages_Free', false)).toBe('node_memory_HugePages_Free');
});

test('a machine without an auxiliary vector gets the usual page size and clock tick', () => {
  const { folder, dispose } = copyMachine('two-socket');
  const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys'), root: folder };
  const { facts } = createHost({ roots });
  expect(facts).toMatchObject({ pageSizeBytes: 4096, clockTicksPerSecond: 100, cpuCount: 3 });
  expect(facts.bootTimeMs).toBe(1_690_000_000_000);
  dispose();
});
