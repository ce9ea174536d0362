// Thermal throttling, from /sys/devices/system/cpu/cpuN/thermal_throttle (Intel; ABI/testing/sysfs-devices-system-cpu).
// In: one file per physical core and two per package, of its first online thread. Out: node_exporter's names, and the
// time a package was throttled, which Linux tells since 5.5. What is not there is absent.
import { counter, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { isAbsence, probeFile, readParts, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';
import { type Core, coreFile, coreFolder, OnlineCores } from './cores.ts';

const coreThrottles = counter('node_cpu_core_throttles_total', 0, 'How often the core was throttled.');
const packageThrottles = counter(
  'node_cpu_package_throttles_total',
  0,
  'How often the package was throttled.',
);
const packageSeconds = counter(
  'jidi_cpu_package_throttled_seconds_total',
  3,
  'Time in which the package was throttled because of its temperature.',
);

export function createThrottleSource(host: Host): Source {
  const cores = new OnlineCores(host);
  let followed: readonly Core[] = [];
  let counts: readonly Count[] = [];
  const close = (): void => {
    cores.close();
    for (const { file } of counts) file.close();
  };
  return {
    name: 'throttle',
    reads: '/sys/devices/system/cpu/cpuN/thermal_throttle',
    metrics: [packageThrottles, packageSeconds, coreThrottles],
    everyMs: 30_000,
    probe: () =>
      probeFile(
        host,
        `${coreFolder(host, 0)}/thermal_throttle/core_throttle_count`,
        'Nothing to do: Intel CPUs outside virtual machines tell it, others do not.',
      ),
    close,
    read(sink) {
      const current = cores.current();
      if (current !== followed) {
        close();
        counts = listCounts(host, current);
        followed = current;
      }
      readParts(counts.map((count) => () => readCount(count, sink)));
    },
  };
}

interface Count {
  readonly file: KernelFile;
  readonly row: SeriesRow;
  readonly divisor: number;
  /** This kernel or core does not have it. */
  absent: boolean;
}

/** Packages first: on a large node the limit of series cuts what comes late. */
function listCounts(host: Host, cores: readonly Core[]): readonly Count[] {
  const packages = new Map<string, Core>();
  const physical = new Map<string, Core>();
  for (const core of cores) {
    const key = `${core.package}`;
    if (!packages.has(key)) packages.set(key, core);
    if (!physical.has(`${key} ${core.core}`)) physical.set(`${key} ${core.core}`, core);
  }
  const count = (metric: MetricDefinition, core: Core, name: string): Count => {
    const labels = metric === coreThrottles ? { core: `${core.core}` } : {};
    return {
      file: coreFile(host, `${coreFolder(host, core.number)}/thermal_throttle/${name}`),
      row: createRow([metric], { ...labels, package: `${core.package}` }),
      divisor: metric === packageSeconds ? 1000 : 1,
      absent: false,
    };
  };
  return [
    ...[...packages.values()].flatMap((core) => [
      count(packageThrottles, core, 'package_throttle_count'),
      count(packageSeconds, core, 'package_throttle_total_time_ms'),
    ]),
    ...[...physical.values()].map((core) => count(coreThrottles, core, 'core_throttle_count')),
  ];
}

function readCount(count: Count, sink: SampleSink): void {
  if (count.absent) return;
  try {
    const cursor = count.file.read();
    const value = cursor.nextLine() ? cursor.integer() : Number.NaN;
    count.row.set(sink, 0, value / count.divisor);
    requireContent(cursor, count.file.path, Number.isNaN(value) ? 0 : 1);
  } catch (error) {
    if (!isAbsence(error)) throw error;
    count.absent = true;
  }
}
