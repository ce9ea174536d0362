import { chmodSync, chownSync, copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAuditBreak, readAuditLines } from '../../executor/audit-log.ts';
import { ExecutorProcess, policyWith, readAnswer, requestFor, shippedPolicy } from './executor-process.ts';

const executor = new ExecutorProcess();

beforeAll(async () => {
  executor.writePolicy(policyWith({}));
  await executor.start();
});
afterAll(() => executor.remove());

function useShippedPolicy(): void {
  rmSync(executor.policyFile, { force: true });
  copyFileSync(shippedPolicy, executor.policyFile);
  chmodSync(executor.policyFile, 0o644);
}

async function reasonFor(request: unknown): Promise<{ code: string; message: string; remedy: string }> {
  const { ended } = await executor.ask(request);
  expect(ended?.state).toBe('refused');
  return ended?.reason ?? { code: '', message: '', remedy: '' };
}

test('only owner and group may connect', () => {
  expect(statSync(executor.socketPath).mode & 0o777).toBe(0o660);
  expect(statSync(dirname(executor.socketPath)).mode & 0o007).toBe(0);
});

test('the shipped policy refuses restart-slurmd and says what to change', async () => {
  useShippedPolicy();
  const reason = await reasonFor(requestFor('restart-slurmd'));
  expect(reason).toEqual({
    code: 'policy-denied',
    message: 'The policy of this node does not allow restart-slurmd.',
    remedy: `To allow it on this node, set actions."restart-slurmd".allow to true in ${executor.policyFile}.`,
  });
});

test('the shipped policy allows service-status', async () => {
  useShippedPolicy();
  const { ended, output } = await executor.ask(requestFor('service-status'));
  expect(ended).toMatchObject({ state: 'finished', exitCode: 0, reason: null });
  expect(output).toMatch(/^slurmd: /m);
});

test('a service outside the list is refused with the place of the list', async () => {
  useShippedPolicy();
  const reason = await reasonFor(requestFor('service-status', { parameters: { service: 'cron' } }));
  expect(reason.code).toBe('policy-denied');
  expect(reason.remedy).toContain(`actions."service-status".services in ${executor.policyFile}`);
});

test('denyAll refuses everything', async () => {
  executor.writePolicy(policyWith({ 'service-status': { allow: true, services: ['sshd'] } }, true));
  const reason = await reasonFor(requestFor('service-status'));
  expect(reason.remedy).toContain('set denyAll to false');
});

test.each([
  ['not JSON', '{', 'it is not JSON'],
  ['an array', '[]', 'the top level is not a JSON object'],
  ['another version', { version: 2, denyAll: false, actions: {} }, 'version is not 1'],
  [
    'an unknown key',
    { version: 1, denyAll: false, actions: {}, allowAll: true },
    'the unknown key "allowAll"',
  ],
  ['__proto__', '{"version":1,"denyAll":false,"actions":{},"__proto__":{}}', 'the unknown key "__proto__"'],
  ['no denyAll', { version: 1, actions: {} }, 'denyAll is neither true nor false'],
  ['an unknown action', policyWith({ reboot: { allow: true } }), 'actions has the unknown key "reboot"'],
  [
    'a text instead of true',
    policyWith({ 'restart-slurmd': { allow: 'yes' } }),
    'actions."restart-slurmd".allow',
  ],
  [
    'a misspelt setting',
    policyWith({ 'restart-slurmd': { allow: true, restartcommand: null } }),
    '"restartcommand"',
  ],
  ['no list of services', policyWith({ 'service-status': { allow: true } }), 'services is missing'],
  [
    'a number in a list',
    policyWith({ 'service-status': { allow: true, services: [1] } }),
    'services is not a list',
  ],
])('a policy with %s refuses everything and says why', async (_name, policy, words) => {
  executor.writePolicy(policy);
  const reason = await reasonFor(requestFor('service-status'));
  expect(reason.code).toBe('policy-unusable');
  expect(reason.message).toContain(words);
  expect(reason.message).toContain(executor.policyFile);
});

