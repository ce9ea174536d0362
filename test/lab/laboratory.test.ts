// Installed for real, on three systemd machines with Slurm: each test goes on where the one before it ended, from the first
// packages to their removal.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { awaitConnected } from '../../scripts/lab/installation.ts';
import type { Machine } from '../../scripts/lab/machine.ts';
import { whyNoLaboratory } from '../../scripts/lab/refusals.ts';
import type { Process, ProcessTable } from '../../shared/api/process.ts';
import type { Profile } from '../../shared/api/profile.ts';
import { eventually, LabCluster } from './lab-cluster.ts';
import { declaredLosses, missingSeconds, nowSeconds, type Span } from './measured-seconds.ts';
import { connectAs, processesOf, reachFrom } from './privileges.ts';
import { type LabJob, startJob } from './slurm-work.ts';

const missing = whyNoLaboratory();
const none = '0000000000000000';
const names = ['n1', 'n2'];
let cluster: LabCluster;
let job: LabJob;

beforeAll(async () => {
  if (missing !== undefined) return;
  cluster = await LabCluster.start();
  job = await startJob(cluster, 'ann');
}, 900_000);
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (cluster === undefined) return;
  await cluster.stop();
  expect(cluster.leftovers()).toEqual([]);
});

test('the processes of a job appear on every node, bound to the job, its step and its user', async () => {
  for (const node of names) {
    const { user, outsideJob } = await taskOn(node);
    expect({ user, outsideJob }).toEqual({ user: 'ann', outsideJob: false });
  }
});

/** The process of the job on a node, as the collector shows it. */
async function taskOn(node: string): Promise<Process> {
  let task: Process | undefined;
  await eventually(`a process of the job on ${node}`, async () => {
    const { processes } = await cluster.json<ProcessTable>(`/api/v1/nodes/${node}/processes`);
    const ofStep = processes.filter((process) => process.job === job.id && process.step === '0');
    task = ofStep.find(({ command }) => command.includes('while'));
    return task !== undefined || JSON.stringify(processes.slice(0, 5));
  });
  if (task === undefined) throw new Error(`no process of the job on ${node}`);
  return task;
}

