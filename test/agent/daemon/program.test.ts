// The agent as it runs: entered through the program that checks the configuration, under the same process id.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';
import { helperPrograms } from '../../../agent/programs.ts';
import { runSurvey } from '../../../agent/survey/survey-child.ts';
import { createLineLog } from '../sampler/log-lines.ts';

const program = join(import.meta.dirname, '../../../agent/main.ts');
let folder = '';
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-daemon-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('the configuration that was checked reaches the program that measures, in the same process', async () => {
  const args = [
    '--node=n1',
    '--collector=127.0.0.1:1',
    '--plain',
    `--run=${folder}/run`,
    `--state=${folder}/state`,
  ];
  const agent = spawn(process.execPath, [program, ...args, '--log=error'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = agent;
  const [line] = await once(createInterface({ input: agent.stdout }), 'line');
  expect(line).toBe('node: n1');
  const command = readFileSync(`/proc/${agent.pid}/cmdline`, 'utf8').split('\0');
  expect(command).toContain(helperPrograms.daemon);
  expect(command).toContain('--single-threaded-gc');
  agent.kill('SIGTERM');
  expect(await once(agent, 'exit')).toEqual([0, null]);
}, 20_000);

test('started with a channel to its parent it stays one program, and ends with the channel', async () => {
  const args = [
    '--node=n1',
    '--collector=127.0.0.1:1',
    '--plain',
    `--run=${folder}/run`,
    `--state=${folder}/state`,
  ];
  const agent = spawn(process.execPath, [program, ...args, '--log=error'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child = agent;
  if (agent.stdout === null) throw new Error('no stdout');
  expect(await once(createInterface({ input: agent.stdout }), 'line')).toEqual(['node: n1']);
  expect(readFileSync(`/proc/${agent.pid}/cmdline`, 'utf8').split('\0')).toContain(program);
  agent.disconnect();
  expect(await once(agent, 'exit')).toEqual([0, null]);
}, 20_000);

test('the program that measures says how it wants to be started', async () => {
  const agent = spawn(process.execPath, [helperPrograms.daemon], { stdio: ['ignore', 'ignore', 'pipe'] });
  child = agent;
  let told = '';
  agent.stderr.on('data', (text: Buffer) => {
    told += text.toString();
  });
  const [code] = await once(agent, 'close');
  expect(code).toBe(78);
  expect(told).toContain('Start jidi-agent instead.');
}, 20_000);

test('the survey program tells what this machine is made of', async () => {
  const { log } = createLineLog();
  const inventory = await runSurvey([helperPrograms.survey], log);
  expect(inventory?.bootTimeMs).toBe(createHost().facts.bootTimeMs);
}, 20_000);

test.each([
  ['fails', 'process.exit(3)'],
  ['tells something else', 'process.stdout.write("{}")'],
  ['tells no JSON', 'process.stdout.write("{")'],
  ['tells without end', 'setInterval(() => process.stdout.write("x".repeat(100_000)))'],
])('a survey that %s gives no inventory and one line in the log', async (_, script) => {
  const { log, messages } = createLineLog();
  expect(await runSurvey(['-e', script], log)).toBeNull();
  expect(messages()).toEqual(['the inventory is not known']);
});
