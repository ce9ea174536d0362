// Runs one program: no shell, fixed environment, own process group. Out: its exit code and, on the way, its bytes.
// An aborted program gets SIGTERM with its whole group, and SIGKILL two seconds later.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface ByteSink {
  push(chunk: Buffer): void;
  end(): void;
}

export interface ProgramOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
}

const fixedEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: '/' };
const graceMs = 2_000;
const pollMs = 25;
/** A process that even SIGKILL does not end (it waits for a dead file server) is left after this time. */
const abandonMs = 1_000;
/** A daemon that the program started may hold its pipes open; then they are left after this time. */
const drainMs = 250;

/** Exit code; 128 + signal number when a signal ended it, as shells count. Rejects when it cannot be started. */
export async function runProgram(options: ProgramOptions): Promise<number> {
  const { signal, stdout, stderr } = options;
  signal.throwIfAborted();
  const child = spawn(options.file, options.args, {
    cwd: '/',
    env: fixedEnvironment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
  });
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const closed = once(child, 'close');
  const exited = once(child, 'exit');
  // Both fail with the same error when the program cannot be started; one of them is awaited.
  closed.catch(() => undefined);
  const abandoned = Promise.withResolvers<void>();
  let ending: Promise<void> | undefined;
  const endGroup = (): void => {
    ending ??= endProcessGroup(child);
    void ending.then(() => delay(abandonMs)).then(abandoned.resolve);
  };
  signal.addEventListener('abort', endGroup, { once: true });
  try {
    await Promise.race([exited, abandoned.promise]);
    await ending;
    await Promise.race([closed, delay(drainMs, undefined, { ref: false })]);
  } finally {
    signal.removeEventListener('abort', endGroup);
    child.stdout.destroy();
    child.stderr.destroy();
    stdout.end();
    stderr.end();
  }
  return child.exitCode ?? 128 + signalNumber(child.signalCode);
}

/** Resolves when nothing of the group is left, or after SIGKILL. */
async function endProcessGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  if (!signalGroup(child.pid, 'SIGTERM')) return;
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline) {
    await delay(pollMs);
    if (!signalGroup(child.pid, 0)) return;
  }
  signalGroup(child.pid, 'SIGKILL');
}

/** False when the group is gone. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    // ESRCH: nobody is left. EPERM: somebody is, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === 'SIGKILL' ? 9 : signal === 'SIGTERM' ? 15 : 0;
}
