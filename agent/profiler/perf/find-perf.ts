// Finds the perf program. In: folders to search. Out: its path, or undefined. It runs nothing.
import { accessSync, constants, readdirSync, statSync } from 'node:fs';

/** Distributions keep versions for each kernel here, behind a script that may not find the right one. */
const versionedFolder = '/usr/lib';

/** `searchPath` is written as in PATH; a path given by the configuration counts alone. */
export function findPerf(perfPath: string | null, searchPath: string): string | undefined {
  if (perfPath !== null) return isProgram(perfPath) ? perfPath : undefined;
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'));
  return [...folders, '/usr/bin', ...versionedFolders()].map((folder) => `${folder}/perf`).find(isProgram);
}

/** /usr/lib/linux-tools/6.8.0-45-generic and /usr/lib/linux-tools-6.8.0-45, the newest name first. */
function versionedFolders(): string[] {
  const inner = names(`${versionedFolder}/linux-tools`).map(
    (name) => `${versionedFolder}/linux-tools/${name}`,
  );
  const outer = names(versionedFolder)
    .filter((name) => name.startsWith('linux-tools-'))
    .map((name) => `${versionedFolder}/${name}`);
  return [...inner, ...outer].sort().reverse();
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Most machines have no such folder.
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Absent or not for us: the next folder may have one.
    return false;
  }
}
