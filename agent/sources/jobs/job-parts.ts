// The files of one control group as series. In: a folder, the labels of a job. Out: values; those that stand between two
// readings are kept here. A file that is not there has no part; one that vanishes makes its values absent.
import type { Labels, MetricDefinition } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { requireContent } from '../reading.ts';
import { createRow, SeriesRow } from '../series-row.ts';
import type { SampleSink } from '../source.ts';
import { type DeviceValues, type ParseValues, parseBlkio, parseIoStat } from './cgroup-files.ts';
import { jobMetrics } from './job-metrics.ts';

export interface JobPart {
  /** True for what is dear to read or changes little: read every few seconds. */
  readonly isSlow: boolean;
  /** Reads the values anew; throws when they cannot be read, and then they are absent. */
  read(): void;
  /** Sets the values of the last reading. */
  set(sink: SampleSink): void;
  close(): void;
}

export interface Column {
  readonly metric: MetricDefinition;
  readonly labels?: Labels;
}

/** A file with a fixed number of values. */
export class ValuePart implements JobPart {
  readonly isSlow: boolean;
  readonly #file: KernelFile;
  readonly #parse: ParseValues;
  readonly #row: SeriesRow;
  readonly #values: Float64Array;

  constructor(
    file: KernelFile,
    options: {
      readonly columns: readonly Column[];
      readonly labels: Labels;
      readonly parse: ParseValues;
      readonly isSlow: boolean;
    },
  ) {
    const { columns, labels, parse, isSlow } = options;
    this.#file = file;
    this.#parse = parse;
    this.isSlow = isSlow;
    this.#row = new SeriesRow(
      columns.map(({ metric, labels: own }) => ({ metric, labels: { ...labels, ...own } })),
    );
    this.#values = new Float64Array(columns.length).fill(Number.NaN);
  }

  read(): void {
    this.#values.fill(Number.NaN);
    const cursor = this.#file.read();
    const found = this.#parse(cursor, this.#values);
    requireContent(cursor, this.#file.path, found);
  }

  set(sink: SampleSink): void {
    for (let i = 0; i < this.#values.length; i += 1) this.#row.set(sink, i, this.#values[i] ?? Number.NaN);
  }

  close(): void {
    this.#file.close();
  }
}

const mostDevices = 16;

/** What the job read from and wrote to block devices. A job without any I/O has none, and so no series. */
export class DevicePart implements JobPart {
  readonly isSlow = true;
  readonly #host: Host;
  readonly #labels: Labels;
  readonly #files: readonly KernelFile[];
  readonly #devices = new Map<string, { readonly row: SeriesRow; readonly values: DeviceValues }>();
  /** Takes what lies past the bound. */
  readonly #spare = noValues();

  /** v2: io.stat. v1: bytes, requests. */
  constructor(host: Host, labels: Labels, files: readonly KernelFile[]) {
    this.#host = host;
    this.#labels = labels;
    this.#files = files;
  }

  read(): void {
    for (const { values } of this.#devices.values()) Object.assign(values, noValues());
    for (const [i, file] of this.#files.entries()) {
      const cursor = file.read();
      if (this.#files.length === 1) parseIoStat(cursor, (device) => this.#valuesOf(device));
      else this.#readBlkio(cursor, i);
      // Nothing in it means no I/O so far; the line cut short is another matter.
      requireContent(cursor, file.path, 1);
    }
  }

  set(sink: SampleSink): void {
    for (const { row, values } of this.#devices.values()) {
      row.set(sink, 0, values.readBytes);
      row.set(sink, 1, values.writtenBytes);
      row.set(sink, 2, values.reads);
      row.set(sink, 3, values.writes);
    }
  }

  close(): void {
    for (const file of this.#files) file.close();
  }

  #readBlkio(cursor: ByteCursor, i: number): void {
    parseBlkio(
      cursor,
      (device) => this.#valuesOf(device),
      i === 0 ? ['readBytes', 'writtenBytes'] : ['reads', 'writes'],
    );
  }

  #valuesOf(number: string): DeviceValues {
    let device = this.#devices.get(number);
    if (device === undefined) {
      if (this.#devices.size >= mostDevices) return this.#spare;
      const { ioRead, ioWritten, ioReads, ioWrites } = jobMetrics;
      const labels = { ...this.#labels, device: this.#nameOf(number) };
      device = { row: createRow([ioRead, ioWritten, ioReads, ioWrites], labels), values: noValues() };
      this.#devices.set(number, device);
    }
    return device.values;
  }

  /** `sda` for `8:0`; the numbers themselves while there is no name. */
  #nameOf(number: string): string {
    const target = this.#host.linkTarget(`${this.#host.roots.sys}/dev/block/${number}`);
    return (target ?? number).split('/').at(-1)?.slice(0, 64) ?? number;
  }
}

function noValues(): DeviceValues {
  return { readBytes: Number.NaN, writtenBytes: Number.NaN, reads: Number.NaN, writes: Number.NaN };
}
