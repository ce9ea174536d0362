import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ExecutorProcess, policyWith, requestFor } from '../executor/executor-process.ts';
import { SlurmCluster, whyNoSlurm } from './slurm-cluster.ts';

const missing = whyNoSlurm();
const executor = new ExecutorProcess();
let slurm: SlurmCluster;

beforeAll(async () => {
  if (missing !== undefined) return;
  slurm = await SlurmCluster.start(2);
  executor.writePolicy(policyWith({}));
  await executor.start();
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  await executor.remove();
  if (missing === undefined) await slurm.stop();
});

test('restart-slurmd restarts a real slurmd through the command of the site', async () => {
  const program = slurm.writeRestartProgram('n1');
  executor.writePolicy(policyWith({ 'restart-slurmd': { allow: true, restartCommand: [program] } }));
  const before = { n1: slurm.pid('n1'), n2: slurm.pid('n2') };

  const { ended, output } = await executor.ask(requestFor('restart-slurmd', { timeoutMs: 30_000 }));

  expect(ended).toMatchObject({ state: 'finished', exitCode: 0, reason: null });
  expect(output).toContain(`stopping slurmd n1, pid ${before.n1}`);
  expect(output).toMatch(/slurmd runs: pid \d+/);
  expect(slurm.pid('n1')).not.toBe(before.n1);
  expect(slurm.pid('n2')).toBe(before.n2);
  await slurm.waitForState('idle');
  expect(await slurm.runJob('n1', '/usr/bin/printenv', 'SLURMD_NODENAME')).toBe('n1\n');
});

test('service-status names the pid of every slurmd where systemd does not run', async (ctx) => {
  if (existsSync('/run/systemd/system')) ctx.skip('systemd runs here: the processes are not looked for');
  executor.writePolicy(policyWith({ 'service-status': { allow: true, services: ['slurmd'] } }));
  const { output } = await executor.ask(requestFor('service-status'));
  expect(output).toContain(`slurmd: running, pid `);
  for (const node of slurm.nodes) expect(output).toMatch(new RegExp(`\\b${slurm.pid(node)}\\b`));
});
