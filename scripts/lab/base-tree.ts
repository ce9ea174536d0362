// The file tree which every machine starts from: a small Debian with systemd, munge, Slurm, perf and the users of the laboratory.
// In: a cache folder. Out: the path of the tree, made by debootstrap when there is none for this list of packages.
// Invariants: a tree that has its final name is whole; machines never write into it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mustCall } from './commands.ts';
import { isRunning, ownMark } from './owner.ts';
import type { Progress } from './progress.ts';

const suite = 'bookworm';
const packages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'iproute2',
  'procps',
  'munge',
  'slurmctld',
  'slurmd',
  'slurm-client',
  'linux-perf',
];
/** People of the cluster, with the same ids on every machine. */
export const users: Readonly<Record<string, number>> = { ann: 2001, bob: 2002 };
/** Raised when the steps after debootstrap change. */
const stepsVersion = 1;
const buildWithinMs = 900_000;

/** Waits for another process that is just making the same tree. */
export async function baseTree(cache: string, progress: Progress): Promise<string> {
  const tree = join(cache, `base-${keyOf()}`);
  const lock = `${tree}.making`;
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  removeAbandoned(cache);
  while (!existsSync(tree)) {
    if (takeLock(lock)) {
      try {
        await progress.step('base machine, made once by debootstrap', () =>
          make(cache, tree, lock, progress),
        );
      } finally {
        rmSync(lock, { recursive: true, force: true });
      }
    } else {
      progress.detail('another process is making the base machine');
      await delay(500);
      removeAbandoned(cache);
    }
  }
  return tree;
}

function keyOf(): string {
  return createHash('sha256')
    .update(JSON.stringify([suite, packages, users, stepsVersion]))
    .digest('hex')
    .slice(0, 12);
}

/** The lock is the folder in which the tree is made; it comes with the file that says whose it is. */
function takeLock(lock: string): boolean {
  const own = `${lock}-${process.pid}`;
  mkdirSync(own, { mode: 0o755 });
  writeFileSync(join(own, 'owner'), ownMark());
  try {
    renameSync(own, lock);
    return true;
  } catch {
    rmSync(own, { recursive: true, force: true });
    return false; // Another process was faster.
  }
}

function removeAbandoned(cache: string): void {
  for (const name of readdirSync(cache).filter((entry) => entry.endsWith('.making'))) {
    if (!isRunning(join(cache, name, 'owner'))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

async function make(cache: string, tree: string, lock: string, progress: Progress): Promise<void> {
  const target = join(lock, 'tree');
  const archives = join(cache, 'archives');
  mkdirSync(archives, { recursive: true });
  // A mount namespace of its own: what debootstrap mounts in the tree is gone with it, however it ends.
  const args = ['--mount', '--propagation', 'private', 'debootstrap', '--variant=minbase'];
  args.push(`--include=${packages.join(',')}`, `--cache-dir=${archives}`, suite, target);
  await mustCall('unshare', args, { timeoutMs: buildWithinMs, onLine: progress.detail });
  for (const [name, id] of Object.entries(users)) {
    const flags = ['--create-home', '--shell', '/bin/bash', '--uid', String(id)];
    await mustCall('chroot', [target, '/usr/sbin/useradd', ...flags, name]);
  }
  for (const path of ['var/cache/apt/archives', 'usr/share/doc', 'usr/share/locale', 'etc/munge/munge.key']) {
    rmSync(join(target, path), { recursive: true, force: true });
  }
  // Every machine makes an id of its own at its first start.
  writeFileSync(join(target, 'etc/machine-id'), '');
  renameSync(target, tree);
}
