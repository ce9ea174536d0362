// The profiler program: takes one profile and ends. In: JSON lines on stdin, `start` and perhaps `stop`. Out: reports as
// JSON lines on stdout, the reason of a broken start on stderr. When stdin ends, the agent is gone: it gives up, ends
// perf and leaves nothing behind.
import { rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { errorMessage } from '../../shared/errors.ts';
import type { Reason } from '../../shared/model/reason.ts';
import { createHost } from '../host/host.ts';
import { JsonLines } from './json-lines.ts';
import {
  longestMessageLine,
  type NeedMessage,
  parseProfilerMessage,
  type StartMessage,
} from './profiler-messages.ts';
import { runProfile } from './run-profile.ts';
import { type Confinement, findConfinement } from './symbols/symbol-confinement.ts';

// Texts of perf are thrown away at once: little room for the young keeps 100,000 different stacks below 150 MB.
setFlagsFromString('--max-semi-space-size=2');
setFlagsFromString('--optimize-for-size');

const stop = new AbortController();
const abandon = new AbortController();
let started: StartMessage | undefined;
let takeAnswer = (_reason: Reason | null): void => undefined;

const lines = new JsonLines(longestMessageLine, (value) => {
  const message = parseProfilerMessage(value);
  if (message === undefined) return leave(2, 'a line on stdin is no message');
  if (message.kind === 'stop') return stop.abort();
  if (message.kind === 'answer') return takeAnswer(message.reason);
  if (started !== undefined) return leave(2, 'a second start on stdin');
  started = message;
  void take(message);
});

process.stdin.on('data', (bytes: Buffer) => {
  if (!lines.write(bytes)) leave(2, 'a line on stdin is too long');
});
process.stdin.on('end', () => leave(0, ''));
process.stdout.on('error', () => leave(0, ''));
process.on('SIGTERM', () => leave(0, ''));
process.on('SIGINT', () => leave(0, ''));

async function take({ request, folder, perfPath, searchPath }: StartMessage): Promise<void> {
  const send = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  try {
    await runProfile({
      request,
      folder,
      perfPath,
      searchPath,
      host: createHost(),
      stop: stop.signal,
      abandon: abandon.signal,
      report: send,
      confinement: foundOnce(),
      ask: ({ samples, bytes, mostBytes, waitsOf }) => {
        send({ kind: 'need', samples, bytes, mostBytes, waitsOf } satisfies NeedMessage);
        return new Promise((resolve) => {
          takeAnswer = resolve;
        });
      },
    });
    // The exit waits until the pipe has taken everything.
    process.stdout.write('', () => leave(0, ''));
  } catch (error) {
    leave(1, errorMessage(error));
  }
}

/** A profile reads symbols up to three times. */
function foundOnce(): () => Confinement {
  let found: Confinement | undefined;
  return () => {
    found ??= findConfinement();
    return found;
  };
}

/** Ends this program, and perf with it. */
function leave(code: number, complaint: string): never {
  abandon.abort();
  if (complaint !== '') process.stderr.write(`jidi-profiler: ${complaint}\n`);
  if (started !== undefined) rmSync(started.folder, { recursive: true, force: true });
  process.exit(code);
}
