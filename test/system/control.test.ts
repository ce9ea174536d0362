// Commands from the CLI through collector and agent to the executor, under the policy of the node, and what both ends
// write down about them.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAuditBreak, readAuditLines } from '../../executor/audit-log.ts';
import type { AuditRecord, Command, CommandTarget } from '../../shared/api/command.ts';
import { policyWith } from '../executor/executor-process.ts';
import { isAlive } from './machine-probes.ts';
import { RunningJidi, until } from './running-jidi.ts';
import { SlurmCluster, whyNoSlurm } from './slurm-cluster.ts';

let jidi: RunningJidi;

describe('under the shipped policy', () => {
  beforeAll(async () => {
    jidi = await RunningJidi.start();
  });
  afterAll(async () => {
    await jidi.stop();
  });

  test('service-status answers', async () => {
    const command = await jidi.cliJson<Command>('run', 'service-status', '-w', 'n1');
    expect(command).toMatchObject({ action: 'service-status', over: true, parameters: {} });
    expect(command.targets).toMatchObject([{ node: 'n1', state: 'finished', exitCode: 0, reason: null }]);
    for (const service of ['slurmd', 'slurmctld', 'munge', 'sshd', 'chronyd']) {
      expect(command.targets[0]?.output).toMatch(new RegExp(`^${service}(\\.service)?: \\S`, 'm'));
    }
    expect(await auditOf(command.id)).toEqual(['command-requested', 'command-ended']);
    expect(executorAuditOf(command.id).map(({ event }) => event)).toEqual(['begun', 'ended']);
  });

  test('service-status answers for one service, and people can read it', async () => {
    const told = await jidi.cli('run', 'service-status', '-w', 'n1', '-p', 'service=sshd');
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/n1[\s\S]*sshd/) });
    expect(told.stdout).not.toContain('slurmctld');
    expect(told.stderr).toContain('1 finished');
  });

  test('restart-slurmd is refused with the remedy, nothing runs, and both ends write it down', async () => {
    const policyFile = join(jidi.dataDir, 'policy.json');
    const told = await jidi.cli('run', 'restart-slurmd', '-w', 'n1', '-y');
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/n1 +refused/);
    expect(told.stdout).toContain(`set actions."restart-slurmd".allow to true in ${policyFile}`);

    const [command] = await jidi.cliJson<Command[]>('command', 'ls');
    const { id = '' } = command ?? {};
    expect(command).toMatchObject({ action: 'restart-slurmd', over: true });
    const target = { node: 'n1', state: 'refused', started: null, exitCode: null, output: '' };
    expect(command?.targets).toMatchObject([{ ...target, reason: { code: 'policy-denied' } }]);
    expect(await auditOf(id)).toEqual(['command-requested', 'command-refused', 'command-ended']);
    const written = executorAuditOf(id);
    expect(written).toMatchObject([
      { event: 'refused', detail: { action: 'restart-slurmd', reason: { code: 'policy-denied' } } },
    ]);
  });

  test('an action that changes nodes is not run when nobody can be asked', async () => {
    const before = await jidi.cliJson<Command[]>('command', 'ls');
    const { code, stderr } = await jidi.cli('run', 'restart-slurmd', '-w', 'n1');
    expect(code).toBe(2);
    expect(stderr).toContain('Add -y');
    expect(await jidi.cliJson('command', 'ls')).toEqual(before);
  });

  test.each([
    {
      what: 'an unknown action',
      args: ['reboot', '-w', 'n1'],
      code: 5,
      names: /"reboot".*\n.*service-status/,
    },
    {
      what: 'an unknown node',
      args: ['service-status', '-w', 'n[1-3]'],
      code: 5,
      names: /n2 and 1 more[\s\S]*jidi node ls/,
    },
    {
      what: 'an unknown parameter',
      args: ['service-status', '-w', 'n1', '-p', 'a=b'],
      code: 2,
      names: /"a".*service/,
    },
    {
      what: 'a bad value',
      args: ['service-status', '-w', 'n1', '-p', 'service=;id'],
      code: 2,
      names: /service.*match/,
    },
    { what: 'a bad node set', args: ['service-status', '-w', 'n[1-'], code: 2, names: /n\[1-/ },
    {
      what: 'a bad time limit',
      args: ['service-status', '-w', 'n1', '--timeout', '0s'],
      code: 2,
      names: /--timeout/,
    },
  ])('$what is told with what is allowed, and nothing is asked for', async ({ args, code, names }) => {
    const before = await jidi.cliJson<Command[]>('command', 'ls');
    const told = await jidi.cli('run', ...args);
    expect(told).toMatchObject({ code, stdout: '' });
    expect(told.stderr).toMatch(names);
    expect(await jidi.cliJson('command', 'ls')).toEqual(before);
  });

  test('the audit log of the executor is two unbroken chains that only its owner reads', () => {
    for (const chain of ['done', 'refused'] as const) {
      const lines = readAuditLines(join(jidi.dataDir, 'agent/executor'), chain);
      expect(lines.length).toBeGreaterThan(0);
      expect(findAuditBreak(lines)).toBeUndefined();
    }
    expect(statSync(join(jidi.dataDir, 'agent/executor/audit.jsonl')).mode & 0o077).toBe(0);
  });
});

