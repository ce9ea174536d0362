// Traffic of InfiniBand and RoCE ports, from /sys/class/infiniband/DEVICE/ports/PORT/counters. In: words of 4 bytes,
// packets. Out: bytes and packets under node_exporter's names; for drivers without these counters (efa, erdma, bnxt_re)
// what they count themselves in hw_counters, under names of ours.
// Each file costs a question to the adapter, so only four are read at every tick; errors and state are
// infiniband-health.ts. A port that goes away is absent and fails no other.
import { counter, gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { listNames, readRows } from '../folder-rows.ts';
import { type NumberFile, NumberFiles } from '../number-files.ts';
import { createRow } from '../series-row.ts';
import type { Source } from '../source.ts';
import { createPorts, type Port, portLimit, probePorts } from './infiniband-ports.ts';

const bytesPerWord = 4;

interface Counted {
  readonly metric: MetricDefinition;
  /** Names of the file, by driver. */
  readonly files: readonly string[];
  readonly factor: number;
}

const portCounters: readonly Counted[] = [
  port('port_data_received_bytes', 'port_rcv_data', bytesPerWord, 'Bytes received, all lanes.'),
  port('port_data_transmitted_bytes', 'port_xmit_data', bytesPerWord, 'Bytes sent, all lanes.'),
  port('port_packets_received', 'port_rcv_packets', 1, 'Packets received, with those in error.'),
  port('port_packets_transmitted', 'port_xmit_packets', 1, 'Packets sent, with those in error.'),
];
const driverCounters: readonly Counted[] = [
  driver('received_bytes', ['rx_bytes', 'hw_rx_bytes_cnt'], 'Bytes received, as the driver counts them.'),
  driver('transmitted_bytes', ['tx_bytes', 'hw_tx_bytes_cnt'], 'Bytes sent, as the driver counts them.'),
  driver(
    'received_packets',
    ['rx_pkts', 'hw_rx_packets_cnt'],
    'Packets received, as the driver counts them.',
  ),
  driver('transmitted_packets', ['tx_pkts', 'hw_tx_packets_cnt'], 'Packets sent, as the driver counts them.'),
];
const skipped = gauge(
  'jidi_infiniband_ports_skipped',
  0,
  `Ports that are not followed because there are more than ${portLimit}; absent when none.`,
);

export function createInfinibandSource(host: Host): Source {
  const ports = createPorts(host, (place) => new NumberFiles(host, filesOf(host, place)));
  const skippedRow = createRow([skipped], {});
  return {
    name: 'infiniband',
    reads: '/sys/class/infiniband/*/ports/*/counters',
    metrics: [...[...portCounters, ...driverCounters].map(({ metric }) => metric), skipped],
    probe: () => probePorts(host),
    close: () => ports.close(),
    read(sink) {
      const rows = ports.rows();
      if (ports.skipped > 0) skippedRow.set(sink, 0, ports.skipped);
      readRows(rows, sink);
    },
  };
}

/** The driver's own counters only where the usual ones are not. */
function filesOf(host: Host, { device, port: number, folder }: Port): readonly NumberFile[] {
  const labels = { device, port: number };
  const own = new Set(listNames(host, `${folder}/hw_counters`, /^(hw_)?[rt]x_/));
  const isUsual = listNames(host, `${folder}/counters`, /^port_/).length > 0;
  return (isUsual ? portCounters : driverCounters).flatMap(({ metric, files, factor }) => {
    const [first] = isUsual ? files : files.filter((name) => own.has(name));
    const place = isUsual ? 'counters' : 'hw_counters';
    return first === undefined ? [] : [{ path: `${folder}/${place}/${first}`, metric, labels, factor }];
  });
}

function port(name: string, file: string, factor: number, help: string): Counted {
  return { metric: counter(`node_infiniband_${name}_total`, 0, help), files: [file], factor };
}

function driver(name: string, files: readonly string[], help: string): Counted {
  return { metric: counter(`jidi_infiniband_${name}_total`, 0, help), files, factor: 1 };
}
