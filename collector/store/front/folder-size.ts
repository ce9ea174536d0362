// In: a folder. Out: how many bytes the files in it take, with those of its folders.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function folderSize(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // A file may go meanwhile.
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
