// Reads small files below /proc for those who expect them to vanish. In: paths relative to /proc. Out: bytes in a buffer
// shared by all readings, valid until the next one. It throws nothing: processes end while they are being read, so a
// file that cannot be read is an answer.
import type { Host } from '../host/host.ts';
import { type ReadOutcome, RecordFiles } from '../host/record-files.ts';

const zero = 48;
const nine = 57;

export class ProcFiles {
  readonly #host: Pick<Host, 'roots' | 'list'>;
  readonly #files = new RecordFiles();
  readonly #prefix: string;

  constructor(host: Pick<Host, 'roots' | 'list'>) {
    this.#host = host;
    this.#prefix = `${host.roots.proc}/`;
  }

  get bytes(): Buffer {
    return this.#files.bytes;
  }

  /** Bytes of the last reading; 0 when it failed. */
  get length(): number {
    return this.#files.length;
  }

  read(path: string): ReadOutcome {
    return this.#files.read(this.#prefix + path);
  }

  /** The file as text; undefined when it cannot be read. Invalid UTF-8 becomes U+FFFD. */
  text(path: string): string | undefined {
    return this.read(path) === 'read' ? this.bytes.toString('utf8', 0, this.length) : undefined;
  }

  /** A descriptor to be read again and again; -1 when there is none. */
  open(path: string): number {
    return this.#files.open(this.#prefix + path);
  }

  readOpen(descriptor: number): ReadOutcome {
    return this.#files.readOpen(descriptor);
  }

  close(descriptor: number): void {
    this.#files.close(descriptor);
  }

  /** The number behind the key in what was read last; NaN when it is not there or was cut. */
  numberAfter(key: Buffer): number {
    const { bytes, length } = this;
    const at = length === 0 ? -1 : bytes.indexOf(key);
    if (at < 0 || at >= length) return Number.NaN;
    let value = 0;
    const start = at + key.length;
    let position = start;
    for (; position < length; position += 1) {
      const byte = bytes[position] ?? 0;
      if (byte < zero || byte > nine) break;
      value = value * 10 + (byte - zero);
    }
    // Without anything behind it the number was cut, or stems from an earlier reading.
    return position < length && position > start ? value : Number.NaN;
  }

  /** The pids that can be seen now, `limit` at most; empty when the folder cannot be read. */
  pids(limit: number): number[] {
    const pids: number[] = [];
    for (const name of this.#names()) {
      const first = name.charCodeAt(0);
      if (first < zero || first > nine) continue;
      if (pids.length >= limit) break;
      const pid = Number(name);
      if (Number.isSafeInteger(pid)) pids.push(pid);
    }
    return pids;
  }

  #names(): readonly string[] {
    try {
      return this.#host.list(this.#host.roots.proc);
    } catch {
      // A /proc that cannot be listed holds no process that can be seen.
      return [];
    }
  }
}
