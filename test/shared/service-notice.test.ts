import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { createLogger } from '../../shared/log.ts';
import { noticeService } from '../../shared/service-notice.ts';

let folder: string;
let nowMs: number;
let timers: { atMs: number; run: () => void }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-notice-'));
  nowMs = 1000;
  timers = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const clock: Clock = {
  now: () => nowMs,
  monotonic: () => nowMs,
  after(delayMs, run) {
    const timer = { atMs: nowMs + delayMs, run };
    timers.push(timer);
    return () => void (timers = timers.filter((one) => one !== timer));
  },
};

/** `lateMs`: the loop comes later than asked for. */
function pass(ms: number, lateMs = 0): void {
  nowMs += ms;
  const due = timers.filter(({ atMs }) => atMs <= nowMs);
  timers = timers.filter((timer) => !due.includes(timer));
  nowMs += lateMs;
  for (const { run } of due) run();
}

/** In the place of systemd-notify: keeps what it is told. */
function sender(
  script = `printf '%s;' "$NOTIFY_SOCKET" "$@" >> ${join(folder, 'said')}; echo >> ${join(folder, 'said')}`,
) {
  const path = join(folder, 'notify');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const said = () =>
  existsSync(join(folder, 'said')) ? readFileSync(join(folder, 'said'), 'utf8').trim().split('\n') : [];

function start(env: NodeJS.ProcessEnv, trouble: () => string | null = () => null) {
  const health = { trouble, status: () => 'measures\nwell' };
  const log = createLogger('test', 'silent');
  return noticeService({ health, clock, log, env, program: sender() });
}

test('nothing is told where nobody asked, and nobody else learns of the socket', () => {
  const env = { OTHER: 'x' };
  start(env);
  expect([timers, said()]).toEqual([[], []]);
  const asked = { NOTIFY_SOCKET: '/s', WATCHDOG_USEC: '1', WATCHDOG_PID: '1', OTHER: 'x' };
  start(asked);
  expect(asked).toEqual({ OTHER: 'x' });
});

test('ready is told at once, and three times in the patience of systemd that it is well', async () => {
  const stop = start({
    NOTIFY_SOCKET: '/run/systemd/notify',
    WATCHDOG_USEC: '150000000',
    WATCHDOG_PID: String(process.pid),
  });
  await vi.waitFor(() => expect(said()).toEqual(['/run/systemd/notify;READY=1;STATUS=measures well;']));
  pass(49_999);
  pass(1);
  await vi.waitFor(() => expect(said()[1]).toBe('/run/systemd/notify;WATCHDOG=1;STATUS=measures well;'));
  pass(50_000);
  await vi.waitFor(() => expect(said()).toHaveLength(3));
  stop();
  expect(timers).toEqual([]);
});

test('a program that is not well, or whose loop lags, says nothing until it is', async () => {
  let trouble: string | null = null;
  start({ NOTIFY_SOCKET: '/s', WATCHDOG_USEC: '30000000' }, () => trouble);
  await vi.waitFor(() => expect(said()).toHaveLength(1));
  trouble = 'no tick for 60 s';
  pass(10_000);
  trouble = null;
  pass(10_000, 10_001);
  pass(10_000);
  await vi.waitFor(() => expect(said()).toHaveLength(2));
});

test('the watchdog of another process is not ours', () => {
  start({ NOTIFY_SOCKET: '/s', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' });
  expect(timers).toEqual([]);
});