test.each([0o664, 0o646, 0o666])('a policy of mode %o is not used', async (mode) => {
  useShippedPolicy();
  chmodSync(executor.policyFile, mode);
  const reason = await reasonFor(requestFor('service-status'));
  expect(reason.code).toBe('policy-unusable');
  expect(reason.remedy).toBe(`Run: chmod go-w ${executor.policyFile}`);
});

test('a policy of another owner is not used', async (ctx) => {
  if (process.geteuid?.() !== 0) ctx.skip('only root can give a file away: run the tests as root');
  useShippedPolicy();
  chownSync(executor.policyFile, 65_534, 65_534);
  const reason = await reasonFor(requestFor('service-status'));
  expect(reason.message).toContain('belongs to uid 65534');
});

test('a missing policy, and a folder in its place, refuse everything', async () => {
  rmSync(executor.policyFile, { force: true });
  expect((await reasonFor(requestFor('service-status'))).message).toContain('ENOENT');
  mkdirSync(executor.policyFile);
  expect((await reasonFor(requestFor('service-status'))).message).toContain('not a regular file');
  rmSync(executor.policyFile, { recursive: true });
});

test.each([
  ['an unknown action', requestFor('format-disk'), 'unknown-action'],
  ['a name of Object', requestFor('constructor'), 'unknown-action'],
  ['an unknown parameter', requestFor('restart-slurmd', { parameters: { force: 'yes' } }), 'bad-parameter'],
  ['an expired request', requestFor('restart-slurmd', { issuedTimeMs: 0, expiresTimeMs: 1 }), 'expired'],
  [
    'a request from the future',
    requestFor('restart-slurmd', { issuedTimeMs: Date.now() + 3e5, expiresTimeMs: Date.now() + 4e5 }),
    'clock',
  ],
  [
    'a request that lives for a day',
    requestFor('restart-slurmd', { expiresTimeMs: Date.now() + 864e5 }),
    'bad-request',
  ],
  ['an unknown key', { ...requestFor('restart-slurmd'), shell: true }, 'bad-request'],
  ['another version', { ...requestFor('restart-slurmd'), version: 2 }, 'bad-request'],
  ['no id', { ...requestFor('restart-slurmd'), id: '' }, 'bad-request'],
  ['a path as id', { ...requestFor('restart-slurmd'), id: '../../etc/passwd' }, 'bad-request'],
  ['a long time-out', requestFor('restart-slurmd', { timeoutMs: 3_600_001 }), 'bad-request'],
  ['a number as parameter', { ...requestFor('service-status'), parameters: { service: 1 } }, 'bad-request'],
  [
    '__proto__ as parameter',
    JSON.stringify(requestFor('service-status')).replace('"parameters":{}', '"parameters":{"__proto__":"x"}'),
    'bad-request',
  ],
  ['an array', '[]', 'bad-request'],
  ['null', 'null', 'bad-request'],
  ['an empty line', '', 'bad-request'],
  ['deep nesting', '['.repeat(30_000), 'bad-request'],
])('%s is refused', async (_name, request, code) => {
  useShippedPolicy();
  expect((await reasonFor(request)).code).toBe(code);
});

test('a line above 64 KiB and bytes that are not UTF-8 are refused', async () => {
  expect((await reasonFor('x'.repeat(70_000))).code).toBe('bad-frame');
  const socket = await executor.connect();
  socket.write(Buffer.from([0xff, 0xfe, 0x0a]));
  expect((await readAnswer(socket)).ended?.reason?.code).toBe('bad-frame');
});

test('every refusal is in the audit log, and its chain holds', async () => {
  const before = readAuditLines(executor.stateFolder, 'refused').length;
  useShippedPolicy();
  const request = requestFor('restart-slurmd');
  await executor.ask(request);
  const lines = readAuditLines(executor.stateFolder, 'refused');
  expect(lines).toHaveLength(before + 1);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    event: 'refused',
    detail: { id: request.id, requester: 'tester', reason: { code: 'policy-denied' } },
  });
  expect(findAuditBreak(lines)).toBeUndefined();
});
