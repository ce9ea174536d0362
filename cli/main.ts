// jidi, the command line: cluster, node, process, function from a terminal or a script. Speaks HTTP to the collector.
// This file alone touches the process: arguments, environment, streams, signals, exit code.
import { createInterface } from 'node:readline/promises';
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
  ask,
};

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  lines.once('SIGINT', () => process.exit(exitCodes.interrupted));
  try {
    return await Promise.race([lines.question(question), ended]);
  } finally {
    lines.close();
  }
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
