// The executor ends when nobody needs it, and whoever connects meanwhile waits in the socket for the next one.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAuditLines } from '../../executor/audit-log.ts';
import { policyWith, readAnswer, requestFor } from './executor-process.ts';
import { type HandedSocket, handOver } from './handed-socket.ts';

let folder: string;
let handed: HandedSocket;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-idle-'));
});
afterEach(async () => {
  const { pid } = handed.holder;
  const gone = once(handed.holder, 'close');
  // The group: the one that starts it anew, and it.
  if (pid !== undefined && handed.holder.exitCode === null) process.kill(-pid, 'SIGKILL');
  if (handed.holder.exitCode === null && handed.holder.signalCode === null) await gone;
  rmSync(folder, { recursive: true, force: true });
});

async function start(idle: string, how: 'once' | 'again', actions: unknown): Promise<void> {
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policyWith(actions)), { mode: 0o644 });
  const args = ['--quiet', `--policy=${join(folder, 'policy.json')}`, `--state=${join(folder, 'state')}`];
  handed = await handOver(join(folder, 'socket'), [...args, `--idle=${idle}`], how);
}

async function ask(action: string): Promise<string | undefined> {
  const socket = connect(handed.path);
  socket.write(`${JSON.stringify(requestFor(action))}\n`);
  return (await readAnswer(socket)).ended?.state;
}

const status = { 'service-status': { allow: true, services: ['sshd'] } };

test('whenever a command comes, one of many short-lived executors carries it out', async () => {
  await start('0.03', 'again', status);
  const states: (string | undefined)[] = [];
  // Some come while it runs, some while it ends, some when there is none.
  for (let at = 0; at < 24; at += 1) {
    await delay(20 + at);
    states.push(await ask('service-status'));
  }
  expect(new Set(states)).toEqual(new Set(['finished']));
  const lines = readAuditLines(join(folder, 'state'), 'done');
  const started = lines.filter((line) => line.includes('executor-started')).length;
  expect(started).toBeGreaterThan(8);
  expect(lines.filter((line) => line.includes('"finished"'))).toHaveLength(states.length);
});

test('a command holds it, also when whoever asked has gone away', async () => {
  const script = join(folder, 'restart');
  writeFileSync(script, `#!/bin/sh\nsleep 1\ntouch ${join(folder, 'done')}\n`, { mode: 0o755 });
  await start('0.1', 'once', { 'restart-slurmd': { allow: true, restartCommand: [script] } });
  const socket = connect(handed.path);
  socket.write(`${JSON.stringify(requestFor('restart-slurmd'))}\n`);
  await once(createInterface({ input: socket }), 'line');
  socket.destroy();
  expect(await once(handed.holder, 'exit')).toEqual([0, null]);
  expect(readAuditLines(join(folder, 'state'), 'done').join('\n')).toContain('"finished"');
});

test('a time that is no number refuses the start', async () => {
  await start('soon', 'once', status);
  expect(await once(handed.holder, 'exit')).toEqual([1, null]);
});
