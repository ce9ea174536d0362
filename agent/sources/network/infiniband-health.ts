// State, rate and errors of InfiniBand and RoCE ports: what changes slowly. In: /sys/class/infiniband. Out:
// node_exporter's names, and what link a port has. A port that goes away is absent and fails no other.
import { gauge } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { type FolderRow, listNames, readRows } from '../folder-rows.ts';
import { NumberFiles, readLine } from '../number-files.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';
import { errorCounters } from './infiniband-counters.ts';
import { createPorts, infinibandFolder, type Port, probePorts } from './infiniband-ports.ts';

const everyMs = 10_000;
const bytesPerGigabit = 125_000_000;

const stateMetrics = [
  gauge(
    'node_infiniband_state_id',
    0,
    'State: 1 down, 2 initialising, 3 armed, 4 active, 5 active deferred.',
  ),
  gauge(
    'node_infiniband_physical_state_id',
    0,
    'Physical state: 1 sleep, 2 polling, 3 disabled, 4 training, 5 link up, 6 recovering, 7 test.',
  ),
  gauge('node_infiniband_rate_bytes_per_second', 0, 'Rate of the link as negotiated.'),
];
const infoMetric = gauge('node_infiniband_info', 0, 'What the adapter is; always 1.');
const portInfoMetric = gauge('jidi_infiniband_port_info', 0, 'Which link the port has; always 1.');

export function createInfinibandHealthSource(host: Host): Source {
  const ports = createPorts(host, (port) => new PortHealth(host, port));
  return {
    name: 'infinibandhealth',
    reads: '/sys/class/infiniband/*/ports/*/{state,phys_state,rate,counters,hw_counters}',
    metrics: [...stateMetrics, ...errorCounters.map(({ metric }) => metric), infoMetric, portInfoMetric],
    everyMs,
    probe: () => probePorts(host),
    close: () => ports.close(),
    read: (sink) => readRows(ports.rows(), sink),
  };
}

class PortHealth implements FolderRow {
  readonly #host: Host;
  readonly #port: Port;
  readonly #errors: NumberFiles;
  readonly #row: SeriesRow;
  readonly #files: readonly [state: KernelFile, physical: KernelFile, rate: KernelFile];
  #info: readonly SeriesRow[] | null = null;

  constructor(host: Host, port: Port) {
    this.#host = host;
    this.#port = port;
    const { device, folder } = port;
    const labels = { device, port: port.port };
    const there = new Set(
      ['counters', 'hw_counters'].flatMap((name) =>
        listNames(host, `${folder}/${name}`, /./).map((file) => `${name}/${file}`),
      ),
    );
    this.#errors = new NumberFiles(
      host,
      errorCounters
        .filter(({ file }) => there.has(file))
        .map(({ file, metric }) => ({ path: `${folder}/${file}`, metric, labels })),
    );
    this.#row = createRow(stateMetrics, labels);
    this.#files = [
      host.keep(`${folder}/state`),
      host.keep(`${folder}/phys_state`),
      host.keep(`${folder}/rate`),
    ];
  }

  read(sink: SampleSink, onFailure: (error: unknown) => void): void {
    const [state, physical, rate] = this.#files;
    this.#row.set(sink, 0, readState(state));
    this.#row.set(sink, 1, readState(physical));
    this.#row.set(sink, 2, readRate(rate));
    this.#errors.read(sink, onFailure);
    this.#info ??= readInfo(this.#host, this.#port);
    for (const info of this.#info) info.set(sink, 0, 1);
  }

  again(): void {
    this.#errors.again();
    this.#info = null;
  }

  close(): void {
    for (const file of this.#files) file.close();
    this.#errors.close();
    this.#info = null;
  }
}

/** `4: ACTIVE` is 4. */
function readState(file: KernelFile): number {
  try {
    const cursor = file.read();
    if (!cursor.nextLine()) return Number.NaN;
    const start = cursor.word();
    const digit = (cursor.bytes[start] ?? 0) - 48;
    const isState = cursor.position - start === 2 && cursor.bytes[start + 1] === 58;
    return isState && digit >= 0 && digit <= 9 ? digit : Number.NaN;
  } catch {
    // The port has gone; the next listing notices.
    return Number.NaN;
  }
}

/** `200 Gb/sec (4X HDR)` in bytes per second; a port without a link has none on some drivers. */
function readRate(file: KernelFile): number {
  try {
    const cursor = file.read();
    if (!cursor.nextLine()) return Number.NaN;
    const gigabits = cursor.decimal();
    return cursor.accept(' Gb/sec') && gigabits > 0 ? Math.round(gigabits * bytesPerGigabit) : Number.NaN;
  } catch {
    // As above.
    return Number.NaN;
  }
}

/** Facts are told only when all of them can be read: half of them would be another series. */
function readInfo(host: Host, { device, port, folder }: Port): readonly SeriesRow[] {
  const rows: SeriesRow[] = [];
  const [board, firmware, kind] = ['board_id', 'fw_ver', 'hca_type'].map((file) =>
    readLine(host, `${infinibandFolder(host)}/${device}/${file}`),
  );
  if (board && firmware && kind) {
    rows.push(
      createRow([infoMetric], { device, board_id: board, firmware_version: firmware, hca_type: kind }),
    );
  }
  const link = readLine(host, `${folder}/link_layer`);
  if (link !== null) rows.push(createRow([portInfoMetric], { device, port, link_layer: link }));
  return rows;
}
