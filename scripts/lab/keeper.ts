// Programs that run as long as the laboratory: in their own process groups, so that Ctrl-C ends the laboratory and not them, and
// ended by the kernel when the laboratory dies without a word.
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';

export function keep(
  command: readonly string[],
  stdio: StdioOptions = ['ignore', 'ignore', 'ignore'],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    detached: true,
    stdio,
    env: { ...process.env, ...env },
  });
}

/**
 * Ends everything in a control group when this process has ended, however it ended. Returns what ends the guard itself, once
 * the group is gone.
 */
export function guard(group: string): () => Promise<void> {
  const script = 'cat > /dev/null; [ ! -e "$1/cgroup.kill" ] || echo 1 > "$1/cgroup.kill"';
  const child = spawn('sh', ['-c', script, 'sh', group], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => undefined); // Somebody ended it: nothing guards then.
  child.unref();
  return async () => {
    child.ref();
    child.stdin.end();
    await exited(child);
  };
}

/** Resolves when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await exited(child);
}

export async function exited(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => child.once('exit', () => resolve()));
}
