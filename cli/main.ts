// jidi, the command line: cluster, node, process, function from a terminal or a script. Speaks HTTP to the collector.
// This file alone touches the process: arguments, environment, streams, signals, exit code.
import { Socket } from 'node:net';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { systemClock } from '../shared/clock.ts';
import { errorCode } from '../shared/errors.ts';
import { exitCodes } from './exit-code.ts';
import { runCli } from './run-cli.ts';
import { columnsOf, type Interrupts, type Terminal } from './terminal.ts';

/** The starter hands on signals that the terminal has already sent; together they are one. */
const sameSignalMs = 300;

const terminal: Terminal = {
  stdinTty: process.stdin.isTTY,
  stdoutTty: process.stdout.isTTY,
  stderrTty: process.stderr.isTTY,
  // A terminal that does not know its width says 0.
  columns:
    columnsOf(process.env['COLUMNS']) ?? (process.stdout.columns || process.stderr.columns || undefined),
  write: (data) => void process.stdout.write(data),
  writeError: (text) => void process.stderr.write(text),
  ask: (question) => ask(question, process.stderr),
  askSecret,
};

/** The terminal is told not to show what is typed; the question itself is. */
async function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await ask('', silent);
  } finally {
    process.stderr.write('\n');
  }
}

async function ask(question: string, output: NodeJS.WritableStream): Promise<string> {
  if (!process.stdin.isTTY) return nextLine(question, output);
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  lines.once('SIGINT', () => process.exit(exitCodes.interrupted));
  try {
    return await Promise.race([lines.question(question), ended]);
  } finally {
    lines.close();
  }
}

let pipedLines: AsyncIterator<string> | undefined;

/** One reader for all answers that a script sends: what it has read ahead is the next answer. */
async function nextLine(question: string, output: NodeJS.WritableStream): Promise<string> {
  output.write(question);
  pipedLines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const { value, done } = await pipedLines.next();
  if (process.stdin instanceof Socket) process.stdin.unref();
  return done === true ? '' : value;
}

function listenForSignals(): Interrupts {
  const listeners = new Set<() => void>();
  let last = Number.NEGATIVE_INFINITY;
  const interrupt = () => {
    const now = performance.now();
    const again = now - last < sameSignalMs;
    last = now;
    if (again) return;
    const [listener] = listeners;
    if (listener === undefined) process.exit(exitCodes.interrupted);
    listeners.delete(listener);
    listener();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return {
    once(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error) => {
  if (errorCode(error) !== 'EPIPE') throw error;
  process.exit(exitCodes.ok);
});

try {
  const environment = { env: process.env, terminal, clock: systemClock, interrupts: listenForSignals() };
  process.exitCode = await runCli(process.argv.slice(2), environment);
} catch (error) {
  console.error(error);
  process.exitCode = exitCodes.internal;
}
