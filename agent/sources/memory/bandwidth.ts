// Memory bandwidth and cache use per L3 domain, from resctrl (Documentation/filesystems/resctrl.rst): Intel RDT and AMD
// QoS count the bytes that cross between L3 and memory. In: mon_data/mon_L3_NN of the default group, which holds every
// task that nobody put into a group of its own. Out: bytes. It never mounts, makes or changes a group, and keeps no file
// open: that would keep an administrator from unmounting.
// `Unavailable`, `Unassigned` and `Error` in place of a number are absence.
import { counter, gauge } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { isAbsence, readParts, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { Lack, Probe, SampleSink, Source } from '../source.ts';

const domainLimit = 64;
/** Each file costs an interrupt on a core of its domain: with many domains less often. */
const fewDomains = 4;
const manyDomainsMs = 5000;
const listAgainMs = 60_000;

const files = [
  {
    name: 'mbm_local_bytes',
    metric: counter(
      'jidi_memory_bandwidth_local_bytes_total',
      0,
      'Bytes between the L3 domain and the memory of its own NUMA node.',
    ),
  },
  {
    name: 'mbm_total_bytes',
    metric: counter(
      'jidi_memory_bandwidth_total_bytes_total',
      0,
      'Bytes between the L3 domain and all memory.',
    ),
  },
  {
    name: 'llc_occupancy',
    metric: gauge('jidi_llc_occupancy_bytes', 0, 'L3 cache that tasks of the default group fill.'),
  },
] as const;

const remedy =
  'Run: mount -t resctrl resctrl /sys/fs/resctrl, on a CPU with Intel RDT (CMT, MBM) or AMD QoS; virtual machines have none.';

export function createBandwidthSource(host: Host): Source {
  const folder = `${host.roots.sys}/fs/resctrl/mon_data`;
  let counts: readonly Count[] = [];
  let listedAtMs = Number.NEGATIVE_INFINITY;
  const hasManyDomains = listDomains(host, folder).length > fewDomains;
  return {
    name: 'resctrl',
    reads: '/sys/fs/resctrl/mon_data',
    metrics: files.map(({ metric }) => metric),
    ...(hasManyDomains ? { everyMs: manyDomainsMs } : {}),
    probe: () => probeDomains(host, folder),
    lacks: () => counts.filter(({ isMissing }) => isMissing).map(lackOf),
    close() {},
    read(sink) {
      const now = host.clock.monotonic();
      if (now - listedAtMs >= listAgainMs) {
        counts = listDomains(host, folder).flatMap((domain) => createCounts(folder, domain));
        listedAtMs = now;
      }
      readParts(counts.map((count) => () => readCount(host, count, sink)));
    },
  };
}

interface Count {
  readonly path: string;
  readonly row: SeriesRow;
  /** The last reading gave no number. */
  isMissing: boolean;
  /** The CPU does not count it. */
  isAbsent: boolean;
}

function probeDomains(host: Host, folder: string): Probe {
  if (listDomains(host, folder).length > 0) return { present: true };
  return { present: false, reason: `${folder} has no L3 domain`, remedy };
}

/** Names like mon_L3_00; none when nothing is mounted. */
function listDomains(host: Host, folder: string): readonly string[] {
  try {
    return host
      .list(folder)
      .filter((name) => /^mon_L3_\d{1,4}$/.test(name))
      .sort()
      .slice(0, domainLimit);
  } catch {
    // Not mounted, or not for us: the probe says what to do.
    return [];
  }
}

function createCounts(folder: string, name: string): readonly Count[] {
  const domain = String(Number(name.slice('mon_L3_'.length)));
  return files.map((file) => ({
    path: `${folder}/${name}/${file.name}`,
    row: createRow([file.metric], { domain }),
    isMissing: false,
    isAbsent: false,
  }));
}

function readCount(host: Host, count: Count, sink: SampleSink): void {
  if (count.isAbsent) return;
  try {
    const cursor = host.readBytes(count.path);
    const value = cursor.nextLine() ? cursor.integer() : Number.NaN;
    count.isMissing = Number.isNaN(value);
    count.row.set(sink, 0, value);
    requireContent(cursor, count.path, cursor.end);
  } catch (error) {
    count.isMissing = true;
    if (!isAbsence(error)) throw error;
    count.isAbsent = true;
  }
}

function lackOf({ path }: Count): Lack {
  return {
    what: path.split('/').slice(-2).join('/'),
    reason: `${path} holds no number`,
    remedy:
      'Use a CPU that counts it, and leave it a free monitoring id: remove monitoring groups that nobody needs.',
  };
}
