// Reads kernel files fast. In: paths. Out: a cursor over one buffer that all readings share, valid until the next one.
// It refuses files above a bound, or gives what lies before it where that is asked for. Invariants: one buffer, grown when a file needs it, never above the bound; a kept
// descriptor is read from position 0 each time, which makes the kernel write the content anew.
// A reading asks for little more than the file gave last time: below /proc/sys the kernel allocates and clears as much
// as is asked for, which makes a 64 KiB reading of three numbers the dearest of all.
import { closeSync, openSync, readSync } from 'node:fs';
import { ByteCursor } from './byte-cursor.ts';
import { HostError, hostError } from './host-error.ts';

const lineFeed = 10;
const firstSizeBytes = 64 * 1024;
const leastAskedBytes = 256;
const usualAskedBytes = 4096;
/** Of one file. */
export const largestSizeBytes = 4 * 1024 * 1024;

/** A file that is read again and again through a descriptor that stays open. */
export interface KernelFile {
  readonly path: string;
  /** The whole content. Throws HostError. Opens the file when it is not open. */
  read(): ByteCursor;
  /** Idempotent; a later read opens it again. */
  close(): void;
}

export interface KeepOptions {
  /** For a file that users can make as long as they like: what lies beyond the bound is left out, cut inside a line. */
  readonly mayCut?: boolean;
}

export class KernelFiles {
  #buffer = Buffer.allocUnsafeSlow(firstSizeBytes);
  readonly #cursor = new ByteCursor(this.#buffer, 0);

  /** A file to be kept open; nothing is opened yet. */
  keep(path: string, { mayCut = false }: KeepOptions = {}): KernelFile {
    let descriptor = -1;
    let askedBytes = leastAskedBytes;
    const close = (): void => {
      if (descriptor < 0) return;
      closeSync(descriptor);
      descriptor = -1;
    };
    const open = (): number => {
      if (descriptor < 0) descriptor = this.#open(path);
      return descriptor;
    };
    const read = (): ByteCursor => {
      const wasOpen = descriptor >= 0;
      try {
        const content = this.#fill(open(), askedBytes, mayCut);
        askedBytes = content.end + (content.end >> 2) + leastAskedBytes;
        return content;
      } catch (error) {
        close();
        // The thing behind an old descriptor may be gone while a new one stands at its path.
        if (!wasOpen) throw hostError(`read ${path}`, error);
        return this.readOnce(path, mayCut);
      }
    };
    return { path, read, close };
  }

  /** The whole content, through a descriptor of its own. */
  readOnce(path: string, mayCut = false): ByteCursor {
    const descriptor = this.#open(path);
    try {
      return this.#fill(descriptor, usualAskedBytes, mayCut);
    } catch (error) {
      throw hostError(`read ${path}`, error);
    } finally {
      closeSync(descriptor);
    }
  }

  #open(path: string): number {
    try {
      return openSync(path, 'r');
    } catch (error) {
      throw hostError(`read ${path}`, error);
    }
  }

  #fill(descriptor: number, firstBytes: number, mayCut: boolean): ByteCursor {
    let length = 0;
    let asked = firstBytes;
    for (;;) {
      if (length === this.#buffer.length) {
        if (mayCut && length >= largestSizeBytes)
          return this.#cursor.reset(this.#buffer, cutBefore(this.#buffer));
        this.#grow();
      }
      const room = this.#buffer.length - length;
      const count = readSync(descriptor, this.#buffer, length, Math.min(asked, room), length);
      if (count === 0) return this.#cursor.reset(this.#buffer, length);
      length += count;
      // All that was asked for came: there may be a lot more. Else there is nothing more, or one record more.
      asked = count === asked ? asked * 4 : leastAskedBytes;
    }
  }

  #grow(): void {
    if (this.#buffer.length >= largestSizeBytes) {
      throw new HostError(`more than ${largestSizeBytes} bytes`, 'EFBIG');
    }
    const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}

/** The end of the content, not at a line feed: whoever reads sees that it was cut. */
function cutBefore(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === lineFeed) end -= 1;
  return end;
}
