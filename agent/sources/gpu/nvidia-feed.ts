// Keeps nvidia-smi running and its newest document at hand. In: documents. Out: their values at every tick, the memory
// of processes for the scan of processes, a failure that the sampler counts.
// Invariants: what is told is of the newest document that was whole, and not older than three intervals; a document is
// parsed once, when it comes; a tick without a new one only sets numbers.
import { gauge, type Labels, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { ChildStream } from '../../host/child-stream.ts';
import type { Host } from '../../host/host.ts';
import { HostError } from '../../host/host-error.ts';
import { createRow, SeriesRow } from '../series-row.ts';
import type { SampleSink } from '../source.ts';
import { gpuMetrics } from './gpu-metrics.ts';
import { type Column, gpuColumns, migColumns } from './nvidia-columns.ts';
import { parseNvidiaDocument } from './nvidia-document.ts';
import type { GpuReading, MigReading, NvidiaReading } from './nvidia-reading.ts';

const intervalSeconds = 5;
const longestAgeMs = 3 * intervalSeconds * 1000;
/** Without persistence mode the driver wakes every GPU first. */
const startPatienceMs = 60_000;
const documentBytes = 4 * 1024 * 1024;
const vendor = 'nvidia';
const subject = 'read nvidia-smi -q -x';

const migInfo = gauge('jidi_gpu_mig_info', 0, 'Facts of a MIG device as labels; always 1.');

export const nvidiaFeedMetrics: readonly MetricDefinition[] = [
  ...new Set([...gpuColumns, ...migColumns].map(({ metric }) => metric)),
  gpuMetrics.info,
  gpuMetrics.processes,
  migInfo,
];

/** A restarted driver gives new facts: rows of old ones are forgotten when there are too many. */
const mostRows = 4096;
const one = [1];

interface Part {
  readonly row: SeriesRow;
  readonly values: ArrayLike<number>;
}

export class NvidiaFeed {
  readonly #host: Host;
  readonly #stream: ChildStream;
  readonly #rows = new Map<string, SeriesRow>();
  readonly #gpuByAddress = new Map<string, string>();
  #reading: NvidiaReading | null = null;
  /** What every tick sets, made when the reading came. */
  #parts: Part[] = [];
  #readAtMs = 0;
  #startedAtMs = Number.NaN;
  /** The newest document was not whole. */
  #isBroken = false;
  #onFirst: (() => void) | null = null;

  constructor(host: Host) {
    this.#host = host;
    this.#stream = host.stream({
      program: 'nvidia-smi',
      arguments: ['-q', '-x', '-l', String(intervalSeconds)],
      endMark: '</nvidia_smi_log>',
      documentBytes,
      patienceMs: longestAgeMs,
      startPatienceMs,
      onDocument: (document) => this.#take(document),
      onEnd: () => this.#endFirst(),
    });
  }

  /** True while there are values that are not too old. */
  get hasValues(): boolean {
    return this.#reading !== null && this.#host.clock.monotonic() - this.#readAtMs <= longestAgeMs;
  }

  /** True until the program has told something or has failed. */
  get isStarting(): boolean {
    return this.#readAtMs === 0 && this.#stream.failure === null && this.#silentMs() <= longestAgeMs;
  }

  /** To be called at each reading. The first one gets a promise of the first document, or of the end of the program. */
  keepRunning(): Promise<void> | null {
    const isFirst = Number.isNaN(this.#startedAtMs);
    if (isFirst) this.#startedAtMs = this.#host.clock.monotonic();
    this.#stream.keepRunning();
    if (!isFirst || this.#stream.failure !== null) return null;
    return new Promise((resolve) => {
      this.#onFirst = resolve;
    });
  }

  set(sink: SampleSink): void {
    if (!this.hasValues) {
      if (this.#reading !== null) this.#forget();
      return;
    }
    for (const { row, values } of this.#parts) setAll(sink, row, values);
  }

  /** Number of the GPU at an address as the kernel's log writes it: 0000:3b:00. */
  gpuAt(pciAddress: string): string | undefined {
    return this.#gpuByAddress.get(functionless(pciAddress));
  }

  /** Throws when nvidia-smi does not give what it should. */
  throwFailure(): void {
    if (this.#stream.failure !== null) throw new HostError(subject, this.#stream.failure);
    if (this.#isBroken) throw new HostError(subject, 'EBADMSG');
    if (this.#silentMs() > longestAgeMs) throw new HostError(subject, 'ETIMEDOUT');
  }

  close(): void {
    this.#stream.close();
    this.#forget();
    this.#rows.clear();
    this.#isBroken = false;
    this.#startedAtMs = Number.NaN;
  }

  #silentMs(): number {
    return this.#host.clock.monotonic() - Math.max(this.#readAtMs, this.#startedAtMs);
  }

  #take(document: Buffer): void {
    const reading = parseNvidiaDocument(document);
    this.#isBroken = reading === null;
    if (reading !== null) {
      this.#reading = reading;
      this.#readAtMs = this.#host.clock.monotonic();
      this.#parts = [];
      for (const [index, gpu] of reading.gpus.entries()) {
        this.#addGpu(String(index), gpu, reading.driver);
        this.#gpuByAddress.set(functionless(gpu.pciAddress), String(index));
      }
      this.#host.publishGpuProcesses(vendor, memoryOfProcesses(reading));
    }
    this.#endFirst();
  }

  #endFirst(): void {
    this.#onFirst?.();
    this.#onFirst = null;
  }

  #forget(): void {
    this.#reading = null;
    this.#parts = [];
    this.#readAtMs = 0;
    this.#host.publishGpuProcesses(vendor, null);
  }

  #addGpu(gpu: string, reading: GpuReading, driver: string): void {
    const { uuid, name, pciAddress: pci, values, migs, processes } = reading;
    this.#add(`${gpu} ${uuid} ${driver}`, one, () =>
      createRow([gpuMetrics.info], { gpu, uuid, name, driver, pci }),
    );
    this.#add(gpu, values, () => rowOfColumns(gpuColumns, { gpu }));
    if (processes !== null) {
      const count = new Set(processes.map(({ pid }) => pid)).size;
      this.#add(`${gpu} processes`, [count], () => createRow([gpuMetrics.processes], { gpu }));
    }
    for (const mig of migs) this.#addMig(gpu, mig);
  }

  #addMig(gpu: string, reading: MigReading): void {
    const { index: mig, gpuInstance: gpu_instance, computeInstance: compute_instance, values } = reading;
    if (!/^\d{1,2}$/.test(mig)) return;
    this.#add(`${gpu}/${mig} ${gpu_instance}/${compute_instance}`, one, () =>
      createRow([migInfo], { gpu, mig, gpu_instance, compute_instance }),
    );
    this.#add(`${gpu}/${mig}`, values, () => rowOfColumns(migColumns, { gpu, mig }));
  }

  #add(key: string, values: ArrayLike<number>, create: () => SeriesRow): void {
    const row = this.#rows.get(key) ?? create();
    if (this.#rows.size >= mostRows) this.#rows.clear();
    this.#rows.set(key, row);
    this.#parts.push({ row, values });
  }
}

function rowOfColumns(columns: readonly Column[], labels: Labels): SeriesRow {
  return new SeriesRow(
    columns.map((column) => ({ metric: column.metric, labels: { ...labels, ...column.labels } })),
  );
}

function setAll(sink: SampleSink, row: SeriesRow, values: ArrayLike<number>): void {
  for (let column = 0; column < values.length; column += 1)
    row.set(sink, column, values[column] ?? Number.NaN);
}

/** A GPU has one function that computes; the kernel's log leaves its number out. */
function functionless(pciAddress: string): string {
  return pciAddress.replace(/\.\d$/, '');
}

/** Bytes by process id, over all GPUs. */
function memoryOfProcesses({ gpus }: NvidiaReading): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { processes } of gpus) {
    for (const { pid, bytes } of processes ?? []) {
      if (!Number.isNaN(bytes)) sums.set(pid, (sums.get(pid) ?? 0) + bytes);
    }
  }
  return sums;
}
