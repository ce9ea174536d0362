// The profiler program: takes one profile and ends. In: JSON lines on stdin, `start` and perhaps `stop`. Out: reports as
// JSON lines on stdout, the reason of a broken start there and on stderr. When stdin ends, the agent is gone: it gives up, ends
// perf and leaves nothing behind.
// With --served a service runs it, with rights that the agent has not: then the agent names neither a folder nor a perf. The folder is
// made where TMPDIR says, and JIDI_PERF may name a perf.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { errorMessage } from '../../shared/errors.ts';
import type { Reason } from '../../shared/model/reason.ts';
import { createHost } from '../host/host.ts';
import { JsonLines } from './json-lines.ts';
import { systemFolders } from './perf/perf-program.ts';
import type { ProfileRun } from './profile-run.ts';
import {
  type ComplaintMessage,
  longestComplaint,
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

type Place = Pick<ProfileRun, 'folder' | 'perfPath' | 'searchPath'>;

const isServed = process.argv.includes('--served');
const stop = new AbortController();
const abandon = new AbortController();
let place: Place | undefined;
let takeAnswer = (_reason: Reason | null): void => undefined;

const lines = new JsonLines(longestMessageLine, (value) => {
  const message = parseProfilerMessage(value);
  if (message === undefined) return leave(2, 'a line on stdin is no message');
  if (message.kind === 'stop') return stop.abort();
  if (message.kind === 'answer') return takeAnswer(message.reason);
  if (place !== undefined) return leave(2, 'a second start on stdin');
  void take(message);
});

process.stdin.on('data', (bytes: Buffer) => {
  if (!lines.write(bytes)) leave(2, 'a line on stdin is too long');
});
process.stdin.on('end', () => leave(0, ''));
process.stdin.on('error', () => leave(0, ''));
process.stdout.on('error', () => leave(0, ''));
process.on('SIGTERM', () => leave(0, ''));
process.on('SIGINT', () => leave(0, ''));
process.on('uncaughtExceptionMonitor', (error) => complain(errorMessage(error)));

async function take(message: StartMessage): Promise<void> {
  try {
    place = placeOf(message);
    await runProfile({
      ...place,
      request: message.request,
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

/** Whoever asks chooses what is sampled; which programs run with the rights of the service is the node's to say. */
function placeOf({ folder, perfPath, searchPath }: StartMessage): Place {
  if (isServed) {
    const named = process.env['JIDI_PERF'] ?? '';
    const own = mkdtempSync(join(tmpdir(), 'jidi-profile-'));
    return { folder: own, perfPath: named === '' ? null : named, searchPath: systemFolders };
  }
  if (folder === null) throw new Error('the start names no folder');
  return { folder, perfPath, searchPath };
}

/** A profile reads symbols up to three times. */
function foundOnce(): () => Confinement {
  let found: Confinement | undefined;
  return () => {
    found ??= findConfinement();
    return found;
  };
}

function send(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function complain(text: string): void {
  send({ kind: 'complaint', text: text.slice(0, longestComplaint) } satisfies ComplaintMessage);
}

/** Ends this program, and perf with it. */
function leave(code: number, complaint: string): never {
  abandon.abort();
  if (complaint !== '') {
    complain(complaint);
    process.stderr.write(`jidi-profiler: ${complaint}\n`);
  }
  if (place !== undefined) rmSync(place.folder, { recursive: true, force: true });
  process.exit(code);
}