describe('what the programs of a node may', () => {
  test('no program of the agent listens at any port', async () => {
    for (const node of cluster.nodes) {
      const units = ['jidi-agent.service', 'jidi-executor.service'];
      const own = (await Promise.all(units.map((unit) => processesOf(node, unit))))
        .flat()
        .map(({ pid }) => pid);
      expect(own.length).toBeGreaterThan(0);
      const listening = await node.sh('ss -Hlntup');
      // Slurm's daemon does: the list is not empty for want of rights.
      expect(listening).toContain('slurmd');
      const pids = [...listening.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
      expect(pids.filter((pid) => own.includes(pid))).toEqual([]);
      expect(listening).not.toMatch(/jidi|"node"/);
    }
  });

  test('the agent has no capability, no way to one, and is nobody', async () => {
    for (const node of cluster.nodes) {
      for (const agent of await processesOf(node, 'jidi-agent.service')) {
        expect(agent).toMatchObject({
          user: 'jidi',
          noNewPrivileges: true,
          capabilities: { CapEff: none, CapPrm: none, CapBnd: none, CapAmb: none },
        });
      }
    }
  });

  test('only the agent opens the socket of the executor, and the executor reaches no network', async () => {
    const [node = cluster.manager] = cluster.nodes;
    const socket = '/run/jidi/executor.sock';
    for (const user of ['ann', 'bob', 'nobody']) expect(await connectAs(node, user, socket)).toBe('EACCES');
    const open = connectAs(node, 'jidi', socket, 3_000);
    await eventually(
      'an executor',
      async () => (await processesOf(node, 'jidi-executor.service')).length > 0,
    );
    const [executor] = await processesOf(node, 'jidi-executor.service');
    expect(executor).toMatchObject({ user: 'root', noNewPrivileges: true, interfaces: ['lo'] });
    expect(await reachFrom(node, executor?.pid ?? 0, cluster.manager.address, 7301)).toBe('ENETUNREACH');
    expect(await open).toBe('connected');
    // The same address answers from the node itself.
    expect(await reachFrom(node, 1, cluster.manager.address, 7301)).toBe('connected');
  });

  test('an agent that hangs is started anew by systemd', async () => {
    const [node = cluster.manager] = cluster.nodes;
    const dropIn = '/run/systemd/system/jidi-agent.service.d/patience.conf';
    await node.sh(`mkdir -p $(dirname ${dropIn})`);
    await node.write(dropIn, '[Service]\nWatchdogSec=6s\n');
    await node.sh('systemctl daemon-reload && systemctl restart jidi-agent');
    await node.sh('kill -STOP $(systemctl show -P MainPID jidi-agent)');
    await eventually('another agent', async () => {
      const show = (name: string) => node.sh(`systemctl show -P ${name} jidi-agent`);
      const state = `${await show('ActiveState')}, restarts ${await show('NRestarts')}`;
      return state === 'active, restarts 1' || state;
    });
    await node.sh(`rm ${dropIn} && systemctl daemon-reload && systemctl restart jidi-agent`);
    await awaitConnected(cluster.manager, names);
  });

  test('a profile of a process of the job is made by a program without network and without other rights', async () => {
    const [node = cluster.manager] = cluster.nodes;
    const { pid } = await taskOn('n1');
    const flags = ['--pid', String(pid), '--duration', '10s', '-o', 'json'];
    const { stdout } = await cluster.manager.run(['jidi', 'profile', 'start', 'n1', ...flags]);
    const { id } = JSON.parse(stdout) as Profile;
    await eventually(
      'a profiler',
      async () => (await processesOf(node, 'system-jidi\\x2dprofiler.slice')).length > 1,
    );
    for (const profiler of await processesOf(node, 'system-jidi\\x2dprofiler.slice')) {
      expect(profiler).toMatchObject({ noNewPrivileges: true, interfaces: ['lo'] });
      expect(profiler.user).not.toMatch(/^(root|jidi)$/);
      // CAP_SYSLOG and CAP_PERFMON are bits 34 and 38.
      expect(BigInt(`0x${profiler.capabilities.CapBnd}`) & ~((1n << 34n) | (1n << 38n))).toBe(0n);
      expect(await reachFrom(node, profiler.pid, cluster.manager.address, 7301)).toBe('ENETUNREACH');
    }
    await eventually(
      'the profile',
      async () => {
        const { status, samples, reason } = await cluster.json<Profile>(`/api/v1/profiles/${id}`);
        return (status === 'finished' && samples > 0) || `${status} ${JSON.stringify(reason)}`;
      },
      60_000,
    );
  });
});

describe('nothing is lost', () => {
  const excused: Span[] = [];
  let from = 0;

  test('by an upgrade of every machine and the way back, while a job runs', async () => {
    from = nowSeconds();
    const before = await versions();
    await restartOf(() => cluster.installVersion('next'));
    expect(await versions()).toEqual(before.map((version) => `${version}+next`));
    await restartOf(() => cluster.installVersion('first'));
    expect(await versions()).toEqual(before);
    await nothingIsMissing();
    expect(await cluster.manager.sh(`squeue -h -j ${job.id} -o %T`)).toBe('RUNNING');
  });

  test('by a restart of the manager: what the nodes measured meanwhile arrives afterwards', async () => {
    await cluster.manager.reboot();
    await awaitConnected(cluster.manager, names);
    await nothingIsMissing();
  });

  test('by a restart of each node: its agent comes back by itself', async () => {
    for (const node of cluster.nodes) {
      await restartOf(() => node.reboot());
      await awaitConnected(cluster.manager, names);
    }
    await nothingIsMissing();
  });

  /** While agents are restarted nothing measures; the first second afterwards is whole again. */
  async function restartOf(run: () => Promise<void>): Promise<void> {
    const begin = nowSeconds();
    await run();
    await awaitConnected(cluster.manager, names);
    excused.push({ from: begin, to: nowSeconds() + 2 });
  }

  async function nothingIsMissing(): Promise<void> {
    const to = nowSeconds();
    for (const node of names) {
      await eventually(`every second of ${node}`, async () => {
        const seconds = await missingSeconds(cluster, node, { from: from + 2, to }, excused);
        return seconds.length === 0 || `missing: ${seconds.join(', ')} of ${from} to ${to}`;
      });
      expect(await declaredLosses(cluster, node)).toEqual([]);
    }
  }

  async function versions(): Promise<readonly string[]> {
    const show = (machine: Machine, name: string) => machine.sh(`dpkg-query -W -f '\${Version}' ${name}`);
    const ofNodes = cluster.nodes.map((node) => show(node, 'jidi-agent'));
    return Promise.all([show(cluster.manager, 'jidi-collector'), ...ofNodes]);
  }
});

test('a node that is put out is cut off within 5 seconds, and stays out', async () => {
  const { manager } = cluster;
  const { address } = cluster.machine('n2');
  const connections = () => manager.sh(`ss -Htn state established sport = :7301 dst ${address}`);
  expect(await connections()).not.toBe('');
  const beginMs = performance.now();
  await manager.run(['jidi', 'node', 'revoke', 'n2']);
  await eventually('no connection', async () => (await connections()) === '', 5_000);
  expect(performance.now() - beginMs).toBeLessThan(5_000);
  const cut = Date.now() / 1000;
  await eventually('the other node goes on', async () => (await lastSeenOf('n1')) > cut + 5);
  expect(await lastSeenOf('n2')).toBeLessThan(cut + 0.5);
});

async function lastSeenOf(name: string): Promise<number> {
  const nodes =
    await cluster.json<readonly { readonly name: string; readonly lastSeen: number }[]>('/api/v1/nodes');
  return nodes.find((node) => node.name === name)?.lastSeen ?? 0;
}

test('removal leaves data and configuration, and nothing else', async () => {
  const packages = [
    { machine: cluster.machine('n1'), name: 'jidi-agent', kept: ['/etc/jidi', '/var/lib/jidi'] },
    { machine: cluster.manager, name: 'jidi-collector', kept: ['/etc/jidi', '/var/lib/jidi-collector'] },
  ];
  for (const { machine, name, kept } of packages) {
    const owned = (await machine.sh(`dpkg -L ${name}`)).split('\n');
    const settings = (await machine.sh(`dpkg-query -W -f '\${Conffiles}' ${name} | awk '{print $1}'`)).split(
      '\n',
    );
    await machine.run(['apt-get', 'remove', '-y', '-q', name], { timeoutMs: 120_000 });
    const rest = await machine.sh(
      `for path in ${owned.join(' ')}; do [ ! -f "$path" ] && [ ! -L "$path" ] || echo "$path"; done`,
    );
    expect(rest.split('\n').filter(Boolean).sort()).toEqual(settings.filter(Boolean).sort());
    const named = await machine.sh(
      "find / -xdev -not -path '/proc/*' -name '*jidi*' -not -path '/var/lib/dpkg/*' | sort",
    );
    const strange = named.split('\n').filter((path) => !kept.some((folder) => path.startsWith(folder)));
    expect(strange.filter((path) => !settings.includes(path))).toEqual([]);
    expect(await machine.sh("ps -eo args | grep -c '[j]idi' || true")).toBe('0');
    expect(await machine.sh("systemctl list-units --all --plain --no-legend 'jidi*'")).toBe('');
    for (const folder of kept) expect(await machine.sh(`ls -A ${folder}`)).not.toBe('');
  }
});

test('the machines have no way out', () => {
  for (const machine of [cluster.manager, ...cluster.nodes]) {
    const devices = readFileSync(`/proc/${machine.pid}/net/dev`, 'utf8').split('\n').slice(2);
    const names = devices.flatMap((line) => line.split(':')[0]?.trim() || []);
    expect(new Set(names)).toEqual(new Set(['host0', 'lo']));
    // One route: to the network of the laboratory itself.
    const routes = readFileSync(`/proc/${machine.pid}/net/route`, 'utf8').trim().split('\n').slice(1);
    expect(routes.map((line) => line.split('\t')[1])).toEqual(['000200C0']);
  }
});
