// The only door from measuring to the machine. In: where the machine's trees are. Out: readings of files, folders,
// mounts, users, and a few programs. A test or a demonstration points the roots at a recorded machine.
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { type Clock, systemClock } from '../../shared/clock.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { hostError } from './host-error.ts';
import { type KernelFile, KernelFiles } from './kernel-files.ts';
import { type MachineFacts, readMachineFacts } from './machine-facts.ts';
import { type MountRequest, type MountSize, MountStatistics, type StatMount } from './mount-statistics.ts';
import { createProgramDoor, type RunProgram } from './programs.ts';
import { UserNames } from './user-names.ts';

export interface HostRoots {
  /** `/proc` on a real machine; no slash at the end. */
  readonly proc: string;
  /** `/sys` on a real machine. */
  readonly sys: string;
  /** Empty on a real machine: what stands before `/etc/passwd` and mount points. */
  readonly root: string;
}

const realRoots: HostRoots = { proc: '/proc', sys: '/sys', root: '' };

export interface HostOptions {
  readonly roots?: HostRoots;
  readonly clock?: Clock;
  readonly statMount?: StatMount;
  /** CPU time of this program so far, user and system. */
  readonly ownCpuMicroseconds?: () => number;
  /** Programs that may be run. */
  readonly programs?: readonly string[];
  /** Folders they are searched in. */
  readonly programPath?: string;
}

export interface FileFacts {
  readonly uid: number;
  /** ms since the Unix epoch. */
  readonly changedMs: number;
  readonly isFolder: boolean;
  readonly isFile: boolean;
}

export interface Host {
  readonly roots: HostRoots;
  readonly clock: Clock;
  readonly facts: MachineFacts;
  /** A file that is read at every tick: its descriptor stays open. */
  keep(path: string): KernelFile;
  /** The content of a file; valid until the next reading of any file. Throws HostError. */
  readBytes(path: string): ByteCursor;
  /** The content as text without the line feed at its end. Throws HostError. */
  readText(path: string): string;
  /** Names in a folder, in the kernel's order. Throws HostError. */
  list(path: string): readonly string[];
  /** Who owns a file or folder, and when it was last changed; null when there is none. A link is not followed. */
  fileFacts(path: string): FileFacts | null;
  /** Where a symbolic link points, as it says; null when there is no link. */
  linkTarget(path: string): string | null;
  /** Size of a mounted filesystem, by its mount point. Rejects with HostError, also after the deadline. */
  mountSize(request: MountRequest): Promise<MountSize>;
  /** Name of a user; the number as text while it is not known. */
  userName(uid: number): string;
  /** Seconds since boot, time asleep included; NaN when not known. */
  uptimeSeconds(): number;
  ownCpuMicroseconds(): number;
  /** Runs one of the allowed programs. */
  readonly run: RunProgram;
}

const usualPrograms = ['getent', 'systemctl', 'chronyc', 'ntpq'];
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function createHost(options: HostOptions = {}): Host {
  const roots = options.roots ?? realRoots;
  const clock = options.clock ?? systemClock;
  const files = new KernelFiles();
  const run = createProgramDoor({
    allowed: new Set(options.programs ?? usualPrograms),
    path: options.programPath ?? usualPath,
  });
  const mounts = new MountStatistics(clock, options.statMount ?? ((path) => statfs(path)));
  const users = new UserNames({ passwdPath: `${roots.root}/etc/passwd`, run, clock });
  const uptime = files.keep(`${roots.proc}/uptime`);
  return {
    roots,
    clock,
    facts: readMachineFacts(files, roots.proc),
    keep: (path) => files.keep(path),
    readBytes: (path) => files.readOnce(path),
    readText: (path) => textOf(files.readOnce(path)),
    list,
    fileFacts,
    linkTarget,
    mountSize: (request) => mounts.read({ ...request, path: `${roots.root}${request.path}` }),
    userName: (uid) => users.nameOf(uid),
    uptimeSeconds: () => readUptime(uptime),
    ownCpuMicroseconds: options.ownCpuMicroseconds ?? ownCpuMicroseconds,
    run,
  };
}

function textOf(cursor: ByteCursor): string {
  return cursor.bytes.toString('utf8', 0, cursor.end).replace(/\n$/, '');
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw hostError(`list ${path}`, error);
  }
}

function fileFacts(path: string): FileFacts | null {
  let found: Stats | undefined;
  try {
    found = lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // A folder on the way is closed to us: nothing is known of the file.
  }
  if (found === undefined) return null;
  return { uid: found.uid, changedMs: found.mtimeMs, isFolder: found.isDirectory(), isFile: found.isFile() };
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    // Not there or no link: the same to the one who asks.
    return null;
  }
}

function readUptime(file: KernelFile): number {
  try {
    const cursor = file.read();
    return cursor.nextLine() ? cursor.decimal() : Number.NaN;
  } catch {
    // Not known is the answer here.
    return Number.NaN;
  }
}

function ownCpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
