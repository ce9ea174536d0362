// Reads files that the kernel writes in one piece, as all below /proc/PID are, with the fewest calls: open, one read,
// close; or one read of a descriptor that is kept. In: paths, descriptors. Out: bytes in one buffer, valid until the
// next reading. It throws nothing: processes end while they are read, so a file that cannot be read is an answer.
// What is longer than the buffer is cut there.
import { closeSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../../shared/errors.ts';

const bufferBytes = 32 * 1024;

export type ReadOutcome = 'read' | 'denied' | 'gone';

export class RecordFiles {
  readonly bytes = Buffer.allocUnsafeSlow(bufferBytes);
  /** Bytes of the last reading; 0 when it failed. */
  length = 0;

  /** Opens, reads and closes. */
  read(path: string): ReadOutcome {
    this.length = 0;
    const stackDepth = Error.stackTraceLimit;
    // Collecting the stack is most of what an exception costs, and nobody looks at these.
    Error.stackTraceLimit = 0;
    let descriptor = -1;
    try {
      descriptor = openSync(path, 'r');
      this.length = readSync(descriptor, this.bytes, 0, bufferBytes, 0);
      return 'read';
    } catch (error) {
      return outcomeOf(error);
    } finally {
      if (descriptor >= 0) closeSync(descriptor);
      Error.stackTraceLimit = stackDepth;
    }
  }

  /** A descriptor for `readOpen`, to be given back to `close`; -1 when there is none. */
  open(path: string): number {
    const stackDepth = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return openSync(path, 'r');
    } catch {
      // Gone, denied, or no descriptor left: the one who asks reads by path then.
      return -1;
    } finally {
      Error.stackTraceLimit = stackDepth;
    }
  }

  /** The content anew; `gone` also for a descriptor whose process has ended. */
  readOpen(descriptor: number): ReadOutcome {
    this.length = 0;
    const stackDepth = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      this.length = readSync(descriptor, this.bytes, 0, bufferBytes, 0);
      return 'read';
    } catch (error) {
      return outcomeOf(error);
    } finally {
      Error.stackTraceLimit = stackDepth;
    }
  }

  close(descriptor: number): void {
    if (descriptor >= 0) closeSync(descriptor);
  }
}

function outcomeOf(error: unknown): ReadOutcome {
  const code = errorCode(error);
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'gone';
}
