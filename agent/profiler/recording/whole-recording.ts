// Tells when a recording is whole. In: the file that perf writes. Out: a call, once. The last that perf writes is the size of all
// samples, in the head of the file (tools/perf/Documentation/perf.data-file-format.txt); then it gives back its events one by one,
// which takes up to a second and a half beside a program of many threads, and nobody has to wait for that.
import { closeSync, openSync, readSync } from 'node:fs';
import type { Clock } from '../../../shared/clock.ts';

const lookEveryMs = 10;
const magic = 'PERFILE2';
const dataSizeAt = 48;
const headBytes = 56;

/** Returns how to look no longer. */
export function watchRecording(file: string, clock: Pick<Clock, 'after'>, onWhole: () => void): () => void {
  let cancel = (): void => undefined;
  const look = (): void => {
    if (isWhole(file)) onWhole();
    else cancel = clock.after(lookEveryMs, look);
  };
  look();
  return () => cancel();
}

export function isWhole(file: string): boolean {
  const head = Buffer.alloc(headBytes);
  try {
    const descriptor = openSync(file, 'r');
    try {
      if (readSync(descriptor, head, 0, headBytes, 0) < headBytes) return false;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // perf has not begun to write, or will say itself what is wrong.
    return false;
  }
  return head.toString('latin1', 0, magic.length) === magic && head.readBigUInt64LE(dataSizeAt) > 0n;
}
