// Energy counters that wrap, zones that are closed to us.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { HostError } from '../../../agent/host/host-error.ts';
import { createRaplSource, EnergyCounter } from '../../../agent/sources/health/rapl.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

const socket = 'node_rapl_package_joules_total{index="0",path="/sys/class/powercap/intel-rapl:0"}';

/** The machine as somebody sees it who may not read the energy of these zones. */
function closedHost(folder: string, isClosed: (path: string) => boolean): Host {
  const host = fixtureHost(folder);
  const refuse = (path: string): void => {
    if (path.endsWith('/energy_uj') && isClosed(path)) throw new HostError(`read ${path}`, 'EACCES');
  };
  return {
    ...host,
    readBytes(path) {
      refuse(path);
      return host.readBytes(path);
    },
    keep(path) {
      const file = host.keep(path);
      return {
        ...file,
        read() {
          refuse(path);
          return file.read();
        },
      };
    },
  };
}

test('a counter goes on where the kernel begins anew', () => {
  const energy = new EnergyCounter(1000);
  expect([900, 990, 15, 20, 999, 3].map((microjoules) => energy.add(microjoules))).toEqual([
    900, 990, 1015, 1020, 1999, 2003,
  ]);
});

test('without its range a counter that falls has begun anew', () => {
  const energy = new EnergyCounter(Number.NaN);
  expect([900, 15].map((microjoules) => energy.add(microjoules))).toEqual([900, 15]);
});

test('a wrap between two readings is no fall, also after the source was closed', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const source = createRaplSource(fixtureHost(folder));
  const read = async (): Promise<number | undefined> => {
    const sink = new RecordingSink();
    await source.read(sink);
    return sink.valueOf(socket);
  };
  expect(await read()).toBe(123456.789012);
  source.close();
  writeFileSync(join(folder, 'sys/class/powercap/intel-rapl:0/energy_uj'), '1000000\n');
  expect(await read()).toBe(262144.32885);
  source.close();
  dispose();
});

test('zones that are all closed make the source absent, with the remedy', () => {
  const { folder, dispose } = copyMachine('two-socket');
  const source = createRaplSource(closedHost(folder, () => true));
  expect(source.probe()).toMatchObject({
    present: false,
    reason: expect.stringContaining('EACCES'),
    remedy: expect.stringContaining('chgrp jidi'),
  });
  dispose();
});

test('a zone that is closed is lacking, and the others are read', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const source = createRaplSource(closedHost(folder, (path) => path.includes('rapl:0:0')));
  const sink = new RecordingSink();
  await source.read(sink);
  expect(source.probe()).toEqual({ present: true });
  expect(sink.valueOf(socket)).toBe(123456.789012);
  expect(sink.render()).not.toContain('intel-rapl:0:0');
  expect(source.lacks?.()).toMatchObject([
    { what: 'energy of dram 0', remedy: expect.stringContaining('udev') },
  ]);
  source.close();
  dispose();
});

test('a package that is shown by a second door, too, is told once', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const top = join(folder, 'sys/class/powercap');
  cpSync(join(top, 'intel-rapl:0'), join(top, 'intel-rapl-mmio:0'), { recursive: true });
  const sink = new RecordingSink();
  await createRaplSource(fixtureHost(folder)).read(sink);
  const packages = [...sink.recorded.keys()].filter((name) => name.startsWith('node_rapl_package'));
  expect(packages).toHaveLength(2);
  expect(sink.valueOf(socket)).toBe(123456.789012);
  dispose();
});
