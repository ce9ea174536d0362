// The process list of one simulated node. In: its job and how busy it is. Out: snapshots of 20 to 40 processes: services that
// stay, ranks of the job, short-lived ones that come and go. A process keeps its pid and start as long as it lives.
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import type { NodePlan } from './fleet-plan.ts';
import type { Job } from './job-timeline.ts';
import { Random, seedOf } from './random.ts';
import type { JobPace } from './sampled-parts.ts';

/** What a process is and how it behaves. */
interface Living {
  readonly sample: ProcessSample;
  /** Cores it uses on average. */
  readonly cpu: number;
  readonly bytes: number;
  readonly writes: number;
  readonly endsMs: number;
}

export interface NodeLoad {
  readonly job: Job | null;
  readonly jobBytes: number;
}

const services: readonly (readonly [name: string, command: string, user: string, mebibytes: number])[] = [
  ['systemd', '/usr/lib/systemd/systemd --switched-root --system', 'root', 14],
  ['systemd-journal', '/usr/lib/systemd/systemd-journald', 'root', 38],
  ['systemd-udevd', '/usr/lib/systemd/systemd-udevd', 'root', 9],
  ['slurmd', '/usr/sbin/slurmd -D -s', 'root', 12],
  ['munged', '/usr/sbin/munged', 'munge', 4],
  ['sshd', 'sshd: /usr/sbin/sshd -D [listener]', 'root', 8],
  ['chronyd', '/usr/sbin/chronyd -F 2', 'chrony', 3],
  ['dbus-daemon', '/usr/bin/dbus-daemon --system --nofork', 'dbus', 5],
  ['rsyslogd', '/usr/sbin/rsyslogd -n', 'root', 11],
  ['jidi-agent', '/usr/lib/jidi/node /usr/lib/jidi/jidi-agent.mjs', 'jidi', 62],
  ['rpc.statd', '/usr/sbin/rpc.statd', 'rpcuser', 3],
  ['irqbalance', '/usr/sbin/irqbalance --foreground', 'root', 4],
];
const shortLived = [
  'kworker/u80:2',
  'sh',
  'sleep',
  'awk',
  'sshd',
  'kworker/3:1',
  'cat',
  'python3',
  'cron',
  'lsof',
];
const shells = ['bash', 'vim', 'squeue', 'python3', 'rsync', 'htop', 'module', 'gcc'];
const mebibyte = 1024 ** 2;
const pageBytes = 4096;
const firstPid = 1_200;
const mostPid = 4_194_304;
/** New short-lived processes in a second, on average. */
const arrivals = { compute: 0.12, manager: 0.2, login: 0.6 } as const;
const meanLifeMs = 40_000;
const mostShortLived = 14;

export class NodeProcesses {
  readonly #node: NodePlan;
  readonly #random: Random;
  #services: readonly Living[] = [];
  #ranks: readonly Living[] = [];
  #passing: readonly Living[] = [];
  #job: Job | null = null;
  #nextPid = firstPid;
  #lastMs = 0;

  constructor(node: NodePlan, seed: number) {
    this.#node = node;
    this.#random = new Random(seedOf(seed, 5, node.index));
  }

