// A real Slurm on loopback in a folder of its own: munged, slurmctld and slurmd n1 … nK, each ended by its pid.
// It says what is missing where it cannot run: root, or the packages.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../executor/until.ts';
import { freePorts, isAlive, isExecutable, isThere, sendSignal } from './machine-probes.ts';

const run = promisify(execFile);
const programs = [
  '/usr/sbin/munged',
  '/usr/sbin/slurmctld',
  '/usr/sbin/slurmd',
  '/usr/bin/scontrol',
  '/usr/bin/sinfo',
  '/usr/bin/srun',
];
const startWithinMs = 60_000;

/** Why Slurm cannot be started on this machine and what helps; undefined when it can. */
export function whyNoSlurm(): string | undefined {
  if (process.geteuid?.() !== 0) return 'Slurm needs root: run the tests as root';
  const missing = programs.filter((program) => !isExecutable(program));
  if (missing.length === 0) return whyNoCgroups();
  return `${missing.join(', ')} missing, install with: apt-get install slurm-wlm munge`;
}

/** slurmd does not start where no control groups are mounted, as in a bare chroot. */
function whyNoCgroups(): string | undefined {
  const mounted = /^\S+ \/sys\/fs\/cgroup /m.test(readFileSync('/proc/self/mounts', 'utf8'));
  return mounted
    ? undefined
    : 'nothing is mounted on /sys/fs/cgroup; mount it: mount -t cgroup2 none /sys/fs/cgroup';
}

export interface SlurmOptions {
  /** How slurmd finds the processes of a job: by their parents, or by a control group for each task. */
  readonly tracking?: 'parents' | 'cgroups';
  /** The command that enters the place of a node, where each has its own; whoever made a place ends all that runs in it. */
  readonly enter?: (node: string) => readonly string[];
}

export class SlurmCluster {
  readonly folder: string;
  readonly nodes: readonly string[];
  readonly #tracking: 'parents' | 'cgroups';
  readonly #enter: SlurmOptions['enter'];
  readonly #children: ChildProcess[] = [];

  private constructor(nodes: readonly string[], { tracking = 'parents', enter }: SlurmOptions) {
    this.#tracking = tracking;
    this.#enter = enter;
    this.folder = mkdtempSync(join(tmpdir(), 'jidi-slurm-'));
    this.nodes = nodes;
    // munged and the programs of other users pass through.
    chmodSync(this.folder, 0o755);
  }

  /** Resolves when every node is idle. */
  static async start(nodeCount: number, options: SlurmOptions = {}): Promise<SlurmCluster> {
    const nodes = Array.from({ length: nodeCount }, (_, index) => `n${index + 1}`);
    const cluster = new SlurmCluster(nodes, options);
    try {
      await cluster.#startMunge();
      await cluster.#writeConfiguration();
      cluster.#spawn('/usr/sbin/slurmctld', ['-D', '-f', cluster.configuration]);
      for (const node of cluster.nodes) await cluster.#startNode(node);
      await cluster.waitForState('idle');
      return cluster;
    } catch (error) {
      const log = cluster.#readLogs();
      await cluster.stop();
      throw new Error(`Slurm did not start: ${log}`, { cause: error });
    }
  }

  get configuration(): string {
    return join(this.folder, 'slurm.conf');
  }

