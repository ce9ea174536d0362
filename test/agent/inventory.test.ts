import os from 'node:os';
import { expect, test } from 'vitest';
import { createHost } from '../../agent/host/host.ts';
import { type InventoryCalls, surveyInventory } from '../../agent/inventory.ts';
import { createLineLog } from './sampler/log-lines.ts';

const host = createHost();

test('the inventory of this machine has the facts that Node knows', async () => {
  const { log } = createLineLog();
  const inventory = await surveyInventory({ host, log });
  expect(inventory.threads).toBe(os.cpus().length);
  expect(inventory.memoryBytes).toBe(os.totalmem());
  expect(inventory.kernel).toBe(os.release());
  expect(inventory.arch).toBe(os.machine());
  expect(Math.abs((inventory.bootTimeMs ?? 0) / 1000 + os.uptime() - Date.now() / 1000)).toBeLessThan(2);
  const names = inventory.interfaces.map(({ name }) => name);
  for (const name of Object.keys(os.networkInterfaces())) expect(names).toContain(name);
});

test('a part that fails or hangs is not known, and the others are', async () => {
  const { log, messages } = createLineLog();
  const never = new Promise<never>(() => {});
  const calls = {
    system: () => never,
    cpu: async () => ({ manufacturer: 'AMD', brand: 'EPYC', processors: 2, physicalCores: 0, cores: 256 }),
    mem: () => Promise.reject(new Error('EIO')),
    osInfo: async () => ({ distro: 'unknown', release: '', kernel: 'x'.repeat(500) }),
    networkInterfaces: async () =>
      Array.from({ length: 300 }, (_, i) => ({
        iface: `e${i}`,
        mac: '',
        ip4: '10.0.0.1',
        ip6: '',
        speed: -1,
      })),
    diskLayout: async () => [{ device: '/dev/sda', vendor: '', name: 'Disk 9000', size: 1000 }],
  } as unknown as InventoryCalls;
  const inventory = await surveyInventory({ host, log, deadlineMs: 20, load: async () => calls });
  expect(inventory).toMatchObject({
    model: null,
    cpuModel: 'AMD EPYC',
    sockets: 2,
    cores: null,
    threads: 256,
    memoryBytes: null,
    os: null,
  });
  expect(inventory.kernel).toHaveLength(128);
  expect(inventory.interfaces).toHaveLength(256);
  expect(inventory.interfaces[0]).toEqual({
    name: 'e0',
    mac: null,
    addresses: ['10.0.0.1'],
    bitsPerSecond: null,
  });
  expect(inventory.disks).toEqual([{ name: '/dev/sda', model: 'Disk 9000', sizeBytes: 1000 }]);
  expect(messages()).toHaveLength(2);
});

test('without the library everything but boot time, architecture and disks is unknown', async () => {
  const { log } = createLineLog();
  const load = (): Promise<InventoryCalls> => Promise.reject(new Error('not installed'));
  const inventory = await surveyInventory({ host, log, load });
  expect(inventory).toMatchObject({
    model: null,
    cpuModel: null,
    memoryBytes: null,
    interfaces: [],
    arch: os.machine(),
  });
});
