// A made-up cluster for looking at the console without a collector: the API's own objects, plausible and repeatable.
import type { MetricInfo, MetricSeries } from '../../../shared/api/metric.ts';
import type { MapNode, NodeDetail } from '../../../shared/api/node.ts';
import type { Process, ProcessTable } from '../../../shared/api/process.ts';
import { noneWaiting } from '../../shared/process-details.ts';
import { type FakeSeries, groupSeries, noise, wave } from './preview-series.ts';

export const cores = 16;
const memoryBytes = 64 * 2 ** 30;

export function makeMap(count: number, now: number): MapNode[] {
  return Array.from({ length: count }, (_, index) => {
    const state = index % 97 === 41 ? 'down' : index % 53 === 17 ? 'silent' : 'up';
    const heard = state === 'up';
    const job = Math.floor(index / 9) % 4;
    const base = job === 0 ? 0.95 : job === 1 ? 0.62 : job === 2 ? 0.3 : 0.03;
    const cpuRatio = Math.min(1, base + 0.05 * noise(index, now));
    return {
      name: index === 0 ? 'login01' : index === 1 ? 'mgr01' : `n${String(index - 1).padStart(3, '0')}`,
      state,
      role: index === 0 ? 'login' : index === 1 ? 'manager' : 'compute',
      lastSeen: heard ? now - 1 : now - (state === 'silent' ? 48 : 4210),
      cpuRatio: heard ? cpuRatio : null,
      memoryRatio: heard ? 0.15 + 0.7 * noise(index, 3) : null,
      load1: heard ? cpuRatio * cores + noise(index, 5) : null,
      diskBytesPerSecond: heard ? 2 ** (10 + 18 * noise(index, 7, now)) : null,
      networkBytesPerSecond: heard ? 2 ** (12 + 17 * noise(index, 9, now)) : null,
      quiet: index === 4 && heard,
    };
  });
}

export function makeNode(node: MapNode, now: number): NodeDetail {
  return {
    ...node,
    agentVersion: '0.1.0',
    interval: node.name === 'n002' ? 10 : 5,
    configuredInterval: 5,
    quietReason: node.quiet ? 'command' : null,
    clockOffset: node.name === 'n002' ? 3.4 : node.name === 'n005' ? -3605.2 : 0.012,
    bootId: 'b6f7',
    gaps: [],
    inventory: {
      model: 'Kunpeng TaiShan 200',
      cpuModel: 'AMD EPYC 7543 32-Core Processor',
      sockets: 1,
      cores,
      threads: cores,
      memoryBytes,
      os: 'Rocky Linux 9.4',
      kernel: '5.14.0-427.el9.x86_64',
      arch: 'x86_64',
      bootTime: now - 86_400 * 31,
      interfaces: [],
      disks: [],
    },
  };
}

function busy(core: number, time: number): number {
  const wave = 0.5 + 0.5 * Math.sin(time / 140 + core / 5);
  return core < 11 ? 0.75 + 0.22 * wave * noise(core, time / 5) : 0.05 + 0.1 * noise(core, time / 5);
}

const modeShares: Readonly<Record<string, (busyShare: number, time: number) => number>> = {
  user: (share) => share * 0.86,
  nice: () => 0,
  system: (share) => share * 0.12,
  iowait: (share, time) => (1 - share) * 0.12 * noise(time / 15),
  irq: () => 0.001,
  softirq: (share) => share * 0.02,
  steal: () => 0,
  idle: (share, time) => (1 - share) * (1 - 0.12 * noise(time / 15)),
};

const seriesByMetric: Readonly<Record<string, FakeSeries>> = {
  ...groupSeries,
  jidi_cpu_seconds_total: Object.entries(modeShares).map(([mode, share]) => [
    { mode },
    (time) =>
      Array.from({ length: cores }, (_, core) => share(busy(core, time), time)).reduce((a, b) => a + b),
  ]),
  node_cpu_seconds_total: Array.from({ length: cores }).flatMap((_, core) =>
    Object.entries(modeShares).map(
      ([mode, share]) =>
        [{ cpu: String(core), mode }, (time: number) => share(busy(core, time), time)] as const,
    ),
  ),
  node_memory_MemTotal_bytes: [[{}, () => memoryBytes]],
  node_memory_MemAvailable_bytes: [[{}, (time) => memoryBytes * (0.5 - 0.1 * wave(4, time))]],
  node_memory_MemFree_bytes: [[{}, (time) => memoryBytes * (0.18 - 0.05 * wave(4, time))]],
  node_load1: [[{}, (time) => 11 + 2 * wave(1, time) + noise(time / 5)]],
  node_load5: [[{}, (time) => 11 + 1.4 * wave(1, time - 60)]],
  node_load15: [[{}, (time) => 10.5 + wave(1, time - 200)]],
  node_pressure_cpu_waiting_seconds_total: [[{}, (time) => 0.12 * wave(2, time) * noise(time / 5)]],
  node_pressure_io_waiting_seconds_total: [[{}, (time) => 0.05 * wave(7, time)]],
  node_pressure_memory_waiting_seconds_total: [[{}, () => 0.0004]],
  node_disk_read_bytes_total: ['nvme0n1', 'nvme1n1'].map((device, at) => [
    { device },
    (time) => 9e7 * wave(at + 3, time) * noise(time / 5, at),
  ]),
  node_disk_written_bytes_total: ['nvme0n1', 'nvme1n1'].map((device, at) => [
    { device },
    (time) => 4e7 * wave(at + 9, time),
  ]),
  node_disk_io_time_seconds_total: ['nvme0n1', 'nvme1n1'].map((device, at) => [
    { device },
    (time) => 0.4 * wave(at + 3, time),
  ]),
  node_network_receive_bytes_total: Array.from({ length: 8 }, (_, at) => [
    { device: `eth${at}` },
    (time: number) => 6e8 * wave(at, time) * noise(time / 5, at),
  ]),
  node_network_transmit_bytes_total: Array.from({ length: 8 }, (_, at) => [
    { device: `eth${at}` },
    (time: number) => 4e8 * wave(at + 2, time),
  ]),
  node_filesystem_size_bytes: ['/', '/scratch', '/home'].map((mountpoint) => [{ mountpoint }, () => 1e12]),
  node_filesystem_free_bytes: ['/', '/scratch', '/home'].map((mountpoint, at) => [
    { mountpoint },
    () => 1e12 * ([0.67, 0.18, 0.45][at] ?? 1),
  ]),
  node_filesystem_avail_bytes: ['/', '/scratch', '/home'].map((mountpoint, at) => [
    { mountpoint },
    () => 1e12 * ([0.62, 0.13, 0.4][at] ?? 1),
  ]),
};

