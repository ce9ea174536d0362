// The only door from measuring to the machine. In: where the machine's trees are. Out: readings of files, folders,
// mounts, users, and a few programs. A test or a demonstration points the roots at a recorded machine.
import { accessSync, constants, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { type BackgroundFiles, FileThread } from './background-files.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { type ChildStream, LongChild, type StreamRequest } from './child-stream.ts';
import { GpuProcesses } from './gpu-processes.ts';
import { hostError } from './host-error.ts';
import { type KeepOptions, type KernelFile, KernelFiles } from './kernel-files.ts';
import { type KernelLog, openKernelLog } from './kernel-log.ts';
import { type MachineFacts, readMachineFacts } from './machine-facts.ts';
import { type MountRequest, type MountSize, MountStatistics, type StatMount } from './mount-statistics.ts';
import { createProgramDoor, type RunProgram } from './programs.ts';
import { SlowDevices } from './slow-devices.ts';
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
  /** How long the first reading of a source may wait for an answer from outside this program. */
  readonly firstAnswerMs?: number;
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
  keep(path: string, options?: KeepOptions): KernelFile;
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
  /**
   * Reads a file on another thread and forgets it: for files whose device may take long to answer and then answers
   * again at once. Rejects with HostError, also while earlier such readings have not come back.
   */
  wake(path: string): Promise<void>;
  /** Size of a mounted filesystem, by its mount point. Rejects with HostError, also after the deadline. */
  mountSize(request: MountRequest): Promise<MountSize>;
  /** Name of a user; the number as text while it is not known. */
  userName(uid: number): string;
  /** Seconds since boot, time asleep included; NaN when not known. */
  uptimeSeconds(): number;
  ownCpuMicroseconds(): number;
  /** Runs one of the allowed programs. */
  readonly run: RunProgram;
  /** True when a program is in the folders that are searched. */
  hasProgram(program: string): boolean;
  /** A program that runs on and prints documents; nothing is started yet. */
  stream(request: StreamRequest): ChildStream;
  /** True while a call waits in the kernel: a thread of this program that cannot be ended by asking. */
  isHeld(): boolean;
  /** Files whose driver may hang: read beside the sampling path, one at a time. */
  backgroundFiles(deadlineMs: number): BackgroundFiles;
  /** The kernel's messages. */
  kernelLog(): KernelLog;
  /** How long the first reading of a source may wait for an answer from outside this program, ms. */
  readonly firstAnswerMs: number;
  /** GPU memory in bytes by process id, over all GPUs; the same map until something changed. */
  gpuProcesses(): ReadonlyMap<number, number>;
  /** What one vendor's GPUs tell of it now; null when they tell nothing (any more). */
  publishGpuProcesses(vendor: string, bytesByPid: ReadonlyMap<number, number> | null): void;
}

const usualPrograms = ['getent', 'systemctl', 'chronyc', 'ntpq', 'nvidia-smi'];
/** The tick waits for it, once. */
const usualFirstAnswerMs = 100;
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function createHost(options: HostOptions = {}): Host {
  const roots = options.roots ?? realRoots;
  const clock = options.clock ?? systemClock;
  const files = new KernelFiles();
  const path = options.programPath ?? usualPath;
  const allowed = new Set(options.programs ?? usualPrograms);
  const run = createProgramDoor({ allowed, path });
  const gpuProcesses = new GpuProcesses();
  const mounts = new MountStatistics(clock, options.statMount ?? ((path) => statfs(path)));
  const devices = new SlowDevices();
  const fileThreads: FileThread[] = [];
  const users = new UserNames({ passwdPath: `${roots.root}/etc/passwd`, run, clock });
  const uptime = files.keep(`${roots.proc}/uptime`);
  return {
    roots,
    clock,
    facts: readMachineFacts(files, roots.proc),
    keep: (path, options) => files.keep(path, options),
    readBytes: (path) => files.readOnce(path),
    readText: (path) => textOf(files.readOnce(path)),
    list,
    fileFacts,
    linkTarget,
    wake: (path) => devices.wake(path),
    mountSize: (request) => mounts.read({ ...request, path: `${roots.root}${request.path}` }),
    userName: (uid) => users.nameOf(uid),
    uptimeSeconds: () => readUptime(uptime),
    ownCpuMicroseconds: options.ownCpuMicroseconds ?? ownCpuMicroseconds,
    run,
    hasProgram: (program) => hasProgram(path, program),
    stream: (request) => new LongChild(request, { allowed, path, clock }),
    backgroundFiles(deadlineMs) {
      const thread = new FileThread({ clock, deadlineMs });
      fileThreads.push(thread);
      return thread;
    },
    isHeld: () => mounts.waiting + devices.waiting > 0 || fileThreads.some(({ hanging }) => hanging !== null),
    kernelLog: () => openKernelLog(`${roots.root}/dev/kmsg`),
    firstAnswerMs: options.firstAnswerMs ?? usualFirstAnswerMs,
    gpuProcesses: () => gpuProcesses.all(),
    publishGpuProcesses: (vendor, bytesByPid) => gpuProcesses.publish(vendor, bytesByPid),
  };
}

function hasProgram(path: string, program: string): boolean {
  return path.split(':').some((folder) => {
    try {
      accessSync(`${folder}/${program}`, constants.X_OK);
      return true;
    } catch {
      // Not there, or not for us: the next folder may have it.
      return false;
    }
  });
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
