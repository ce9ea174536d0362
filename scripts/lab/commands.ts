// Programs of the host, run to their end. In: a program, its arguments, a deadline. Out: how it ended and what it printed; a
// LabError with its last lines where it had to succeed. Each runs in a process group of its own, which is ended with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Something a person can read and act on; told without a stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

export interface Outcome {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Each line of its output while it runs. */
  readonly onLine?: (line: string) => void;
}

const defaultTimeoutMs = 60_000;
/** Of each stream the last so many characters are kept. */
const keptCharacters = 4 * 1024 * 1024;
const running = new Set<ChildProcess>();
let isEnding = false;

export async function call(
  program: string,
  args: readonly string[],
  options: CallOptions = {},
): Promise<Outcome> {
  if (isEnding) throw new LabError('the laboratory is being removed');
  const child = spawn(program, args, {
    detached: true,
    stdio: 'pipe',
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  running.add(child);
  const timer = setTimeout(() => endGroup(child), options.timeoutMs ?? defaultTimeoutMs);
  try {
    child.stdin.on('error', () => undefined); // It may end without reading what it was given.
    child.stdin.end(options.input ?? '');
    const [stdout, stderr, code] = await Promise.all([
      textOf(child.stdout, options.onLine),
      textOf(child.stderr, options.onLine),
      exitOf(child),
    ]);
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}

/** What it printed on stdout; throws when it did not end with 0. */
export async function mustCall(
  program: string,
  args: readonly string[],
  options: CallOptions = {},
): Promise<string> {
  const outcome = await call(program, args, options);
  if (outcome.code === 0) return outcome.stdout;
  throw new LabError(failureOf([program, ...args].join(' '), outcome));
}

export function failureOf(what: string, { code, stdout, stderr }: Outcome): string {
  const how = code === null ? 'was ended by a signal or its deadline' : `ended with ${code}`;
  return `${what} ${how}:\n${`${stdout}\n${stderr}`.trim().slice(-3_000)}`;
}

/** Ends every program that still runs; none is started afterwards. */
export function endCalls(): void {
  isEnding = true;
  for (const child of running) endGroup(child);
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone in this moment.
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new LabError(`start ${child.spawnfile}: ${error.message}`)));
    child.on('close', (code) => resolve(code));
  });
}

async function textOf(stream: Readable, onLine?: (line: string) => void): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  if (onLine !== undefined) createInterface({ input: stream }).on('line', onLine);
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-keptCharacters);
  });
  await new Promise<void>((resolve) => stream.on('close', resolve));
  return text;
}
