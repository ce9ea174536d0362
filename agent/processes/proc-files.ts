// Reads small files below /proc. In: paths relative to its root. Out: bytes in one buffer shared by all readings,
// valid until the next one. It refuses nothing and throws nothing: processes end while they are being read, so a file
// that cannot be read is an answer. What does not fit into the buffer is cut.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { errorCode } from '../../shared/errors.ts';

const bufferBytes = 16 * 1024;

export type ReadOutcome = 'read' | 'denied' | 'gone';

export class ProcFiles {
  readonly bytes = Buffer.allocUnsafeSlow(bufferBytes);
  /** Bytes of the last reading; 0 when it failed. */
  length = 0;
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Fills the buffer from the beginning of the file. */
  read(path: string): ReadOutcome {
    this.length = 0;
    let descriptor = -1;
    try {
      descriptor = openSync(`${this.root}/${path}`, 'r');
      this.length = readSync(descriptor, this.bytes, 0, bufferBytes, 0);
      return 'read';
    } catch (error) {
      const code = errorCode(error);
      return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'gone';
    } finally {
      if (descriptor >= 0) closeSync(descriptor);
    }
  }

  /** The beginning of the file as text; undefined when it cannot be read. Invalid UTF-8 becomes U+FFFD. */
  text(path: string): string | undefined {
    return this.read(path) === 'read' ? this.bytes.toString('utf8', 0, this.length) : undefined;
  }

  /** As `text`, but never cut; not for the tick. Empty when it cannot be read. */
  wholeText(path: string): string {
    try {
      return readFileSync(`${this.root}/${path}`, 'utf8');
    } catch {
      // The caller has a value for what is missing.
      return '';
    }
  }

  /** The pids that can be seen now, `limit` at most; empty when the folder cannot be read. */
  pids(limit: number): number[] {
    const pids: number[] = [];
    for (const name of this.names()) {
      const first = name.charCodeAt(0);
      if (first < 48 || first > 57) continue;
      if (pids.length >= limit) break;
      const pid = Number(name);
      if (Number.isSafeInteger(pid)) pids.push(pid);
    }
    return pids;
  }

  private names(): string[] {
    try {
      return readdirSync(this.root);
    } catch {
      // A /proc that cannot be listed holds no process that can be seen.
      return [];
    }
  }
}
