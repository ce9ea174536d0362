// The kernel's own messages, from /dev/kmsg (Documentation/ABI/testing/dev-kmsg). In: records. Out: the text of each
// message of the kernel, once; from the oldest that is kept to the newest. It never waits: the file is opened
// non-blocking. Messages that programs wrote into the log are left out, so that nobody can forge one.
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { errorCode } from '../../shared/errors.ts';
import { hostError } from './host-error.ts';

export interface KernelLog {
  /** Calls `visit` per new message, for at most a bounded number of readings. Throws HostError. */
  readNew(visit: (message: string) => void): void;
  /** Idempotent; a later reading begins with the oldest message. */
  close(): void;
}

/** The kernel gives one record per reading, and refuses when the record does not fit. */
const recordBytes = 8192;
const mostReadings = 2000;
/** The part before the text is `priority,sequence,time,flags`; the facility is in the priority's upper bits. */
const header = /^(\d{1,3}),\d+,\d+,[^;]*;(.*)$/;
const kernelPriorities = 8;

export function openKernelLog(path: string): KernelLog {
  const buffer = Buffer.allocUnsafeSlow(recordBytes);
  let descriptor = -1;
  const close = (): void => {
    if (descriptor >= 0) closeSync(descriptor);
    descriptor = -1;
  };
  const readNew = (visit: (message: string) => void): void => {
    try {
      if (descriptor < 0) descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      for (let i = 0; i < mostReadings; i += 1) {
        const length = readRecord(descriptor, buffer);
        if (length === 0) return;
        visitLines(buffer.toString('utf8', 0, length), visit);
      }
    } catch (error) {
      close();
      throw hostError(`read ${path}`, error);
    }
  };
  return { readNew, close };
}

/** Bytes of the next record; 0 when there is none yet. */
function readRecord(descriptor: number, buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, 0, buffer.length, null);
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') return 0;
      // EPIPE: records were overwritten before we came; the next reading gives the oldest that is left.
      if (errorCode(error) !== 'EPIPE') throw error;
    }
  }
}

function visitLines(text: string, visit: (message: string) => void): void {
  for (const line of text.split('\n')) {
    const [, priority, message] = header.exec(line) ?? [];
    if (message !== undefined && Number(priority) < kernelPriorities) visit(message);
  }
}
