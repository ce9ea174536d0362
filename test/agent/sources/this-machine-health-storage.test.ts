// Health, storage and InfiniBand on the machine that runs the tests, against other readings of the same things. What
// this machine does not have is left out with the reason.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { expect, type TestContext, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';
import { createEdacSource } from '../../../agent/sources/health/edac.ts';
import { createHwmonSource } from '../../../agent/sources/health/hwmon.ts';
import { createRaplSource } from '../../../agent/sources/health/rapl.ts';
import { createUnitsSource } from '../../../agent/sources/health/units.ts';
import { createInfinibandSource } from '../../../agent/sources/network/infiniband.ts';
import { createInfinibandHealthSource } from '../../../agent/sources/network/infiniband-health.ts';
import type { SourceFactory } from '../../../agent/sources/source.ts';
import { createFilesystemSource } from '../../../agent/sources/storage/filesystem.ts';
import { createLustreSource } from '../../../agent/sources/storage/lustre.ts';
import { createNfsSource } from '../../../agent/sources/storage/nfs.ts';
import { type Recorded, RecordingSink } from './fixture-machine.ts';

/** What the source tells here; leaves the test out when it has nothing to read. */
async function read(context: TestContext, create: SourceFactory): Promise<readonly Recorded[]> {
  const source = create(createHost());
  const probe = source.probe();
  if (!probe.present) context.skip(`${source.name}: ${probe.reason}; ${probe.remedy}`);
  const sink = new RecordingSink();
  await source.read(sink);
  source.close();
  expect(sink.recorded.size).toBeGreaterThan(0);
  return [...sink.recorded.values()];
}

function number(path: string): number {
  return Number(readFileSync(path, 'utf8'));
}

test('each temperature is near the one that the chip tells now', async (context) => {
  const told = await read(context, createHwmonSource);
  const now = readdirSync('/sys/class/hwmon').flatMap((chip) =>
    readdirSync(`/sys/class/hwmon/${chip}`)
      .filter((file) => /^temp\d+_input$/.test(file))
      .map((file) => number(`/sys/class/hwmon/${chip}/${file}`) / 1000),
  );
  for (const { metric, value } of told) {
    if (metric.name !== 'node_hwmon_temp_celsius') continue;
    expect(Math.min(...now.map((celsius) => Math.abs(celsius - value)))).toBeLessThan(15);
  }
});

test('each energy lies between two readings of the kernel’s counter', async (context) => {
  const zones = existsSync('/sys/class/powercap') ? readdirSync('/sys/class/powercap') : [];
  const open = zones.filter((zone) => existsSync(`/sys/class/powercap/${zone}/energy_uj`));
  const energies = (): ReadonlyMap<string, number> =>
    new Map(
      open.map((zone) => [`/sys/class/powercap/${zone}`, number(`/sys/class/powercap/${zone}/energy_uj`)]),
    );
  const before = energies();
  const told = await read(context, createRaplSource);
  const after = energies();
  for (const { labels, value } of told) {
    const path = labels['path'] ?? '';
    const [low = Number.NaN, high = Number.NaN] = [before.get(path), after.get(path)];
    // A counter that began anew in between proves nothing.
    if (high < low) continue;
    expect(value).toBeGreaterThanOrEqual(low / 1e6);
    expect(value).toBeLessThanOrEqual(high / 1e6);
  }
});

test('memory errors are those that the kernel counts', async (context) => {
  for (const { metric, labels, value } of await read(context, createEdacSource)) {
    if (metric.name !== 'node_edac_correctable_errors_total') continue;
    expect(value).toBe(number(`/sys/devices/system/edac/mc/mc${labels['controller']}/ce_count`));
  }
});

test('traffic of each InfiniBand port lies between two readings of its counter', async (context) => {
  const told = await read(context, createInfinibandSource);
  for (const { metric, labels, value } of told) {
    if (metric.name !== 'node_infiniband_port_data_received_bytes_total') continue;
    const folder = `/sys/class/infiniband/${labels['device']}/ports/${labels['port']}`;
    expect(value).toBeLessThanOrEqual(number(`${folder}/counters/port_rcv_data`) * 4);
  }
});

test('the state of each InfiniBand port is the one in its file', async (context) => {
  for (const { metric, labels, value } of await read(context, createInfinibandHealthSource)) {
    if (metric.name !== 'node_infiniband_state_id') continue;
    const path = `/sys/class/infiniband/${labels['device']}/ports/${labels['port']}/state`;
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${value}:`));
  }
});

test('each NFS mount is one of the table of mounts', async (context) => {
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  for (const { metric, labels } of await read(context, createNfsSource)) {
    if (metric.name !== 'node_mountstats_nfs_mountpoint_info') continue;
    expect(mounts).toContain(`${labels['export']} ${labels['mountpoint']} nfs`);
  }
});

test('each Lustre filesystem is one of the table of mounts', async (context) => {
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  for (const { labels } of await read(context, createLustreSource)) {
    expect(mounts).toContain(`:/${labels['filesystem']} `);
  }
});

test('services are in the state that systemctl tells', async (context) => {
  for (const { metric, labels, value } of await read(context, (host) => createUnitsSource(host))) {
    if (metric.name !== 'node_systemd_unit_state' || value !== 1) continue;
    const { stdout } = spawnSync('systemctl', ['is-active', labels['name'] ?? ''], { encoding: 'utf8' });
    expect(stdout.trim()).toBe(labels['state']);
  }
});

test('each filesystem has the size that statfs tells', async (context) => {
  for (const { metric, labels, value } of await read(context, createFilesystemSource)) {
    if (metric.name !== 'node_filesystem_size_bytes') continue;
    const { bsize, blocks } = statfsSync(labels['mountpoint'] ?? '');
    expect(value).toBe(bsize * blocks);
  }
});
