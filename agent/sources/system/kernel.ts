// The kernel as a whole: boot time, context switches, interrupts, forks, tasks, open files, entropy, version.
// From /proc/stat and /proc/sys. Out: node_exporter's names. The version is read once a minute.
import { counter, gauge, type Labels } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { isAbsence, probeFile, readParts, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';

/** Keys of /proc/stat in the order of `statMetrics`. */
const statKeys = ['btime ', 'ctxt ', 'intr ', 'processes ', 'procs_running ', 'procs_blocked '] as const;
const statMetrics = [
  gauge('node_boot_time_seconds', 0, 'When the node was booted, seconds since the Unix epoch.'),
  counter('node_context_switches_total', 0, 'Context switches.'),
  counter('node_intr_total', 0, 'Interrupts serviced.'),
  counter('node_forks_total', 0, 'Processes and threads created.'),
  gauge('node_procs_running', 0, 'Tasks that can run.'),
  gauge('node_procs_blocked', 0, 'Tasks that wait for storage.'),
];
const fileMetrics = [
  gauge('node_filefd_allocated', 0, 'Open files of the node.'),
  gauge('node_filefd_maximum', 0, 'Open files that the node allows.'),
];
const entropyMetric = gauge('node_entropy_available_bits', 0, 'Bits of entropy that the kernel has.');
const unameMetric = gauge('node_uname_info', 0, 'Always 1; the labels are what uname tells.');
const unameRefreshMs = 60_000;

export function createKernelSource(host: Host): Source {
  const { proc } = host.roots;
  const stat = host.keep(`${proc}/stat`);
  const files = host.keep(`${proc}/sys/fs/file-nr`);
  const entropy = host.keep(`${proc}/sys/kernel/random/entropy_avail`);
  const statRow = createRow(statMetrics, {});
  const fileRow = createRow(fileMetrics, {});
  const entropyRow = createRow([entropyMetric], {});
  const values = new Float64Array(statKeys.length);
  const uname = createUnamePart(host);
  return {
    name: 'kernel',
    reads: '/proc/stat, /proc/sys/fs/file-nr, /proc/sys/kernel',
    metrics: [...statMetrics, ...fileMetrics, entropyMetric, unameMetric],
    probe: () => probeFile(host, stat.path, 'Mount /proc.'),
    close() {
      for (const file of [stat, files, entropy]) file.close();
    },
    read(sink) {
      readParts([
        () => {
          const cursor = stat.read();
          const found = parseKernelLines(cursor, values);
          setAll(statRow, values, sink);
          requireContent(cursor, stat.path, found);
        },
        () => ifThere(() => setAll(fileRow, parseFileNumbers(files.read()), sink)),
        () => ifThere(() => setAll(entropyRow, [parseOneNumber(entropy.read())], sink)),
        () => uname(sink),
      ]);
    },
  };
}

/** Fills `values` in the order boot time, switches, interrupts, forks, running, blocked; NaN where there is no line. */
function parseKernelLines(cursor: ByteCursor, values: Float64Array): number {
  let found = 0;
  values.fill(Number.NaN);
  while (cursor.nextLine()) {
    const key = statKeys.findIndex((name) => cursor.accept(name));
    if (key < 0) continue;
    values[key] = cursor.integer();
    found += 1;
  }
  return found;
}

/** `allocated free maximum`; free has been 0 since Linux 2.6. */
function parseFileNumbers(cursor: ByteCursor): readonly number[] {
  if (!cursor.nextLine()) return [];
  const allocated = cursor.integer();
  cursor.skipWords(1);
  return [allocated, cursor.integer()];
}

function parseOneNumber(cursor: ByteCursor): number {
  return cursor.nextLine() ? cursor.integer() : Number.NaN;
}

function setAll(row: SeriesRow, values: ArrayLike<number>, sink: SampleSink): void {
  for (let i = 0; i < values.length; i += 1) row.set(sink, i, values[i] ?? Number.NaN);
}

function ifThere(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}

function createUnamePart(host: Host): (sink: SampleSink) => void {
  let row: SeriesRow | null = null;
  let told = '';
  let readAtMs = Number.NEGATIVE_INFINITY;
  return (sink) => {
    const now = host.clock.monotonic();
    if (now - readAtMs >= unameRefreshMs) {
      readAtMs = now;
      const labels = readUname(host);
      if (labels === null) row = null;
      else if (row === null || JSON.stringify(labels) !== told) row = createRow([unameMetric], labels);
      told = JSON.stringify(labels);
    }
    row?.set(sink, 0, 1);
  };
}

function readUname(host: Host): Labels | null {
  const word = (name: string): string | null => {
    try {
      const cursor = host.readBytes(`${host.roots.proc}/sys/kernel/${name}`);
      return cursor.nextLine() ? cursor.text(cursor.position, cursor.lineEnd) : null;
    } catch {
      // Some sandboxes hide a part of /proc/sys; a name that is half known is not told.
      return null;
    }
  };
  const [sysname, nodename, release, version, domainname] = [
    word('ostype'),
    word('hostname'),
    word('osrelease'),
    word('version'),
    word('domainname'),
  ];
  if (!sysname || !nodename || !release || !version || domainname === null) return null;
  return { domainname, machine: host.facts.architecture, nodename, release, sysname, version };
}
