// The rows of a source whose things are folders of sysfs: ports, chips, zones. In: how to list them. Out: one row per
// thing, made once. It lists again at a spacing, follows a bounded number and counts the others.
// Invariant: a row stays while its key is listed; what is no longer listed is closed.
import type { Host } from '../host/host.ts';
import type { SampleSink } from './source.ts';

export interface FolderRow {
  /** A new listing has found it again: what was missing may be there now. */
  again(): void;
  close(): void;
}

export interface FolderRowsOptions<Row> {
  readonly everyMs: number;
  readonly limit: number;
  /** Keys of the things, each once. Throws HostError. */
  readonly list: () => readonly string[];
  readonly create: (key: string) => Row;
}

export class FolderRows<Row extends FolderRow> {
  readonly #host: Host;
  readonly #options: FolderRowsOptions<Row>;
  readonly #rows = new Map<string, Row>();
  #listedAtMs = Number.NEGATIVE_INFINITY;
  #skipped = 0;

  constructor(host: Host, options: FolderRowsOptions<Row>) {
    this.#host = host;
    this.#options = options;
  }

  /** Things past the bound, as of the last listing. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The rows of now. Throws what the listing throws. */
  rows(): Iterable<Row> {
    const now = this.#host.clock.monotonic();
    if (now - this.#listedAtMs >= this.#options.everyMs) {
      const keys = this.#options.list();
      this.#listedAtMs = now;
      this.#follow(keys.slice(0, this.#options.limit));
      this.#skipped = Math.max(0, keys.length - this.#options.limit);
    }
    return this.#rows.values();
  }

  close(): void {
    for (const row of this.#rows.values()) row.close();
    this.#listedAtMs = Number.NEGATIVE_INFINITY;
  }

  #follow(keys: readonly string[]): void {
    const listed = new Set(keys);
    for (const [key, row] of this.#rows) {
      if (listed.has(key)) continue;
      row.close();
      this.#rows.delete(key);
    }
    for (const key of keys) {
      const known = this.#rows.get(key);
      if (known === undefined) this.#rows.set(key, this.#options.create(key));
      else known.again();
    }
  }
}

export interface ReadableRow {
  /** Sets what can be read; a failure that may pass goes to `onFailure`. */
  read(sink: SampleSink, onFailure: (error: unknown) => void): void;
}

/** Reads every row, also after one has failed, and then throws the first failure. */
export function readRows(rows: Iterable<ReadableRow>, sink: SampleSink): void {
  const failures: unknown[] = [];
  for (const row of rows) row.read(sink, (error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Names in a folder that fit; none when the folder is not there. In order, so that nothing depends on the kernel's. */
export function listNames(host: Host, folder: string, fits: RegExp): readonly string[] {
  try {
    return host
      .list(folder)
      .filter((name) => fits.test(name))
      .sort(inNumberOrder);
  } catch {
    // No folder, no names: whether that is a failure, the probe tells.
    return [];
  }
}

const numberOrder = new Intl.Collator('en', { numeric: true });

/** mlx5_2 before mlx5_10. */
function inNumberOrder(a: string, b: string): number {
  return numberOrder.compare(a, b);
}
