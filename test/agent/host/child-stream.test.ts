// A real program, written as a small script, that prints documents ending in `</d>`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChildStream, LongChild } from '../../../agent/host/child-stream.ts';
import { until } from '../../executor/until.ts';
import { TurnedClock } from '../sampler/turned-clock.ts';

const patienceMs = 15_000;
const startPatienceMs = 60_000;
const longestDelayMs = 300_000;

let folder: string;
let clock: TurnedClock;
let documents: string[];
let ends: number;
let stream: ChildStream;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stream-'));
  clock = new TurnedClock(1_700_000_000_000);
  documents = [];
  ends = 0;
  stream = open('speaker');
});
afterEach(() => {
  stream.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(program: string): ChildStream {
  return new LongChild(
    {
      program,
      arguments: ['-x'],
      endMark: '</d>',
      documentBytes: 100_000,
      patienceMs,
      startPatienceMs,
      onDocument: (document) => documents.push(document.toString()),
      onEnd: () => {
        ends += 1;
      },
    },
    { allowed: new Set(['speaker', 'nobody']), path: `${folder}:/usr/bin:/bin`, clock },
  );
}

/** Every start leaves a line in the file `starts`. */
function says(body: string): void {
  const script = `#!/bin/sh\necho $$ >> ${folder}/starts\n${body}\n`;
  writeFileSync(join(folder, 'speaker'), script, { mode: 0o755 });
}

const starts = (): number => readFileSync(join(folder, 'starts'), 'utf8').split('\n').length - 1;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function runningPid(): number {
  const { pid } = stream;
  if (pid === null) throw new Error('no program runs');
  return pid;
}

test('a document comes whole, however it was printed, and only once its end is there', async () => {
  says(`printf 'on'; sleep 0.05; printf 'e<'; sleep 0.05; printf '/d>two</d>thr'; exec sleep 60`);
  stream.keepRunning();
  await until(() => documents.length === 2);
  expect(documents).toEqual(['one</d>', 'two</d>']);
  expect(stream.failure).toBeNull();
});

test('a large document comes whole', async () => {
  says(`head -c 99000 /dev/zero | tr '\\0' y; printf '</d>'; exec sleep 60`);
  stream.keepRunning();
  await until(() => documents.length === 1);
  expect(documents).toEqual([`${'y'.repeat(99_000)}</d>`]);
});

test('output without an end ends the program', async () => {
  says(`head -c 200000 /dev/zero; exec sleep 60`);
  stream.keepRunning();
  const pid = runningPid();
  await until(() => ends > 0);
  expect(stream.failure).toBe('speaker printed more than 100000 bytes in one document');
  await until(() => !isAlive(pid) && stream.pid === null);
  expect(documents).toEqual([]);
});

test('a program that ends at once is told with its words, and is started again after a delay', async () => {
  says(`printf 'NVIDIA-SMI has failed\\n\\033[2J'; exit 9`);
  stream.keepRunning();
  await until(() => stream.pid === null);
  expect(stream.failure).toBe('speaker ended (exit code 9): NVIDIA-SMI has failed \\x1b[2J');
  stream.keepRunning();
  expect(stream.pid).toBeNull();
  clock.pass(longestDelayMs);
  says(`printf 'back</d>'; exec sleep 60`);
  stream.keepRunning();
  await until(() => documents.length === 1);
  expect(stream.failure).toBeNull();
  expect(starts()).toBe(2);
});

test('a program that never prints is given up after its time, and no second one starts beside it', async () => {
  says('exec sleep 60');
  stream.keepRunning();
  const pid = runningPid();
  clock.pass(startPatienceMs);
  stream.keepRunning();
  expect(stream.failure).toBeNull();
  clock.pass(1);
  stream.keepRunning();
  expect(stream.failure).toBe('speaker has printed nothing whole for 60 s');
  // The end of the program is not known yet: as with one that cannot be ended.
  clock.pass(longestDelayMs);
  stream.keepRunning();
  expect(stream.pid).toBe(pid);
  await until(() => stream.pid === null);
  expect(isAlive(pid)).toBe(false);
  stream.keepRunning();
  expect(stream.pid).toBeNull();
  clock.pass(longestDelayMs);
  stream.keepRunning();
  expect(runningPid()).not.toBe(pid);
});

test('a program that falls silent after a document is given up sooner', async () => {
  says(`printf 'one</d>half'; exec sleep 60`);
  stream.keepRunning();
  await until(() => documents.length === 1);
  clock.pass(patienceMs + 1);
  stream.keepRunning();
  expect(stream.failure).toBe('speaker has printed nothing whole for 15 s');
  await until(() => stream.pid === null);
  expect(documents).toEqual(['one</d>']);
});

test('closing ends the program; opened again at once, a new one starts when the old is gone', async () => {
  says(`printf 'one</d>'; exec sleep 60`);
  stream.keepRunning();
  await until(() => documents.length === 1);
  const pid = runningPid();
  stream.close();
  stream.close();
  stream.keepRunning();
  expect(stream.pid).toBe(pid);
  await until(() => documents.length === 2);
  expect(isAlive(pid)).toBe(false);
  expect(stream.failure).toBeNull();
  const second = runningPid();
  stream.close();
  await until(() => stream.pid === null);
  expect(isAlive(second)).toBe(false);
  expect(starts()).toBe(2);
});

test('a program that is not there, or not on the list, is a failure and no more', async () => {
  for (const [program, failure] of [
    ['nobody', 'run nobody: ENOENT'],
    ['stranger', 'run stranger: EPERM'],
  ] as const) {
    const other = open(program);
    other.keepRunning();
    await until(() => other.failure !== null);
    expect(other.failure).toBe(failure);
    expect(other.pid).toBeNull();
    other.close();
  }
});

test('the program ends when the agent is killed', async () => {
  says(`while :; do printf 'one</d>' || exit 1; sleep 0.05; done`);
  const source = join(import.meta.dirname, '../../../agent/host/child-stream.ts');
  const agent = `
    const { LongChild } = await import(${JSON.stringify(source)});
    const clock = { now: Date.now, monotonic: () => performance.now(), after: () => () => {} };
    const request = { program: 'speaker', arguments: [], endMark: '</d>', documentBytes: 1000, patienceMs: 60000,
      startPatienceMs: 60000, onDocument: () => {} };
    const door = { allowed: new Set(['speaker']), path: ${JSON.stringify(`${folder}:/usr/bin:/bin`)}, clock };
    const stream = new LongChild(request, door);
    stream.keepRunning();
    setInterval(() => {}, 1000);
    console.log(stream.pid);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', agent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until(() => !isAlive(pid));
});
