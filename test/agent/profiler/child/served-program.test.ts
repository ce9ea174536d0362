// The profiler program behind a socket, as a service runs it: each connection is its standard input and output. A small program of
// ours stands where systemd would accept the connections.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChildProfiler } from '../../../../agent/profiler/child/child-profiler.ts';
import type { ProfileReport } from '../../../../shared/model/profile.ts';
import { profileRequest } from '../../../shared/model/some-profile.ts';
import { wholeProcess } from '../../../shared/model/whole-process.ts';
import { takeProfile } from '../take-profile.ts';

const main = fileURLToPath(new URL('../../../../agent/profiler/main.ts', import.meta.url));
const obedient = 'for word in disable enable; do read -r said; printf "ack\\n" >&4; done <&3 2> /dev/null; ';

let folder: string;
let socketPath: string;
let own: string;
let server: Server;
const programs: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-served-'));
  socketPath = join(folder, 'profiler.sock');
  own = join(folder, 'own');
  mkdirSync(own);
});
afterEach(async () => {
  for (const program of programs.splice(0)) program.kill('SIGKILL');
  await new Promise((resolve) => server?.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Runs Node with these arguments for each connection. */
async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  server = createServer({ pauseOnConnect: true }, (socket) => {
    const program = spawn(process.execPath, args, {
      env: { TMPDIR: own, ...env },
      stdio: [socket, socket, 'ignore'],
    });
    programs.push(program);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
}

async function take(
  change: object = {},
  onReport?: (report: ProfileReport, profiler: ChildProfiler) => void,
  options: object = {},
): Promise<ProfileReport> {
  const profiler = new ChildProfiler({ folder, socketPath, ...options });
  const target = wholeProcess(process.pid, null);
  const request = profileRequest({ target, durationMs: 20_000, callGraph: 'fp', ...change });
  const { last } = await takeProfile(profiler, request, (report) => onReport?.(report, profiler));
  await profiler.close();
  return last;
}

/** A perf that the service names; the agent names none that counts. */
function fakePerf(script: string): Record<string, string> {
  const path = join(folder, 'perf');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { JIDI_PERF: path };
}

test('nobody behind the socket is said with the remedy', async () => {
  server = createServer();
  expect(await take()).toMatchObject({
    status: 'failed',
    reason: { code: 'profiler-unreachable', message: expect.stringContaining('ENOENT') },
  });
});

test('perf and the folder are those of the service, whatever the agent names', async () => {
  await serve([main, '--served'], fakePerf('echo "mine, in $HOME" >&2; exit 129'));
  const report = await take({}, undefined, { perfPath: '/bin/true', searchPath: '/nowhere' });
  expect(report).toMatchObject({ status: 'failed', reason: { code: 'perf-failed' } });
  expect(report.reason?.message).toContain(`mine, in ${own}/jidi-profile-`);
  await vi.waitFor(() => expect(readdirSync(own)).toEqual([]));
});

test('stop reaches it, and what it made is gone', async () => {
  await serve([main, '--served'], fakePerf(`test "$1" = record || exit 1; ${obedient}exec sleep 30`));
  const report = await take({}, ({ status }, profiler) => {
    if (status === 'running') profiler.stop('p1');
  });
  expect(report).toMatchObject({ status: 'stopped', samples: 0, reason: null });
  await vi.waitFor(() => expect(readdirSync(own)).toEqual([]));
});

test('an agent that hangs up ends it and its perf', async () => {
  await serve([main, '--served'], fakePerf(`${obedient}exec sleep 60`));
  const report = await take(
    {},
    ({ progress }, profiler) => {
      if (progress > 0) void profiler.close();
    },
    { closeMs: 1 },
  );
  expect(report).toMatchObject({ status: 'stopped' });
  await vi.waitFor(() => expect(programs.every(({ exitCode }) => exitCode === 0)).toBe(true));
  expect(readdirSync(own)).toEqual([]);
});

test.each<[string, string, RegExp]>([
  ['is killed', 'process.kill(process.pid, "SIGKILL")', /hung up without a word/],
  [
    'complains',
    'console.log(JSON.stringify({ kind: "complaint", text: "\\x1b[31mboom" }))',
    /\\x1b\[31mboom/,
  ],
  ['talks nonsense', 'console.log("hello"); setInterval(() => 0, 1000)', /no report/],
])('a program that %s makes a failed profile', async (_, code, message) => {
  await serve(['-e', code]);
  const report = await take();
  expect(report).toMatchObject({ status: 'failed', reason: { code: 'profiler-crashed' } });
  expect(report.reason?.message).toMatch(message);
});

test('one that hangs is hung up on after duration and grace', async () => {
  await serve(['-e', 'process.stdin.resume().on("end", () => process.exit(7)); setInterval(() => 0, 1000)']);
  const report = await take({ durationMs: 1 }, undefined, { graceMs: 200 });
  expect(report).toMatchObject({ status: 'failed', reason: { code: 'profiler-overdue' } });
  await vi.waitFor(() => expect(programs[0]?.exitCode).toBe(7));
});
