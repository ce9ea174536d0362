// Energy of packages and memory, from /sys/class/powercap (Documentation/power/powercap/powercap.rst); AMD's processors
// have the same files. In: µJ that wrap at max_energy_range_uj. Out: joules that only grow, under node_exporter's names.
// The files are for root alone unless the administrator opens them: `lacks` says how, and nothing is made up.
import { errorCode, errorMessage } from '../../../shared/errors.ts';
import { counter, gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { type FolderRow, FolderRows, listNames, readRows } from '../folder-rows.ts';
import { parseNumber, readLine } from '../number-files.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { Lack, Probe, SampleSink, Source } from '../source.ts';

const everyMs = 5_000;
const listEveryMs = 300_000;
const zoneLimit = 128;
const knownZones = ['package', 'dram', 'core', 'uncore', 'psys'] as const;

const remedy =
  'Let the group jidi read it: write the line `ACTION=="add", SUBSYSTEM=="powercap", KERNEL=="intel-rapl*:*", ' +
  'RUN+="/bin/chgrp jidi /sys%p/energy_uj", RUN+="/bin/chmod g+r /sys%p/energy_uj"` to ' +
  '/etc/udev/rules.d/70-jidi-rapl.rules and run `udevadm trigger --action=add --subsystem-match=powercap`.';

const zoneMetrics = new Map<string, MetricDefinition>(
  knownZones.map((zone) => [
    zone,
    counter(`node_rapl_${zone}_joules_total`, 6, `Energy of the zone ${zone} as the processor tells it.`),
  ]),
);
const otherMetric = counter(
  'jidi_rapl_joules_total',
  6,
  'Energy of a zone of another name, e.g. of one die.',
);
const skipped = gauge(
  'jidi_rapl_zones_skipped',
  0,
  `Zones that are not followed because there are more than ${zoneLimit}; absent when none.`,
);

export function createRaplSource(host: Host): Source {
  let places: ReadonlyMap<string, Zone> = new Map();
  const zones = new FolderRows(host, {
    everyMs: listEveryMs,
    limit: zoneLimit,
    list: () => {
      places = listZones(host);
      return [...places.keys()];
    },
    create: (key) => new ZoneEnergy(host, places.get(key)),
  });
  const skippedRow = createRow([skipped], {});
  return {
    name: 'rapl',
    reads: '/sys/class/powercap/intel-rapl*/energy_uj',
    metrics: [...zoneMetrics.values(), otherMetric, skipped],
    everyMs,
    probe: () => probeZones(host),
    lacks: () => [...listZones(host).values()].flatMap((zone) => lackOf(host, zone)),
    close: () => zones.close(),
    read(sink) {
      const rows = zones.rows();
      if (zones.skipped > 0) skippedRow.set(sink, 0, zones.skipped);
      readRows(rows, sink);
    },
  };
}

interface Zone {
  readonly folder: string;
  /** The kernel's name without its number: package, dram. */
  readonly name: string;
  readonly index: number;
}

/** Energy of one zone as a counter that goes on where the kernel's begins anew. */
class ZoneEnergy implements FolderRow {
  readonly #energy: KernelFile;
  readonly #row: SeriesRow;
  readonly #counter: EnergyCounter;
  #isClosedToUs = false;

  constructor(host: Host, zone: Zone = { folder: '', name: '', index: 0 }) {
    this.#energy = host.keep(`${zone.folder}/energy_uj`);
    this.#counter = new EnergyCounter(readNumber(host, `${zone.folder}/max_energy_range_uj`));
    const labels = { index: String(zone.index), path: zone.folder.slice(host.roots.sys.length) };
    const path = `/sys${labels.path}`;
    const metric = zoneMetrics.get(zone.name);
    this.#row =
      metric === undefined
        ? createRow([otherMetric], { zone: zone.name, index: labels.index, path })
        : createRow([metric], { index: labels.index, path });
  }

  read(sink: SampleSink, onFailure: (error: unknown) => void): void {
    if (this.#isClosedToUs) return;
    try {
      const microjoules = parseNumber(this.#energy.read());
      if (microjoules >= 0) this.#row.set(sink, 0, this.#counter.add(microjoules) / 1e6);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT') this.#isClosedToUs = true;
      else if (code !== 'ENODATA' && code !== 'ENODEV') onFailure(error);
    }
  }

  again(): void {
    this.#isClosedToUs = false;
  }

  close(): void {
    this.#energy.close();
    this.#isClosedToUs = false;
  }
}

/** Invariant: never falls while the range is known. Begins with what the kernel counts. */
export class EnergyCounter {
  readonly #range: number;
  #last = Number.NaN;
  #total = 0;

  /** The largest value before the kernel's counter begins anew; NaN when not known: then a fall is a restart. */
  constructor(range: number) {
    this.#range = range;
  }

  add(microjoules: number): number {
    const step = microjoules - this.#last;
    if (step >= 0) this.#total += step;
    else if (step < 0 && this.#range > 0 && microjoules <= this.#range) this.#total += step + this.#range;
    else this.#total = microjoules;
    this.#last = microjoules;
    return this.#total;
  }
}

/**
 * By folder, name and number. `package-1` has its number in its name; equal names without one are counted up, and left
 * out while a name cannot be read: the numbers would be others.
 */
function listZones(host: Host): ReadonlyMap<string, Zone> {
  const top = `${host.roots.sys}/class/powercap`;
  const named = listFolders(host, top).map((folder) => ({
    folder: `${top}/${folder}`,
    name: readLine(host, `${top}/${folder}/name`),
  }));
  const isWhole = named.every(({ name }) => name !== null);
  const seen = new Map<string, number>();
  const zones = new Map<string, Zone>();
  for (const { folder, name } of named) {
    const numbered = name === null ? null : /^([^-]+)-(\d{1,4})$/.exec(name);
    if (name === null || (numbered === null && !isWhole)) continue;
    const base = numbered?.[1] ?? name;
    const index = numbered === null ? (seen.get(base) ?? 0) : Number(numbered[2]);
    seen.set(base, index + 1);
    zones.set(`${folder} ${base} ${index}`, { folder, name: base, index });
  }
  return zones;
}

/** Some processors show their packages by two doors, registers and mapped memory: they would count twice in a sum. */
function listFolders(host: Host, top: string): readonly string[] {
  const folders = listNames(host, top, /^[\w-]+(:\d{1,4})+$/);
  const hasRegisters = folders.some((folder) => folder.startsWith('intel-rapl:'));
  return hasRegisters ? folders.filter((folder) => !folder.startsWith('intel-rapl-mmio:')) : folders;
}

function probeZones(host: Host): Probe {
  const zones = [...listZones(host).values()];
  if (zones.length === 0) {
    const reason = `no zone below ${host.roots.sys}/class/powercap`;
    return { present: false, reason, remedy: 'Load intel_rapl_msr (Intel, AMD from Zen on); a VM has none.' };
  }
  const lacks = zones.flatMap((zone) => lackOf(host, zone));
  const [first] = lacks;
  if (first === undefined || lacks.length < zones.length) return { present: true };
  return { present: false, reason: first.reason, remedy: first.remedy };
}

function lackOf(host: Host, { folder, name, index }: Zone): readonly Lack[] {
  try {
    host.readBytes(`${folder}/energy_uj`);
    return [];
  } catch (error) {
    const isClosed = errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM';
    const other = 'The zone has no energy counter; nothing can be done.';
    return [
      { what: `energy of ${name} ${index}`, reason: errorMessage(error), remedy: isClosed ? remedy : other },
    ];
  }
}

function readNumber(host: Host, path: string): number {
  try {
    return parseNumber(host.readBytes(path));
  } catch {
    // Without its range a counter that falls has begun anew.
    return Number.NaN;
  }
}
