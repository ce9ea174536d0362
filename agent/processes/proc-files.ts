// Reads small files below /proc for those who expect them to vanish. In: paths relative to /proc. Out: bytes in a buffer
// shared by all readings, valid until the next one. It throws nothing: processes end while they are being read, so a
// file that cannot be read is an answer.
import { errorCode } from '../../shared/errors.ts';
import type { Host } from '../host/host.ts';

export type ReadOutcome = 'read' | 'denied' | 'gone';

export class ProcFiles {
  bytes: Buffer = Buffer.alloc(0);
  /** Bytes of the last reading; 0 when it failed. */
  length = 0;
  readonly #host: Pick<Host, 'roots' | 'readBytes' | 'list'>;

  constructor(host: Pick<Host, 'roots' | 'readBytes' | 'list'>) {
    this.#host = host;
  }

  read(path: string): ReadOutcome {
    this.length = 0;
    try {
      const cursor = this.#host.readBytes(`${this.#host.roots.proc}/${path}`);
      this.bytes = cursor.bytes;
      this.length = cursor.end;
      return 'read';
    } catch (error) {
      const code = errorCode(error);
      return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'gone';
    }
  }

  /** The file as text; undefined when it cannot be read. Invalid UTF-8 becomes U+FFFD. */
  text(path: string): string | undefined {
    return this.read(path) === 'read' ? this.bytes.toString('utf8', 0, this.length) : undefined;
  }

  /** The pids that can be seen now, `limit` at most; empty when the folder cannot be read. */
  pids(limit: number): number[] {
    const pids: number[] = [];
    for (const name of this.#names()) {
      const first = name.charCodeAt(0);
      if (first < 48 || first > 57) continue;
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
