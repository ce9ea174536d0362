// What lies in the folder of a store. In: the folder. Out: its parts, and how many bytes they take.
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../shared/errors.ts';

export function logFolder(root: string): string {
  return join(root, 'log');
}

/** Bytes of all files in it, and of those within its folders. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderBytes(path);
    else bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // Removed meanwhile.
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
