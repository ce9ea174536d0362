// Disks, from /proc/diskstats (Documentation/admin-guide/iostats.rst). In: sectors of 512 bytes, ms, counts.
// Out: bytes, seconds, counts under node_exporter's names. Partitions and ram, loop, floppy devices are left out, as
// node_exporter leaves them out.
import { counter, gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { DeviceRows, skippedDevices } from '../device-rows.ts';
import { probeFile, requireContent } from '../reading.ts';
import { createRow } from '../series-row.ts';
import type { Source } from '../source.ts';

const leftOut = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;

/** The file's fields after the name, in its order: what they are and how they become base units. */
const fields = [
  count(counter('node_disk_reads_completed_total', 0, 'Reads completed.')),
  count(counter('node_disk_reads_merged_total', 0, 'Reads merged with a neighbour.')),
  sectors(counter('node_disk_read_bytes_total', 0, 'Bytes read.')),
  milliseconds(counter('node_disk_read_time_seconds_total', 3, 'Time of all reads together.')),
  count(counter('node_disk_writes_completed_total', 0, 'Writes completed.')),
  count(counter('node_disk_writes_merged_total', 0, 'Writes merged with a neighbour.')),
  sectors(counter('node_disk_written_bytes_total', 0, 'Bytes written.')),
  milliseconds(counter('node_disk_write_time_seconds_total', 3, 'Time of all writes together.')),
  count(gauge('node_disk_io_now', 0, 'Requests under way.')),
  milliseconds(counter('node_disk_io_time_seconds_total', 3, 'Time with a request under way.')),
  milliseconds(counter('node_disk_io_time_weighted_seconds_total', 3, 'Time of all requests together.')),
  count(counter('node_disk_discards_completed_total', 0, 'Discards completed.')),
  count(counter('node_disk_discards_merged_total', 0, 'Discards merged with a neighbour.')),
  count(counter('node_disk_discarded_sectors_total', 0, 'Sectors of 512 bytes discarded.')),
  milliseconds(counter('node_disk_discard_time_seconds_total', 3, 'Time of all discards together.')),
  count(counter('node_disk_flush_requests_total', 0, 'Flushes completed.')),
  milliseconds(counter('node_disk_flush_requests_time_seconds_total', 3, 'Time of all flushes together.')),
];
const metrics = fields.map(({ metric }) => metric);
const skipped = skippedDevices('disk');

export function createDiskSource(host: Host): Source {
  const path = `${host.roots.proc}/diskstats`;
  const file = host.keep(path);
  const values = new Float64Array(fields.length);
  const rows = new DeviceRows(skipped, (device) =>
    isLeftOut(device) ? null : createRow(metrics, { device }),
  );
  return {
    name: 'disk',
    reads: '/proc/diskstats',
    metrics: [...metrics, skipped],
    probe: () => probeFile(host, path, 'Mount /proc.'),
    close: () => file.close(),
    read(sink) {
      const cursor = file.read();
      const found = parseDiskstats(cursor, (start, end) => {
        const row = rows.rowOf(cursor, start, end);
        if (row === null) return;
        readFields(cursor, values);
        for (let i = 0; i < values.length; i += 1) row.set(sink, i, values[i] ?? Number.NaN);
      });
      rows.setSkipped(sink);
      requireContent(cursor, path, found);
    },
  };
}

/** True for partitions and for devices that are no disks. */
export function isLeftOut(device: string): boolean {
  return leftOut.test(device);
}

/** Calls `visit` per device with the range of its name; the cursor stands before the fields. */
function parseDiskstats(cursor: ByteCursor, visit: (nameStart: number, nameEnd: number) => void): number {
  let found = 0;
  while (cursor.nextLine()) {
    if (Number.isNaN(cursor.integer()) || Number.isNaN(cursor.integer())) continue;
    const start = cursor.word();
    const end = cursor.position;
    if (start === end) continue;
    visit(start, end);
    found += 1;
  }
  return found;
}

/** The fields in base units; what is missing is NaN. */
export function readFields(cursor: ByteCursor, values: Float64Array): void {
  for (let i = 0; i < fields.length; i += 1) {
    const { factor, divisor } = fields[i] ?? { factor: Number.NaN, divisor: 1 };
    values[i] = (cursor.integer() * factor) / divisor;
  }
}

interface Field {
  readonly metric: MetricDefinition;
  readonly factor: number;
  readonly divisor: number;
}

function count(metric: MetricDefinition): Field {
  return { metric, factor: 1, divisor: 1 };
}

function sectors(metric: MetricDefinition): Field {
  return { metric, factor: 512, divisor: 1 };
}

function milliseconds(metric: MetricDefinition): Field {
  return { metric, factor: 1, divisor: 1000 };
}