  /** The environment in which Slurm's own commands speak to this cluster. */
  get environment(): Readonly<Record<string, string>> {
    return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SLURM_CONF: this.configuration };
  }

  pidFile(node: string): string {
    return join(this.folder, `slurmd.${node}.pid`);
  }

  pid(node: string): number {
    return Number(readFileSync(this.pidFile(node), 'utf8').trim());
  }

  /** What Slurm says of a node: idle, down, … */
  async state(node: string): Promise<string> {
    const args = ['-h', '-N', '-n', node, '-o', '%T'];
    const { stdout } = await run('/usr/bin/sinfo', args, { env: this.environment, timeout: 10_000 });
    return stdout.trim();
  }

  /** Runs a program as a job on one node; what it prints. */
  async runJob(node: string, program: string, ...args: readonly string[]): Promise<string> {
    const options = { env: this.environment, timeout: startWithinMs };
    const { stdout } = await run('/usr/bin/srun', ['-N1', '-w', node, program, ...args], options);
    return stdout;
  }

  async waitForState(state: string): Promise<void> {
    let seen = '';
    const deadline = performance.now() + startWithinMs;
    for (const node of this.nodes) {
      while (seen !== state) {
        if (performance.now() > deadline) throw new Error(`${node} is ${seen}, not ${state}`);
        // The controller may not listen yet; sinfo waits a little by itself.
        seen = await this.state(node).catch((error: unknown) => String(error));
      }
      seen = '';
    }
  }

  /** Writes the program of the site that restarts the slurmd of a node; returns its path. */
  writeRestartProgram(node: string): string {
    const path = join(this.folder, `restart-${node}`);
    const script = `#!/bin/sh
old=$(cat ${this.pidFile(node)}) || exit 2
echo "stopping slurmd ${node}, pid $old"
kill "$old"
# A process that nobody has collected yet has an empty command line.
while [ -n "$(tr -d '\\0' 2>/dev/null < /proc/$old/cmdline)" ]; do sleep 0.1; done
echo "starting slurmd ${node}"
exec /usr/sbin/slurmd -N ${node} -f ${this.configuration}
`;
    writeFileSync(path, script, { mode: 0o755 });
    return path;
  }

  /** Ends what this cluster started, in reverse. */
  async stop(): Promise<void> {
    for (const node of this.nodes) await this.#stopNode(node);
    for (const child of this.#children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(force);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #startMunge(): Promise<void> {
    const folder = join(this.folder, 'munge');
    mkdirSync(folder, { mode: 0o755 });
    const key = join(folder, 'munge.key');
    writeFileSync(key, randomBytes(128), { mode: 0o400 });
    const uid = await idOf('-u');
    const gid = await idOf('-g');
    chownSync(folder, uid, gid);
    chownSync(key, uid, gid);
    const options = ['pid', 'log', 'seed'].map((name) => `--${name}-file=${join(folder, name)}`);
    this.#spawn(
      '/usr/sbin/munged',
      ['-F', '--num-threads=2', `--key-file=${key}`, `--socket=${this.#mungeSocket}`, ...options],
      { uid, gid },
    );
    await until(() => isThere(this.#mungeSocket), startWithinMs);
  }

  get #mungeSocket(): string {
    return join(this.folder, 'munge', 'socket');
  }

  async #writeConfiguration(): Promise<void> {
    const [controllerPort, ...nodePorts] = await freePorts(this.nodes.length + 1);
    mkdirSync(join(this.folder, 'state'));
    const at = (name: string): string => join(this.folder, name);
    const lines = [
      'ClusterName=jidi',
      `SlurmctldHost=${hostname()}(127.0.0.1)`,
      `SlurmctldPort=${controllerPort}`,
      'SlurmUser=root',
      'AuthType=auth/munge',
      `AuthInfo=socket=${this.#mungeSocket}`,
      `StateSaveLocation=${at('state')}`,
      `SlurmdSpoolDir=${at('spool.%n')}`,
      `TmpFS=${at('tmp.%n')}`,
      `SlurmctldPidFile=${at('slurmctld.pid')}`,
      `SlurmdPidFile=${at('slurmd.%n.pid')}`,
      `SlurmctldLogFile=${at('slurmctld.log')}`,
      `SlurmdLogFile=${at('slurmd.%n.log')}`,
      ...(this.#tracking === 'cgroups'
        ? [
            'ProctrackType=proctrack/cgroup',
            'TaskPlugin=task/cgroup',
            'JobAcctGatherType=jobacct_gather/cgroup',
          ]
        : ['ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none']),
      'SelectType=select/cons_tres',
      'MpiDefault=none',
      'ReturnToService=2',
      'SlurmdParameters=config_overrides',
      'MaxNodeCount=64',
      ...this.nodes.map(
        (node, index) =>
          `NodeName=${node} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${nodePorts[index]} CPUs=2 RealMemory=1024 State=UNKNOWN`,
      ),
      'PartitionName=all Nodes=ALL Default=YES State=UP',
    ];
    writeFileSync(this.configuration, `${lines.join('\n')}\n`);
    writeFileSync(at('cgroup.conf'), 'CgroupPlugin=autodetect\nConstrainRAMSpace=yes\nConstrainCores=no\n');
  }

  async #startNode(node: string): Promise<void> {
    mkdirSync(join(this.folder, `spool.${node}`));
    mkdirSync(join(this.folder, `tmp.${node}`));
    const command = [
      ...(this.#enter?.(node) ?? []),
      '/usr/sbin/slurmd',
      '-N',
      node,
      '-f',
      this.configuration,
    ];
    await run(command[0] ?? '', command.slice(1), {
      env: this.environment,
      timeout: startWithinMs,
    });
    await until(() => isThere(this.pidFile(node)), startWithinMs);
  }

  async #stopNode(node: string): Promise<void> {
    // In a place of its own the pid means another process.
    if (this.#enter !== undefined || !isThere(this.pidFile(node))) return;
    const pid = this.pid(node);
    if (!sendSignal(pid, 'SIGTERM')) return;
    await until(() => !isAlive(pid), 5_000).catch(() => sendSignal(pid, 'SIGKILL'));
  }

  #spawn(program: string, args: readonly string[], user: { uid?: number; gid?: number } = {}): void {
    this.#children.push(spawn(program, args, { ...user, env: this.environment, stdio: 'ignore' }));
  }

  #readLogs(): string {
    const names = ['slurmctld.log', ...this.nodes.map((node) => `slurmd.${node}.log`), 'munge/log'];
    return names
      .filter((name) => isThere(join(this.folder, name)))
      .map((name) => `\n${name}\n${readFileSync(join(this.folder, name), 'utf8').slice(-2_000)}`)
      .join('');
  }
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  return Number((await run('/usr/bin/id', [flag, 'munge'])).stdout);
}
