// Runs perf as a child. In: arguments, a folder for everything perf may want to write. Out: its output as it comes,
// its exit, the beginning of what it complained. Its environment is empty but for these names: no settings of a user,
// no caches in a home, and no symbols fetched from the network (DEBUGINFOD_URLS is not set).
import { type ChildProcess, spawn } from 'node:child_process';
import { errorMessage } from '../../../shared/errors.ts';

const mostComplaintBytes = 8192;
export const systemFolders = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

export interface PerfExit {
  /** null after a signal, or when the program could not be started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly complaint: string;
}

export interface PerfRun {
  readonly exit: Promise<PerfExit>;
  kill(signal: NodeJS.Signals): void;
  /** Our ends of its descriptors, by their numbers. */
  readonly streams: ChildProcess['stdio'];
}

export interface PerfRunOptions {
  readonly folder: string;
  /** Kills perf at once, without a result. */
  readonly abandon: AbortSignal;
  /** Takes the standard output. */
  readonly onOutput?: (bytes: Buffer) => void;
  /** Words before the command, which confine it. */
  readonly prefix?: readonly string[];
  /** Another user to run it as. */
  readonly user?: number | undefined;
  /** Files it gets, numbered from 3 on. */
  readonly descriptors?: readonly (number | 'pipe')[];
}

export function runPerf(perf: string, args: readonly string[], options: PerfRunOptions): PerfRun {
  try {
    return startPerf(perf, args, options);
  } catch (error) {
    // Node tells some refusals of the system at once: what is lacking is a right.
    const exit = { code: null, signal: null, complaint: errorMessage(error) };
    return { exit: Promise.resolve(exit), kill: () => undefined, streams: [null, null, null, null, null] };
  }
}

function startPerf(perf: string, args: readonly string[], options: PerfRunOptions): PerfRun {
  const { folder, prefix = [], user, descriptors = [] } = options;
  const [program = perf, ...words] = [...prefix, perf, ...args];
  const child = spawn(program, words, {
    cwd: folder,
    env: {
      PATH: systemFolders,
      LC_ALL: 'C',
      HOME: folder,
      TMPDIR: folder,
      PERF_CONFIG: '/dev/null',
      PAGER: 'cat',
    },
    signal: options.abandon,
    killSignal: 'SIGKILL',
    stdio: ['ignore', options.onOutput === undefined ? 'ignore' : 'pipe', 'pipe', ...descriptors],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  if (options.onOutput !== undefined) child.stdout?.on('data', options.onOutput);
  return { exit: exitOf(child), kill: (signal) => void child.kill(signal), streams: child.stdio };
}

function exitOf(child: ChildProcess): Promise<PerfExit> {
  let complaint = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    if (complaint.length < mostComplaintBytes) complaint += bytes.toString('utf8', 0, mostComplaintBytes);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, complaint: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, complaint }));
  });
}
