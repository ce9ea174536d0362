// Keeps a little room on the disk for what must work when it is full: the shared index that several connections to one
// database need. In: a data folder. Out: a file of zeros in it, which is given up for one start.
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The index takes 32 KiB for each 32 MiB of journal, at each of the files that are open. */
const spareBytes = 512 * 1024;

function spareFile(dataDir: string): string {
  return join(dataDir, 'spare-room');
}

/** On a disk that is full nothing happens: the next start tries again. */
export function keepSpareRoom(dataDir: string): void {
  const file = spareFile(dataDir);
  if (statSync(file, { throwIfNoEntry: false })?.size === spareBytes) return;
  let handle: number | undefined;
  try {
    handle = openSync(file, 'w', 0o600);
    let written = 0;
    while (written < spareBytes) written += writeSync(handle, Buffer.alloc(spareBytes - written));
  } catch {
    // A part of it would only take what others need.
    rmSync(file, { force: true });
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

export function giveUpSpareRoom(dataDir: string): void {
  rmSync(spareFile(dataDir), { force: true });
}
