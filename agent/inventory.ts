// Static facts of the node, found out once at start. In: systeminformation, which starts child programs and is
// therefore never used while measuring. Out: an Inventory; a part that fails or takes too long is null or empty.
// Everything it says is bounded text from hardware and kernel.
import type * as library from 'systeminformation';
import type { Systeminformation } from 'systeminformation';
import { errorMessage } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { Inventory, InventoryDisk, InventoryInterface } from '../shared/model/node.ts';
import { truncate } from '../shared/text.ts';
import type { Host } from './host/host.ts';
import { isLeftOut } from './sources/storage/disk.ts';

const usualDeadlineMs = 10_000;
const deviceLimit = 256;
const addressLimit = 16;
const longestText = 128;
const sectorBytes = 512;
const bitsPerMegabit = 1_000_000;

/** The calls that are made of systeminformation. */
export type InventoryCalls = Pick<
  typeof library,
  'system' | 'cpu' | 'mem' | 'osInfo' | 'networkInterfaces' | 'diskLayout'
>;

export interface InventoryOptions {
  readonly host: Host;
  readonly log: Logger;
  readonly deadlineMs?: number;
  /** Where the calls come from; the library itself when not given. */
  readonly load?: () => Promise<InventoryCalls>;
}

/** Never rejects. */
export async function surveyInventory(options: InventoryOptions): Promise<Inventory> {
  const { host } = options;
  const calls = await ask(options, 'library', options.load ?? (() => import('systeminformation')));
  const part = <T>(name: string, call: (from: InventoryCalls) => Promise<T>): Promise<T | null> =>
    calls === null ? Promise.resolve(null) : ask(options, name, () => call(calls));
  const [system, cpu, memory, os, interfaces, disks] = await Promise.all([
    part('system', (from) => from.system()),
    part('cpu', (from) => from.cpu()),
    part('memory', (from) => from.mem()),
    part('os', (from) => from.osInfo()),
    part('interfaces', (from) => from.networkInterfaces()),
    part('disks', (from) => from.diskLayout()),
  ]);
  return {
    timeMs: host.clock.now(),
    bootTimeMs: host.facts.bootTimeMs,
    model: join(system?.manufacturer, system?.model),
    ...cpuFacts(cpu),
    memoryBytes: count(memory?.total),
    os: join(os?.distro, os?.release),
    kernel: text(os?.kernel),
    arch: text(host.facts.architecture),
    interfaces: (Array.isArray(interfaces) ? interfaces : []).slice(0, deviceLimit).map(toInterface),
    disks: (disks?.length ? disks.map(toDisk) : listDisks(host)).slice(0, deviceLimit),
  };
}

/** The answer, or null with a line in the log. */
async function ask<T>(options: InventoryOptions, part: string, call: () => Promise<T>): Promise<T | null> {
  const deadlineMs = options.deadlineMs ?? usualDeadlineMs;
  let cancel = (): void => {};
  try {
    const late = new Promise<never>((_, reject) => {
      const tell = (): void => reject(new Error(`no answer within ${deadlineMs} ms`));
      cancel = options.host.clock.after(deadlineMs, tell);
    });
    return await Promise.race([call(), late]);
  } catch (error) {
    options.log.warn({ part, reason: errorMessage(error) }, 'part of the inventory is not known');
    return null;
  } finally {
    cancel();
  }
}

function cpuFacts(
  cpu: Systeminformation.CpuData | null,
): Pick<Inventory, 'cpuModel' | 'sockets' | 'cores' | 'threads'> {
  return {
    cpuModel: join(cpu?.manufacturer, cpu?.brand),
    sockets: count(cpu?.processors),
    cores: count(cpu?.physicalCores),
    threads: count(cpu?.cores),
  };
}

function toInterface(from: Systeminformation.NetworkInterfacesData): InventoryInterface {
  const speed = count(from.speed);
  return {
    name: truncate(from.iface, longestText),
    mac: text(from.mac),
    addresses: [from.ip4, from.ip6].flatMap((address) => text(address) ?? []).slice(0, addressLimit),
    bitsPerSecond: speed === null ? null : speed * bitsPerMegabit,
  };
}

function toDisk(from: Systeminformation.DiskLayoutData): InventoryDisk {
  return {
    name: text(from.device) ?? '',
    model: join(from.vendor, from.name),
    sizeBytes: count(from.size),
  };
}

/** From /sys/block, for machines where the library finds none because a program is missing. */
function listDisks(host: Host): readonly InventoryDisk[] {
  const read = (path: string): string => {
    try {
      return host.readText(`${host.roots.sys}/block/${path}`);
    } catch {
      // Virtual disks have no model; a disk may go while it is looked at.
      return '';
    }
  };
  let names: readonly string[] = [];
  try {
    names = host.list(`${host.roots.sys}/block`).slice(0, deviceLimit);
  } catch {
    // No sysfs: no disks are known.
  }
  return names
    .filter((name) => !isLeftOut(name))
    .map((name) => ({
      name: truncate(name, longestText),
      model: text(read(`${name}/device/model`)),
      sizeBytes: count(Number(read(`${name}/size`)) * sectorBytes),
    }));
}

/** null for what the library writes when it does not know. */
function text(value: string | undefined): string | null {
  const trimmed = value?.trim() ?? '';
  const isUnknown = trimmed === '' || trimmed === '-' || trimmed.toLowerCase() === 'unknown';
  return isUnknown ? null : truncate(trimmed, longestText);
}

function join(...parts: readonly (string | undefined)[]): string | null {
  return text(parts.flatMap((part) => text(part) ?? []).join(' '));
}

/** null for 0, negative and missing: none of these counts can be 0. */
function count(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
