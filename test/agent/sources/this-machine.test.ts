// The sources on the machine that runs the tests, against what Node and other readings say of it.
import { statfsSync } from 'node:fs';
import os from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';
import { sourceFactories } from '../../../agent/sources/registry.ts';
import type { Source } from '../../../agent/sources/source.ts';
import { RecordingSink } from './fixture-machine.ts';

const host = createHost();
const sources = sourceFactories.map((create) => create(host));

afterAll(() => {
  for (const source of sources) source.close();
});

async function read(name: string): Promise<RecordingSink> {
  const source = sources.find((candidate) => candidate.name === name) as Source;
  const sink = new RecordingSink();
  await source.read(sink);
  return sink;
}

test.each(sources)('the source $name reads something, or says why not', async (source) => {
  const probe = source.probe();
  if (!probe.present) expect(probe.reason.length * probe.remedy.length).toBeGreaterThan(0);
  else expect((await read(source.name)).recorded.size).toBeGreaterThan(0);
});

test('the memory is the one that Node knows', async () => {
  expect((await read('memory')).valueOf('node_memory_MemTotal_bytes')).toBe(os.totalmem());
});

test('the CPU times of each core lie between two readings by Node', async () => {
  const before = os.cpus();
  const sink = await read('cpu');
  const after = os.cpus();
  expect(before.length).toBe(host.facts.cpuCount);
  for (const core of before.keys()) {
    for (const [mode, time] of [
      ['user', 'user'],
      ['system', 'sys'],
      ['nice', 'nice'],
    ] as const) {
      const seconds = sink.valueOf(`node_cpu_seconds_total{cpu="${core}",mode="${mode}"}`) ?? Number.NaN;
      expect(seconds).toBeGreaterThanOrEqual((before[core]?.times[time] ?? Number.NaN) / 1000);
      expect(seconds).toBeLessThanOrEqual((after[core]?.times[time] ?? Number.NaN) / 1000);
    }
  }
});

test('the boot time is now minus the uptime', async () => {
  const seconds = (await read('kernel')).valueOf('node_boot_time_seconds') ?? Number.NaN;
  expect(Math.abs(Date.now() / 1000 - os.uptime() - seconds)).toBeLessThan(2);
  expect(Math.abs(host.uptimeSeconds() - os.uptime())).toBeLessThan(2);
});

test('the root filesystem has the size that statfs tells', async () => {
  const sizes = [...(await read('filesystem')).recorded.values()].filter(
    ({ metric, labels }) => metric.name === 'node_filesystem_size_bytes' && labels['mountpoint'] === '/',
  );
  // In a container the root may be a layered filesystem, which is left out.
  const { bsize, blocks } = statfsSync('/');
  for (const { value } of sizes) expect(value).toBe(bsize * blocks);
});

test('the interfaces with addresses are among those that are read', async () => {
  const sink = await read('network');
  for (const device of Object.keys(os.networkInterfaces())) {
    expect(sink.valueOf(`node_network_receive_bytes_total{device="${device}"}`)).toBeGreaterThanOrEqual(0);
  }
});

test('the memory of this program lies within what Node says of it', async () => {
  const resident = (await read('agent')).valueOf('jidi_agent_resident_bytes') ?? Number.NaN;
  expect(resident / process.memoryUsage.rss()).toBeGreaterThan(0.5);
  expect(resident / process.memoryUsage.rss()).toBeLessThan(2);
});