export function makeMetricInfos(): MetricInfo[] {
  return Object.entries(seriesByMetric).map(([metric, series]) => ({
    metric,
    kind: /_total$|_netstat_|_vmstat_/.test(metric) ? 'counter' : 'gauge',
    series: series.map(([labels]) => labels),
  }));
}

/** With a hole of forty seconds every ten minutes, as a restart of the agent leaves it. */
export function makeSeries(node: string, query: URLSearchParams, now: number): MetricSeries[] {
  const text = (key: string): string => query.get(key) ?? '';
  const metric = text('metric');
  const [label = '', wanted = ''] = text('match').split('=');
  const from = Number(text('from'));
  const to = Math.min(now, Number(text('to')));
  const step = Number.parseInt(text('step'), 10);
  const asked = (seriesByMetric[metric] ?? []).filter(([labels]) => label === '' || labels[label] === wanted);
  return asked.map(([labels, shape]) => {
    const samples: [number, number | null][] = [];
    for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
      samples.push([time, time % 600 < 40 ? null : shape(time)]);
    }
    return { metric, node, labels, samples };
  });
}

const unnamed = ['?', '', 'root', null] as const;

const programs: readonly (readonly [name: string, command: string, user: string, job: string | null])[] = [
  ['lmp_mpi', '/opt/lammps/bin/lmp_mpi -in in.lj -log none -screen none', 'wangli', '48213'],
  ['gmx_mpi', 'gmx_mpi mdrun -s topol.tpr -ntomp 8 -pin on', 'mueller', '48219'],
  ['python3', 'python3 train.py --data /scratch/imagenet --token=***** --epochs 90', 'chen', '48220'],
  ['slurmd', '/usr/sbin/slurmd -D -s', 'root', null],
  ['jidi-agent', '/usr/lib/jidi/node /usr/lib/jidi/agent.js', 'jidi', null],
  ['kworker/u64:2-events_unbound', '', 'root', null],
  ['evil\u202etxt.exe\u001b[31m', '<img src=x onerror=alert(1)> \u001b]0;owned\u0007', 'mallory', null],
];

export function makeProcesses(node: string, at: number, present: boolean): ProcessTable {
  if (!present) return { node, time: null, processCount: 0, ...noneWaiting, processes: [] };
  const time = Math.floor(at / 5) * 5;
  const processes = Array.from({ length: 34 }, (_, index): Process => {
    const [name, command, user, itsJob] =
      programs[index < 22 ? Math.floor(index / 9) : index % programs.length] ?? unnamed;
    const job = index === 30 ? null : itsJob;
    const cpuRatio =
      index < 11 ? 0.9 + 0.1 * noise(index, time) : index < 16 ? 0.4 * noise(index, time) : 0.01;
    return {
      pid: 20_311 + index * 7,
      parentPid: index < 5 || index === 22 ? 1 : 20_311 + (index < 22 ? Math.floor(index / 9) : 22) * 7,
      startTime: 1_700_000_000 + index,
      name,
      command,
      user,
      job,
      cpuRatio,
      memoryRatio: 0.04 * noise(index, 1),
      residentBytes: memoryBytes * 0.04 * noise(index, 1),
      threads: index < 11 ? 1 : 8,
      state: cpuRatio > 0.3 ? 'R' : 'S',
      readBytesPerSecond: index % 3 === 0 ? null : 2e6 * noise(index, time, 2),
      writeBytesPerSecond: index % 3 === 0 ? null : 1e6 * noise(index, time, 3),
      step: job === null ? null : '0',
      localRank: job === null ? null : index,
      outsideJob: index === 30,
      allowedCpus: index < 11 ? String(index) : '0-63',
      waitChannel: cpuRatio > 0.3 ? null : 'futex_wait_queue',
      voluntarySwitchesPerSecond: Math.round(40 * noise(index, time, 4)),
      involuntarySwitchesPerSecond: Math.round(9 * noise(index, time, 5)),
      gpuMemoryBytes: name === 'python3' ? 3.2e9 : null,
    };
  });
  return {
    node,
    time,
    processCount: 412,
    zombieCount: 1,
    uninterruptibleCount: 2,
    processes: [...processes, ...deepBelow(processes[0])].sort((a, b) => b.cpuRatio - a.cpuRatio),
  };
}

/** Each the child of the one before it, named for its thread. */
function deepBelow(top: Process | undefined): readonly Process[] {
  if (top === undefined) return [];
  return Array.from({ length: 9 }, (_, depth) => ({
    ...top,
    pid: 30_000 + depth,
    parentPid: depth === 0 ? top.pid : 29_999 + depth,
    name: 'MainThread',
    command: `/tmp/project/.cache/runtime/bin/node worker-${depth}.js`,
    cpuRatio: 0.02,
  }));
}
