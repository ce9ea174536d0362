// Sensor chips: names as node_exporter makes them, sensors that fail, drives that hang.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { HostError } from '../../../agent/host/host-error.ts';
import { createHwmonSource } from '../../../agent/sources/health/hwmon.ts';
import { chipNames, cleanName } from '../../../agent/sources/health/hwmon-names.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

const drive = 'node_hwmon_temp_celsius{chip="nvme_nvme0",sensor="temp1"}';
const core = 'node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp1"}';

async function read(host: Host): Promise<RecordingSink> {
  const sink = new RecordingSink();
  const source = createHwmonSource(host);
  await source.read(sink);
  source.close();
  return sink;
}

test('names are cleaned as node_exporter cleans them', () => {
  expect(cleanName('applesmc.768')).toBe('applesmc_768');
  expect(cleanName('_ACPI000D:00-')).toBe('acpi000d:00');
});

test('two chips of one device get the name of their driver, or their number when that is the same', () => {
  const { folder, dispose } = copyMachine('two-socket');
  const top = join(folder, 'sys/class/hwmon');
  rmSync(top, { recursive: true });
  const names = ['asus', 'asus_wmi_sensors', 'mt7996', 'mt7996'];
  for (const [i, name] of names.entries()) {
    mkdirSync(join(top, `hwmon${i}`), { recursive: true });
    writeFileSync(join(top, `hwmon${i}/name`), `${name}\n`);
    symlinkSync(i < 2 ? '../../../asus-nb-wmi' : '../../phy0', join(top, `hwmon${i}/device`));
  }
  const found = chipNames(fixtureHost(folder), ['hwmon0', 'hwmon1', 'hwmon2', 'hwmon3']);
  expect([...found.values()].map((name) => name.replace(/^.*?_(?=asus_nb|phy0)/, ''))).toEqual([
    'asus_nb_wmi_asus',
    'asus_nb_wmi_asus_wmi_sensors',
    'phy0_hwmon2',
    'phy0_hwmon3',
  ]);
  dispose();
});

test.each(['EIO', 'ENODATA', 'EAGAIN', 'ENXIO'])(
  'a sensor that fails with %s is absent alone',
  async (code) => {
    const { folder, dispose } = copyMachine('two-socket');
    const host = fixtureHost(folder);
    const failing: Host = {
      ...host,
      keep(path) {
        const file = host.keep(path);
        if (!path.endsWith('hwmon1/temp1_input')) return file;
        return {
          ...file,
          read: () => {
            throw new HostError(`read ${path}`, code);
          },
        };
      },
    };
    const sink = await read(failing);
    expect(sink.valueOf(core)).toBeUndefined();
    expect(sink.valueOf(core.replace('temp1', 'temp2'))).toBe(58);
    dispose();
  },
);

test('a drive that hangs delays no other sensor, and is told when it has answered', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const host = fixtureHost(folder);
  const answer = Promise.withResolvers<void>();
  let asked = 0;
  const hanging: Host = {
    ...host,
    wake(path) {
      if (!path.includes('hwmon0')) return host.wake(path);
      asked += 1;
      return asked === 1 ? answer.promise : Promise.reject(new HostError(`read ${path}`, 'EBUSY'));
    },
  };
  const source = createHwmonSource(hanging);
  const first = new RecordingSink();
  await source.read(first);
  expect(first.valueOf(core)).toBe(61);
  expect(first.valueOf(drive)).toBeUndefined();
  answer.resolve();
  const second = new RecordingSink();
  await source.read(second);
  expect(second.valueOf(drive)).toBe(38.85);
  const third = new RecordingSink();
  await source.read(third);
  expect(third.valueOf(drive)).toBeUndefined();
  source.close();
  dispose();
});

test('a limit that the drive does not have is absent', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const sink = await read(fixtureHost(folder));
  expect(sink.valueOf('node_hwmon_temp_max_celsius{chip="nvme_nvme0",sensor="temp1"}')).toBe(69.85);
  expect(sink.valueOf('node_hwmon_temp_max_celsius{chip="nvme_nvme0",sensor="temp2"}')).toBeUndefined();
  dispose();
});