  snapshot(timeMs: number, load: NodeLoad): ProcessSnapshot {
    if (this.#services.length === 0) this.#services = this.#startServices(timeMs);
    if (load.job?.id !== this.#job?.id) this.#changeJob(load);
    this.#passTime(timeMs);
    const living = [...this.#services, ...this.#ranks, ...this.#passing];
    return {
      timeMs,
      processCount: 280 + living.length + this.#random.below(4),
      zombieCount: 0,
      uninterruptibleCount: this.#random.next() < 0.03 ? 1 : 0,
      processes: living.map((each) => this.#sampleOf(each)),
    };
  }

  /** Whom a profile may show. */
  all(): readonly ProcessSample[] {
    return [...this.#services, ...this.#ranks, ...this.#passing].map(({ sample }) => sample);
  }

  /** Each job has one rank on one of its nodes that the others wait for. */
  pace(): JobPace | null {
    if (this.#job === null) return null;
    const { seed, firstNode, lastNode } = this.#job;
    const nodes = lastNode - firstNode + 1;
    const ranks = this.#ranks.filter(({ sample }) => sample.localRank !== null).length;
    const choice = new Random(seedOf(seed, 6));
    const isHere = firstNode + choice.below(nodes) === this.#node.computeIndex;
    return { seed, nodes, slowRank: isHere ? choice.below(Math.max(1, ranks)) : null };
  }

  /** Everything has ended and begins anew. */
  reboot(): void {
    this.#services = [];
    this.#ranks = [];
    this.#passing = [];
    this.#job = null;
    this.#nextPid = firstPid;
  }

  #startServices(timeMs: number): readonly Living[] {
    const startMs = timeMs - 3_600_000 * (24 + this.#random.below(600));
    return services.map(([name, command, user, mebibytes], index) => {
      const uid = user === 'root' ? 0 : 90 + index;
      const who = { name, command, user, uid, parentPid: index === 0 ? 0 : 1 };
      const bytes = mebibytes * mebibyte * this.#random.between(0.8, 1.3);
      const pid = index === 0 ? 1 : undefined;
      return this.#start({ ...who, cpu: 0.002, bytes, startMs, endsMs: Number.POSITIVE_INFINITY }, pid);
    });
  }

  #changeJob({ job, jobBytes }: NodeLoad): void {
    this.#job = job;
    if (job === null) {
      this.#ranks = [];
      return;
    }
    const { cores, gpus } = this.#node;
    const { application, user, uid } = job;
    const used = Math.max(1, Math.round(application.cores * cores));
    const count = application.ranks === 'core' ? used : application.ranks === 'gpu' ? Math.max(1, gpus) : 1;
    const end = { startMs: job.startMs, endsMs: job.endMs };
    const stepd = { name: 'slurmstepd', command: `slurmstepd: [${job.id}.0]`, user: 'root', uid: 0 };
    const parent = this.#start({ ...stepd, parentPid: 1, cpu: 0.001, bytes: 8 * mebibyte, ...end });
    const command = `${application.program} ${application.arguments}`.trimEnd();
    const bytes = Math.max(jobBytes, application.memory[0] * this.#node.memoryBytes) / count;
    const ranks = Array.from({ length: count }, (_, rank) =>
      this.#start({
        ...end,
        name: application.program.slice(0, 15),
        command,
        user,
        uid,
        bytes,
        parentPid: parent.sample.pid,
        cpu: used / count,
        threads: application.ranks === 'one' ? used : application.ranks === 'gpu' ? 18 : 2,
        job: job.id,
        step: '0',
        localRank: rank,
        allowedCpus: application.ranks === 'core' ? String(rank) : `0-${cores - 1}`,
        gpuMemoryBytes: application.gpu > 0 && gpus > 0 ? 64 * 1024 * mebibyte : null,
      }),
    );
    this.#ranks = [parent, ...ranks];
  }

  #passTime(timeMs: number): void {
    const seconds = this.#lastMs === 0 ? 5 : Math.min(30, (timeMs - this.#lastMs) / 1000);
    this.#lastMs = timeMs;
    const there = this.#passing.filter(({ endsMs }) => endsMs > timeMs);
    const expected = arrivals[this.#node.role] * seconds;
    const coming = Math.floor(expected + this.#random.next());
    for (let left = coming; left > 0 && there.length < mostShortLived; left -= 1)
      there.push(this.#pass(timeMs));
    this.#passing = there;
  }

  #pass(timeMs: number): Living {
    const random = this.#random;
    const isLogin = this.#node.role === 'login';
    const name = isLogin ? random.pick(shells, 'bash') : random.pick(shortLived, 'sh');
    const isKernel = name.startsWith('kworker');
    const who = isLogin ? { user: 'chen', uid: 20_001 } : { user: 'root', uid: 0 };
    return this.#start({
      ...who,
      name,
      command: isKernel ? '' : `${name} --id ${random.below(100_000)}`,
      parentPid: isKernel ? 2 : 1,
      cpu: random.next() ** 4 * (isLogin ? 1 : 0.3),
      bytes: isKernel ? 0 : random.between(2, 90) * mebibyte,
      startMs: timeMs - random.below(4_000),
      endsMs: timeMs + random.waiting() * meanLifeMs,
    });
  }

  #start(facts: Start, pid = this.#takePid()): Living {
    const { cpu, bytes, startMs, endsMs, ...who } = facts;
    const sample = { ...unremarkable, ...who, pid, startTimeMs: startMs };
    return { sample, cpu, bytes, writes: cpu > 0.5 ? 20_000 : 0, endsMs };
  }

  #takePid(): number {
    this.#nextPid += 1 + this.#random.below(9);
    if (this.#nextPid >= mostPid) this.#nextPid = firstPid;
    return this.#nextPid;
  }

  #sampleOf({ sample, cpu, bytes, writes }: Living): ProcessSample {
    const random = this.#random;
    const isBusy = cpu > 0.5;
    const wobble = isBusy ? 1 - 0.04 * random.next() ** 2 : random.next() < 0.2 ? random.between(0, 3) : 0;
    const cpuRatio = Math.round(cpu * wobble * 1000) / 1000;
    const residentBytes =
      Math.round((bytes * (isBusy ? random.between(0.998, 1) : 1)) / pageBytes) * pageBytes;
    return {
      ...sample,
      state: cpuRatio > 0.1 ? 'R' : 'S',
      cpuRatio,
      residentBytes,
      memoryRatio: residentBytes / this.#node.memoryBytes,
      readBytesPerSecond: 0,
      writeBytesPerSecond: isBusy && random.next() < 0.1 ? random.below(writes) : 0,
      voluntarySwitchesPerSecond: isBusy ? random.below(400) : random.below(3),
      involuntarySwitchesPerSecond: isBusy ? random.below(40) : 0,
    };
  }
}

type Start = Pick<ProcessSample, 'name' | 'command' | 'user' | 'uid' | 'parentPid'> &
  Partial<
    Pick<ProcessSample, 'threads' | 'job' | 'step' | 'localRank' | 'allowedCpus' | 'gpuMemoryBytes'>
  > & {
    readonly cpu: number;
    readonly bytes: number;
    readonly startMs: number;
    readonly endsMs: number;
  };

const unremarkable = {
  threads: 1,
  state: 'S',
  cpuRatio: 0,
  memoryRatio: 0,
  residentBytes: 0,
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
  job: null,
  step: null,
  localRank: null,
  outsideJob: false,
  allowedCpus: null,
  waitChannel: null,
  voluntarySwitchesPerSecond: null,
  involuntarySwitchesPerSecond: null,
  gpuMemoryBytes: null,
} as const satisfies Partial<ProcessSample>;
