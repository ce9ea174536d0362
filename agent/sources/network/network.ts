// Network interfaces: counters from /proc/net/dev (proc_pid_net(5)), state and speed from /sys/class/net
// (Documentation/ABI/testing/sysfs-class-net). Out: node_exporter's names. A speed that the driver does not know is
// absent. The speed is asked once a minute: some drivers take the network's big lock for it.
import { counter } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { DeviceRows, skippedDevices } from '../device-rows.ts';
import { probeFile, readParts, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { Source } from '../source.ts';
import { InterfaceState, linkMetrics } from './interface-state.ts';

const columnNames = [
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'].map(receive),
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'].map(transmit),
];
const counters = columnNames.map((name) => counter(`node_network_${name}_total`, 0, helpOf(name)));
const skipped = skippedDevices('network');
const colon = 58;

interface Interface {
  readonly row: SeriesRow;
  readonly state: InterfaceState;
}

export function createNetworkSource(host: Host): Source {
  const path = `${host.roots.proc}/net/dev`;
  const file = host.keep(path);
  const values = new Float64Array(counters.length);
  const rows = new DeviceRows<Interface>(skipped, (device) => ({
    row: createRow(counters, { device }),
    state: new InterfaceState(host, device),
  }));
  const present = new Set<InterfaceState>();
  return {
    name: 'network',
    reads: '/proc/net/dev, /sys/class/net',
    metrics: [...counters, ...linkMetrics, skipped],
    probe: () => probeFile(host, path, 'Mount /proc.'),
    close() {
      file.close();
      for (const { state } of rows.all()) state.close();
    },
    read(sink) {
      present.clear();
      readParts([
        () => {
          const cursor = file.read();
          const found = parseNetDev(cursor, values, (start, end) => {
            const known = rows.rowOf(cursor, start, end);
            if (known === null) return;
            present.add(known.state);
            for (let i = 0; i < values.length; i += 1) known.row.set(sink, i, values[i] ?? Number.NaN);
          });
          rows.setSkipped(sink);
          requireContent(cursor, path, found);
        },
        () => {
          for (const { state } of rows.all()) {
            if (present.has(state)) state.read(sink);
            else state.close();
          }
        },
      ]);
    },
  };
}

/** Calls `visit` per interface with the range of its name and its 16 counters; what is missing is NaN. */
function parseNetDev(
  cursor: ByteCursor,
  values: Float64Array,
  visit: (nameStart: number, nameEnd: number) => void,
): number {
  let found = 0;
  while (cursor.nextLine()) {
    cursor.skipSpaces();
    const start = cursor.position;
    // A name may hold anything but blanks, slashes and colons; an alias of old kernels has a colon of its own.
    const end = cursor.bytes.lastIndexOf(colon, cursor.lineEnd - 1);
    if (end <= start) continue;
    cursor.position = end + 1;
    for (let i = 0; i < values.length; i += 1) values[i] = cursor.integer();
    visit(start, end);
    found += 1;
  }
  return found;
}

function receive(field: string): string {
  return `receive_${field}`;
}

function transmit(field: string): string {
  return `transmit_${field}`;
}

function helpOf(name: string): string {
  const [direction, field] = name.split('_');
  return `The interface's ${field ?? ''} of /proc/net/dev, ${direction ?? ''} side.`;
}
