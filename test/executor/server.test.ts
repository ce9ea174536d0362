import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditLog, readAuditLines } from '../../executor/audit-log.ts';
import { catalogue } from '../../executor/catalogue.ts';
import { Executor } from '../../executor/executor.ts';
import type { ExecutorEvent } from '../../executor/protocol.ts';
import { RunRegister } from '../../executor/run-register.ts';
import { claimSocket, ExecutorServer } from '../../executor/server.ts';
import { policyWith, readAnswer, requestFor } from './executor-process.ts';
import { handOver } from './handed-socket.ts';

let folder: string;
let audit: AuditLog;
let register: RunRegister;
let executor: Executor;
const troubles: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-server-'));
  troubles.length = 0;
  const policy = policyWith({ 'service-status': { allow: true, services: ['sshd'] } });
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy), { mode: 0o644 });
  audit = new AuditLog(folder);
  register = new RunRegister(folder, Date.now());
  executor = new Executor({
    policyFile: join(folder, 'policy.json'),
    catalogue,
    machine: {
      systemdFolder: '/nowhere',
      procFolder: '/proc',
      systemctl: '/nowhere',
      quietFolder: '/nowhere',
    },
    register,
    audit,
    onTrouble: (message) => troubles.push(message),
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function serve(idleMs: number): Promise<ExecutorServer> {
  await claimSocket(join(folder, 'socket'));
  const server = new ExecutorServer({ executor, listen: { path: join(folder, 'socket') }, idleMs });
  await server.start();
  return server;
}

async function dial(): Promise<Socket> {
  const socket = connect(join(folder, 'socket'));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('a connection that asks nothing is ended, also when it sends half a line', async () => {
  const server = await serve(50);
  const [silent, half] = [await dial(), await dial()];
  half.write('{"version":1');
  await Promise.all([once(silent, 'close'), once(half, 'close')]);
  expect(readAuditLines(folder, 'done')).toHaveLength(1);
  await server.stop();
});

test('the seventeenth connection is turned away, and room comes back', async () => {
  const server = await serve(10_000);
  const sockets = await Promise.all(Array.from({ length: 16 }, () => dial()));
  const late = await dial();
  await once(late, 'close');
  sockets[0]?.write(`${JSON.stringify(requestFor('service-status'))}\n`);
  if (sockets[0] !== undefined) expect((await readAnswer(sockets[0])).ended?.state).toBe('finished');
  const next = await dial();
  next.write(`${JSON.stringify(requestFor('service-status'))}\n`);
  expect((await readAnswer(next)).ended?.state).toBe('finished');
  for (const socket of sockets) socket.destroy();
  await server.stop();
  expect(existsSync(join(folder, 'socket'))).toBe(false);
});

test('what cannot be written down does not begin, and is told to the log', () => {
  audit.close();
  const events: ExecutorEvent[] = [];
  const request = requestFor('service-status');
  executor.handle(JSON.stringify(request), (event) => events.push(event));
  expect(events).toMatchObject([{ kind: 'ended', state: 'refused', reason: { code: 'not-recorded' } }]);
  expect(register.find(request.id)?.ended?.state).toBe('refused');
  expect(troubles).toEqual(['a refusal is not in the audit log']);
});

test('a socket that systemd hands over is taken', async () => {
  const args = [`--policy=${join(folder, 'policy.json')}`, `--state=${join(folder, 'state')}`];
  const { holder, path } = await handOver(join(folder, 'handed'), args, 'once');
  const socket = connect(path);
  socket.write(`${JSON.stringify(requestFor('service-status'))}\n`);
  expect((await readAnswer(socket)).ended?.state).toBe('finished');
  holder.kill('SIGTERM');
  expect(await once(holder, 'exit')).toEqual([0, null]);
});
