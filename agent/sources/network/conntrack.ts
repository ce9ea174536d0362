// Connection tracking of the firewall, from /proc/sys/net/netfilter and /proc/net/stat/nf_conntrack.
// In: two numbers, and a table in hexadecimal with a row per core. Out: node_exporter's names and kinds; of the table
// only what was lost. Its sums are told when there is a row for every core that the kernel may have.
import { gauge } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { readPossibleCores } from '../processor/cores.ts';
import { probeFile, readIfThere, readParts, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';
import { HeaderColumns } from './header-columns.ts';

const entries = gauge('node_nf_conntrack_entries', 0, 'Connections that the firewall tracks.');
const limit = gauge('node_nf_conntrack_entries_limit', 0, 'Connections that the firewall can track.');
const lost = {
  drop: gauge('node_nf_conntrack_stat_drop', 0, 'Packets dropped because a connection could not be tracked.'),
  early_drop: gauge(
    'node_nf_conntrack_stat_early_drop',
    0,
    'Tracked connections forgotten to make room for new ones.',
  ),
  insert_failed: gauge(
    'node_nf_conntrack_stat_insert_failed',
    0,
    'Connections that could not be entered into the table.',
  ),
};
const lostMetrics = Object.values(lost);

export function createConntrackSource(host: Host): Source {
  const { proc } = host.roots;
  const numbers = [
    { file: host.keep(`${proc}/sys/net/netfilter/nf_conntrack_count`), row: createRow([entries], {}) },
    { file: host.keep(`${proc}/sys/net/netfilter/nf_conntrack_max`), row: createRow([limit], {}) },
  ];
  const table = createTable(host);
  return {
    name: 'conntrack',
    reads: '/proc/sys/net/netfilter/nf_conntrack_{count,max}, /proc/net/stat/nf_conntrack',
    metrics: [entries, limit, ...lostMetrics],
    everyMs: 10_000,
    probe: () =>
      probeFile(
        host,
        `${proc}/sys/net/netfilter/nf_conntrack_count`,
        'Nothing to do where no firewall tracks connections; else load nf_conntrack.',
      ),
    close() {
      for (const { file } of numbers) file.close();
      table.file.close();
    },
    read(sink) {
      readParts([
        ...numbers.map(
          ({ file, row }) =>
            () =>
              readNumber(file, row, sink),
        ),
        () => readTable(table, sink),
      ]);
    },
  };
}

function readNumber(file: KernelFile, row: SeriesRow, sink: SampleSink): void {
  const cursor = file.read();
  const value = cursor.nextLine() ? cursor.integer() : Number.NaN;
  row.set(sink, 0, value);
  requireContent(cursor, file.path, Number.isNaN(value) ? 0 : 1);
}

interface Table {
  readonly file: KernelFile;
  readonly header: HeaderColumns;
  readonly row: SeriesRow;
  readonly rowsExpected: number;
  readonly sums: Float64Array;
}

function createTable(host: Host): Table {
  return {
    file: host.keep(`${host.roots.proc}/net/stat/nf_conntrack`),
    header: new HeaderColumns(Object.keys(lost)),
    row: createRow(lostMetrics, {}),
    rowsExpected: readPossibleCores(host),
    sums: new Float64Array(lostMetrics.length),
  };
}

function readTable({ file, header, row, rowsExpected, sums }: Table, sink: SampleSink): void {
  const cursor = readIfThere(file);
  // A kernel without CONFIG_NF_CONNTRACK_PROCFS.
  if (cursor === null) return;
  sums.fill(0);
  let rows = 0;
  const columns = cursor.nextLine() ? header.of(cursor) : [];
  while (cursor.nextLine()) {
    for (const { wanted, skip } of columns) {
      cursor.skipWords(skip);
      sums[wanted] = (sums[wanted] ?? Number.NaN) + hexadecimal(cursor);
    }
    rows += 1;
  }
  if (rows === rowsExpected) {
    for (const { wanted } of columns) row.set(sink, wanted, sums[wanted] ?? Number.NaN);
  }
  requireContent(cursor, file.path, columns.length);
}

/** The next word as eight hexadecimal digits or fewer; NaN when it is anything else. */
function hexadecimal(cursor: ByteCursor): number {
  const start = cursor.word();
  const digits = cursor.position - start;
  if (digits === 0 || digits > 8) return Number.NaN;
  let value = 0;
  for (let at = start; at < cursor.position; at += 1) {
    const byte = cursor.bytes[at] ?? 0;
    const digit = byte >= 48 && byte <= 57 ? byte - 48 : byte >= 97 && byte <= 102 ? byte - 87 : Number.NaN;
    value = value * 16 + digit;
  }
  return value;
}
