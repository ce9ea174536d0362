// In: the name of a daemon. Out: the pids whose kernel name it is. For machines without systemd.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The kernel keeps 15 characters of a name. */
const kernelNameLength = 15;

export function findProcesses(procFolder: string, name: string): readonly number[] {
  const wanted = name.slice(0, kernelNameLength);
  return readdirSync(procFolder)
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => readName(join(procFolder, entry, 'comm')) === wanted)
    .map(Number);
}

function readName(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').replace(/\n$/, '');
  } catch {
    // The process ended while we looked.
    return undefined;
  }
}