describe('under a policy that allows restart-slurmd', () => {
  let site: Site;
  beforeAll(async () => {
    site = new Site();
    jidi = await RunningJidi.start({ policy: site.policyFile });
  });
  afterAll(async () => {
    await jidi.stop();
    site.remove();
  });

  test('a program that runs too long is ended at the time limit, with all it started', async () => {
    site.allow('echo $$ > "$0.pid"; echo begun; sleep 600 & wait');
    const told = await jidi.cli(...restart, '--timeout', '2s', '-o', 'json');
    expect(told.code).toBe(1);
    const { targets } = JSON.parse(told.stdout) as Command;
    expect(targets).toMatchObject([{ state: 'timed-out', output: expect.stringContaining('begun') }]);
    expect(targets[0]?.reason?.message).toMatch(/2 s|2000 ms/);
    const { started, ended } = targets[0] ?? {};
    expect((ended ?? 0) - (started ?? 0)).toBeLessThan(20);
    expect(isAlive(site.pid())).toBe(false);
  });

  test('a command is cancelled while its output is seen', async () => {
    site.allow('echo $$ > "$0.pid"; echo begun; sleep 600 & wait');
    const { id } = await jidi.cliJson<Command>(...restart, '--detach');
    await until('its output', async () => (await target(id)).output.includes('begun'));
    expect(await target(id)).toMatchObject({ state: 'running', exitCode: null, ended: null });
    const again = await jidi.cli(...restart);
    expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('already') });

    expect((await jidi.cli('command', 'cancel', id)).code).toBe(0);
    await until('its end', async () => (await target(id)).state !== 'running');
    expect(await target(id)).toMatchObject({ state: 'cancelled' });
    expect(isAlive(site.pid())).toBe(false);
    const audited = await auditOf(id);
    expect(audited[0]).toBe('command-requested');
    expect(audited).toContain('command-cancelled');
    expect(executorAuditOf(id)).toMatchObject([
      { event: 'begun', detail: { action: 'restart-slurmd', node: 'n1', requester: expect.any(String) } },
      { event: 'ended', detail: { state: 'cancelled' } },
    ]);
    const late = await jidi.cli('command', 'cancel', id);
    expect(late.code).not.toBe(0);
    expect(late.stderr).toContain(id);
  });

  test('a program that fails is told with its exit code and what it printed', async () => {
    site.allow('echo no such cluster >&2; exit 7');
    const told = await jidi.cli(...restart);
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/n1 +failed/);
    expect(told.stdout).toContain('no such cluster');
    expect(told.stdout).toContain('ended with 7');
  });

  test('a policy that others may write refuses everything', async () => {
    site.allow('exit 0');
    chmodSync(site.policyFile, 0o666);
    const told = await jidi.cli('run', 'service-status', '-w', 'n1');
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/n1 +refused/);
    expect(told.stdout).toContain(site.policyFile);
  });

  test('restarts a real slurmd', async (ctx) => {
    const missing = whyNoSlurm();
    if (missing !== undefined) ctx.skip(missing);
    const slurm = await SlurmCluster.start(1);
    try {
      site.allowProgram(slurm.writeRestartProgram('n1'));
      const before = slurm.pid('n1');
      const command = await jidi.cliJson<Command>(...restart);
      expect(command.targets).toMatchObject([{ node: 'n1', state: 'finished', exitCode: 0, reason: null }]);
      expect(command.targets[0]?.output).toContain(`stopping slurmd n1, pid ${before}`);
      expect(slurm.pid('n1')).not.toBe(before);
      expect(isAlive(before)).toBe(false);
      expect(isAlive(slurm.pid('n1'))).toBe(true);
      await slurm.waitForState('idle');
      expect(await slurm.runJob('n1', '/usr/bin/printenv', 'SLURMD_NODENAME')).toBe('n1\n');
    } finally {
      await slurm.stop();
    }
  });
});

const restart = ['run', 'restart-slurmd', '-w', 'n1', '-y'] as const;

/** What a site keeps on its node: the policy, and a program of its own that restarts slurmd. */
class Site {
  readonly #folder = mkdtempSync(join(tmpdir(), 'jidi-site-'));
  readonly #program = join(this.#folder, 'restart');
  readonly policyFile = join(this.#folder, 'policy.json');

  constructor() {
    this.allow('exit 0');
  }

  allow(script: string): void {
    writeFileSync(this.#program, `#!/bin/sh\n${script}\n`);
    chmodSync(this.#program, 0o700);
    this.allowProgram(this.#program);
  }

  allowProgram(program: string): void {
    const policy = policyWith({ 'restart-slurmd': { allow: true, restartCommand: [program] } });
    writeFileSync(this.policyFile, JSON.stringify(policy));
    chmodSync(this.policyFile, 0o600);
  }

  /** Of the program that ran last. */
  pid(): number {
    return Number(readFileSync(`${this.#program}.pid`, 'utf8'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function target(id: string): Promise<CommandTarget> {
  const [first] = (await jidi.json<Command>(`/api/v1/commands/${id}`)).targets;
  if (first === undefined) throw new Error(`command ${id} has no node`);
  return first;
}

/** Events of the collector's audit log about one subject, oldest first. */
async function auditOf(subject: string): Promise<readonly string[]> {
  const records = await jidi.cliJson<AuditRecord[]>('audit');
  return records
    .filter((record) => record.subject === subject)
    .map(({ event }) => event)
    .reverse();
}

interface ExecutorRecord {
  readonly event: string;
  readonly detail: { readonly id?: string };
}

/** The same from the audit log of the executor on the node. */
function executorAuditOf(id: string): readonly ExecutorRecord[] {
  return (['done', 'refused'] as const)
    .flatMap((chain) => readAuditLines(join(jidi.dataDir, 'agent/executor'), chain))
    .map((line) => JSON.parse(line) as ExecutorRecord)
    .filter(({ detail }) => detail.id === id);
}
