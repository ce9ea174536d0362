// One NFS mount in /proc/self/mountstats, line by line. In: a cursor that stands on a line of its block. Out: values
// under node_exporter's names. Invariant: nothing is set before the first transport has named the protocol, which is a
// label of everything.
import { truncate } from '../../../shared/text.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink } from '../source.ts';
import { decodeEscapes } from './mount-table.ts';
import {
  ageMetric,
  byteFields,
  mountInfoMetric,
  type NfsField,
  operationFields,
  operations,
  streamFields,
  transportPlaces,
} from './nfs-metrics.ts';

const transportLimit = 8;
const longestLabel = 128;
const mostFields = 16;
/** From here on it is a small negative number that the kernel printed without its sign. */
const unknownFrom = 2 ** 63;
const operationWords = operations.map((name) => `${name}:`);
const protocols = ['tcp', 'tcp-tls', 'rdma', 'udp'] as const;
const startMetrics = [ageMetric, ...byteFields.map(({ metric }) => metric)];

export interface MountPlace {
  /** As the kernel escapes them. */
  readonly device: string;
  readonly mountPoint: string;
  readonly address: string;
}

/** The rows of one protocol. */
interface Rows {
  readonly key: string;
  readonly start: SeriesRow;
  readonly places: readonly (number | null)[];
  readonly transports: readonly SeriesRow[];
  readonly operations: readonly SeriesRow[];
  readonly info: SeriesRow;
}

export class NfsMount {
  readonly #place: MountPlace;
  readonly #rows = new Map<string, Rows>();
  readonly #start = new Float64Array(startMetrics.length);
  readonly #numbers = new Float64Array(mostFields);
  #current: Rows | null = null;
  #transports = 0;

  constructor(place: MountPlace) {
    this.#place = place;
  }

  /** A reading begins with this mount's block. */
  begin(): void {
    this.#start.fill(Number.NaN);
    this.#current = null;
    this.#transports = 0;
  }

  /** False when the rest of the block is not to be read: another mount of this reading has told it. */
  readLine(cursor: ByteCursor, sink: SampleSink, told: Set<string>): boolean {
    cursor.skipSpaces();
    if (cursor.accept('age:')) this.#start[0] = cursor.integer();
    else if (cursor.accept('bytes:')) {
      this.#readNumbers(cursor);
      for (const [i, { field }] of byteFields.entries()) this.#start[i + 1] = this.#known(field);
    } else if (cursor.accept('xprt:')) return this.#readTransport(cursor, sink, told);
    else if (this.#current !== null) this.#readOperation(cursor, sink, this.#current);
    return true;
  }

  #readTransport(cursor: ByteCursor, sink: SampleSink, told: Set<string>): boolean {
    const at = this.#transports;
    this.#transports += 1;
    const start = cursor.word();
    const length = cursor.position - start;
    const protocol = protocols.find(
      (name) => name.length === length && cursor.bytes.toString('latin1', start, start + length) === name,
    );
    if (protocol === undefined) return true;
    if (at === 0) {
      const rows = this.#rowsOf(protocol);
      rows.info.set(sink, 0, 1);
      if (told.has(rows.key)) return false;
      told.add(rows.key);
      this.#current = rows;
      for (let i = 0; i < this.#start.length; i += 1) rows.start.set(sink, i, this.#start[i] ?? Number.NaN);
    }
    const row = this.#current?.transports[at];
    if (row === undefined) return true;
    this.#readNumbers(cursor);
    for (const [i, field] of (this.#current?.places ?? []).entries()) {
      if (field !== null) row.set(sink, i, this.#known(field));
    }
    return true;
  }

  #readOperation(cursor: ByteCursor, sink: SampleSink, rows: Rows): void {
    const operation = operationWords.findIndex((word) => cursor.accept(word));
    const row = rows.operations[operation];
    if (row === undefined) return;
    this.#readNumbers(cursor);
    if (!(this.#known(0) > 0)) return;
    for (const [i, { field, divisor }] of operationFields.entries()) {
      row.set(sink, i, this.#known(field) / divisor);
    }
  }

  #readNumbers(cursor: ByteCursor): void {
    for (let i = 0; i < mostFields; i += 1) {
      this.#numbers[i] = cursor.position < cursor.lineEnd ? cursor.integer() : Number.NaN;
    }
  }

  #known(field: number): number {
    const value = this.#numbers[field] ?? Number.NaN;
    return value < unknownFrom ? value : Number.NaN;
  }

  #rowsOf(protocol: string): Rows {
    let rows = this.#rows.get(protocol);
    if (rows === undefined) {
      rows = createRows(this.#place, protocol);
      this.#rows.set(protocol, rows);
    }
    return rows;
  }
}

function createRows({ device, mountPoint, address }: MountPlace, protocol: string): Rows {
  const labels = { export: label(device), protocol, mountaddr: address };
  const perTransport = metricsOf(streamFields);
  const perOperation = metricsOf(operationFields);
  return {
    key: `${device} ${protocol} ${address}`,
    start: createRow(startMetrics, labels),
    places: transportPlaces(protocol),
    transports: Array.from({ length: transportLimit }, (_, i) =>
      createRow(perTransport, { ...labels, transport: String(i) }),
    ),
    operations: operations.map((operation) => createRow(perOperation, { ...labels, operation })),
    info: createRow([mountInfoMetric], { ...labels, mountpoint: label(mountPoint) }),
  };
}

function metricsOf(fields: readonly NfsField[]) {
  return fields.map(({ metric }) => metric);
}

function label(escaped: string): string {
  return truncate(decodeEscapes(escaped), longestLabel);
}
