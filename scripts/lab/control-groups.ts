// The control groups of a laboratory: one below the root of the version 2 hierarchy, with one for each machine in it. All that
// runs in a machine is below its group, so that it can be ended for sure. Where this host has the freezer of version 1, each
// machine gets a group there as well: Slurm then tracks its jobs with it, and cannot use version 2.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const emptyWithinMs = 10_000;

/** Where version 2 of control groups is mounted; undefined where it is not. */
export function hierarchyRoot(): string | undefined {
  return mountOf((type) => type === 'cgroup2');
}

/** Where the freezer of version 1 is mounted; undefined where the host uses version 2 only. */
export function freezerRoot(): string | undefined {
  return mountOf((type, options) => type === 'cgroup' && options.split(',').includes('freezer'));
}

function mountOf(isIt: (type: string, options: string) => boolean): string | undefined {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [, path, type = '', options = ''] = line.split(' ');
    if (isIt(type, options)) return path;
  }
  return undefined;
}

/** The folders of a group of this name, in each hierarchy. */
export function groupFolders(name: string): readonly string[] {
  return [hierarchyRoot(), freezerRoot()].flatMap((root) => (root === undefined ? [] : [join(root, name)]));
}

/** Makes a group whose groups may use every controller that there is; returns its folders. */
export function makeGroup(name: string): readonly string[] {
  const folders = groupFolders(name);
  for (const folder of folders) {
    mkdirSync(folder);
    const file = join(folder, 'cgroup.controllers');
    if (!existsSync(file)) continue;
    for (const controller of readFileSync(file, 'utf8').trim().split(' ').filter(Boolean)) {
      writeFileSync(join(folder, 'cgroup.subtree_control'), `+${controller}`);
    }
  }
  return folders;
}

/** Ends everything in it and below it, and removes it. */
export async function removeGroup(name: string): Promise<void> {
  const [unified = '', ...others] = groupFolders(name);
  if (existsSync(unified)) {
    writeFileSync(join(unified, 'cgroup.kill'), '1');
    const deadlineMs = performance.now() + emptyWithinMs;
    while (!readFileSync(join(unified, 'cgroup.events'), 'utf8').includes('populated 0')) {
      if (performance.now() > deadlineMs) break;
      await delay(10);
    }
  }
  for (const folder of [...others, unified]) if (existsSync(folder)) removeFolders(folder);
}

/** Below the deepest first: the kernel removes only groups without groups. */
function removeFolders(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeFolders(join(path, entry.name));
  }
  rmdirSync(path);
}
