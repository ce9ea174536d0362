import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditLog } from '../../executor/audit-log.ts';
import { catalogue } from '../../executor/catalogue.ts';
import { Executor } from '../../executor/executor.ts';
import type { ExecutorEvent, ExecutorRequest } from '../../executor/protocol.ts';
import { RunRegister } from '../../executor/run-register.ts';
import { policyWith, requestFor } from './executor-process.ts';

// A machine with systemd whose systemctl writes down what it was called with, each argument ended by a NUL.
const folder = mkdtempSync(join(tmpdir(), 'jidi-arguments-'));
const recorded = join(folder, 'recorded');
const answers = join(folder, 'answers');
const policyFile = join(folder, 'policy.json');
const recorder = join(folder, 'recorder');
const machine = { systemdFolder: folder, procFolder: '/proc', systemctl: recorder, quietFolder: folder };
const goodServices = ['slurmd', 'getty@tty1', 'a.b', 'a..b', 'x-y_z', 'a'.repeat(63)];
let executor: Executor;

beforeAll(() => {
  mkdirSync(join(folder, 'state'));
  writeFileSync(
    recorder,
    `#!/bin/sh\nfor a in "$@"; do printf '%s\\0' "$a"; done >> ${recorded}\ncat ${answers}\n`,
  );
  chmodSync(recorder, 0o755);
  executor = new Executor({
    policyFile,
    catalogue,
    machine,
    register: new RunRegister(join(folder, 'state'), Date.now()),
    audit: new AuditLog(join(folder, 'state')),
    onTrouble: (message, error) => {
      throw new Error(message, { cause: error });
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(request: ExecutorRequest): Promise<{ state: string; code: string; output: string }> {
  rmSync(recorded, { force: true });
  const { promise, resolve } = Promise.withResolvers<{ state: string; code: string; output: string }>();
  let output = '';
  executor.handle(JSON.stringify(request), (event: ExecutorEvent) => {
    if (event.kind === 'output') output += event.text;
    if (event.kind === 'ended') resolve({ state: event.state, code: event.reason?.code ?? '', output });
  });
  return await promise;
}

function calledWith(): readonly string[] {
  return existsSync(recorded) ? readFileSync(recorded, 'utf8').split('\0').slice(0, -1) : [];
}

function writePolicy(actions: unknown): void {
  writeFileSync(policyFile, JSON.stringify(policyWith(actions)), { mode: 0o644 });
}

const hostile = [
  '',
  ' ',
  '; rm -rf /',
  'slurmd; rm -rf /',
  'slurmd && id',
  'slurmd || id',
  'slurmd | id',
  'slurmd & id',
  'slurmd > /tmp/x',
  'slurmd < /etc/shadow',
  '$(id)',
  '`id`',
  '${IFS}id',
  '$IFS',
  '--help',
  '-h',
  '--',
  '-',
  '--root=/tmp',
  '-H root@elsewhere',
  '--host=elsewhere',
  'slurmd --now',
  'slurmd\nreboot',
  'slurmd\n',
  '\nslurmd',
  'slurmd\r',
  'slurmd\t',
  'slurmd\0',
  'slurmd\0reboot',
  '\u001b[31mslurmd',
  'slurmd\u202e',
  'ｓlurmd',
  'slurmd\u00a0',
  '../../etc/passwd',
  '/etc/passwd',
  './slurmd',
  '~root',
  'slurmd/..',
  'slurmd\\',
  '\\x2d',
  '*',
  'slurm?',
  '[a-z]*',
  '{slurmd,reboot}',
  '!!',
  '#slurmd',
  '%n',
  'Slurmd',
  '0slurmd',
  '@slurmd',
  "slurmd'",
  'slurmd"',
  'slurmd=1',
  'a'.repeat(64),
  'a'.repeat(2048),
  '__proto__',
  'not-in-the-list',
];

test.each(hostile.map((service) => [JSON.stringify(service), service]))(
  'service %s runs nothing',
  async (_name, service) => {
    writePolicy({ 'service-status': { allow: true, services: goodServices } });
    const { state, code } = await ask(requestFor('service-status', { parameters: { service } }));
    expect(state).toBe('refused');
    expect(code).toBe(service === 'not-in-the-list' ? 'policy-denied' : 'bad-parameter');
    expect(calledWith()).toEqual([]);
  },
);

test.each(goodServices)('service %s is exactly one argument', async (service) => {
  writeFileSync(answers, 'LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=17\n');
  writePolicy({ 'service-status': { allow: true, services: goodServices } });
  const { state, output } = await ask(requestFor('service-status', { parameters: { service } }));
  expect(state).toBe('finished');
  expect(output).toBe(`${service}: active (running), pid 17\n`);
  const wanted = 'LoadState,ActiveState,SubState,MainPID,ActiveEnterTimestamp';
  expect(calledWith()).toEqual(['show', '--no-pager', '-p', wanted, '--', `${service}.service`]);
});

test('a service name in the policy that is none refuses the action', async () => {
  writePolicy({ 'service-status': { allow: true, services: ['slurmd', '--help'] } });
  expect((await ask(requestFor('service-status'))).code).toBe('policy-unusable');
});

test('arguments of the site command arrive as they stand in the policy', async () => {
  writeFileSync(answers, '');
  const args = hostile.filter((text) => !text.includes('\0'));
  writePolicy({ 'restart-slurmd': { allow: true, restartCommand: [recorder, ...args.slice(0, 60)] } });
  expect((await ask(requestFor('restart-slurmd'))).state).toBe('finished');
  expect(calledWith()).toEqual(args.slice(0, 60));
});

test('restart-slurmd goes through systemd where it runs, and waits for active', async () => {
  writeFileSync(answers, 'active\n');
  writePolicy({ 'restart-slurmd': { allow: true, restartCommand: null } });
  const { state, output } = await ask(requestFor('restart-slurmd'));
  expect(state).toBe('finished');
  expect(output).toContain('slurmd.service is active\n');
  const restart = ['restart', '--no-ask-password', '--', 'slurmd.service'];
  expect(calledWith()).toEqual([...restart, 'is-active', '--', 'slurmd.service']);
});

test('a unit that fails after the restart is a failure', async () => {
  writeFileSync(answers, 'failed\n');
  const { state, code } = await ask(requestFor('restart-slurmd'));
  expect([state, code]).toEqual(['failed', 'restart-failed']);
});
