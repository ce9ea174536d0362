// Files of sysfs with one number each, as the series of one thing: a port, a chip. In: paths that stay open.
// Out: one value per file. Refused is a file that holds anything but one whole line with one number.
// Invariant: a file that is not there or not for us is not asked again before `again`; one that fails otherwise is.
import { errorCode } from '../../shared/errors.ts';
import type { Labels, MetricDefinition } from '../../shared/model/metric.ts';
import type { ByteCursor } from '../host/byte-cursor.ts';
import type { Host } from '../host/host.ts';
import type { KernelFile } from '../host/kernel-files.ts';
import { SeriesRow } from './series-row.ts';
import type { SampleSink } from './source.ts';

export interface NumberFile {
  readonly path: string;
  readonly metric: MetricDefinition;
  readonly labels: Labels;
  /** The value is the number * factor / divisor; 1 when not given. */
  readonly factor?: number;
  readonly divisor?: number;
  /** A number from here on is the driver's way to say that it does not know. */
  readonly unknownFrom?: number;
}

/** What drivers write for a counter that they do not know is 2^64 - 1, which has no double of its own. */
const unknownCount = 2 ** 64;
/** Will not change before the thing itself changes; everything else may be a moment's trouble. */
const lastingCodes = new Set([
  'ENOENT',
  'ENODEV',
  'ENXIO',
  'EOPNOTSUPP',
  'ENOTSUP',
  'EINVAL',
  'EACCES',
  'EPERM',
]);

interface Entry {
  readonly file: KernelFile;
  readonly factor: number;
  readonly divisor: number;
  readonly unknownFrom: number;
  isGone: boolean;
}

export class NumberFiles {
  readonly #entries: readonly Entry[];
  readonly #row: SeriesRow;
  readonly #values: Float64Array;

  constructor(host: Host, files: readonly NumberFile[]) {
    this.#row = new SeriesRow(files);
    this.#values = new Float64Array(files.length).fill(Number.NaN);
    this.#entries = files.map(({ path, factor = 1, divisor = 1, unknownFrom = unknownCount }) => ({
      file: host.keep(path),
      factor,
      divisor,
      unknownFrom,
      isGone: false,
    }));
  }

  /** Reads and sets what can be read. A moment's failures go to `onFailure`. */
  read(sink: SampleSink, onFailure?: (error: unknown) => void): void {
    this.load(onFailure);
    this.set(sink);
  }

  /** Reads, to be set later. */
  load(onFailure?: (error: unknown) => void): void {
    for (let i = 0; i < this.#entries.length; i += 1) {
      const entry = this.#entries[i];
      this.#values[i] = entry === undefined || entry.isGone ? Number.NaN : readEntry(entry, onFailure);
    }
  }

  /** Sets what was read last. */
  set(sink: SampleSink): void {
    for (let i = 0; i < this.#values.length; i += 1) this.#row.set(sink, i, this.#values[i] ?? Number.NaN);
  }

  /** Asks also for what was not there. */
  again(): void {
    for (const entry of this.#entries) entry.isGone = false;
  }

  close(): void {
    for (const entry of this.#entries) {
      entry.file.close();
      entry.isGone = false;
    }
  }
}

function readEntry(entry: Entry, onFailure: ((error: unknown) => void) | undefined): number {
  try {
    const value = parseNumber(entry.file.read());
    return value < entry.unknownFrom ? (value * entry.factor) / entry.divisor : Number.NaN;
  } catch (error) {
    const code = errorCode(error);
    if (code !== undefined && lastingCodes.has(code)) entry.isGone = true;
    else onFailure?.(error);
    return Number.NaN;
  }
}

/** The one number of a file, with a sign perhaps; NaN when it is cut or anything else. */
export function parseNumber(cursor: ByteCursor): number {
  if (!cursor.nextLine()) return Number.NaN;
  const value = cursor.decimal();
  cursor.skipSpaces();
  return cursor.position === cursor.lineEnd ? value : Number.NaN;
}

/** The one printable line of a file; null when it is cut, empty, too long or anything else. */
export function parseLine(cursor: ByteCursor): string | null {
  if (!cursor.nextLine() || cursor.lineEnd - cursor.position > longestLine) return null;
  const text = cursor.text(cursor.position, cursor.lineEnd).trim();
  return /^[ -~]+$/.test(text) ? text : null;
}

const longestLine = 128;

/** As `parseLine`, and null when the file cannot be read. */
export function readLine(host: Host, path: string): string | null {
  try {
    return parseLine(host.readBytes(path));
  } catch {
    // What is not there has no name; the one who asks goes on without.
    return null;
  }
}
