// What a collector answers, as the tests' network peer gives it: one healthy node, one hostile one; a command that went differently
// on three nodes.
import type { Action, AuditRecord, Command } from '../../shared/api/command.ts';
import type { MetricInfo, MetricSeries } from '../../shared/api/metric.ts';
import type { MapNode, NodeDetail } from '../../shared/api/node.ts';
import type { Problem } from '../../shared/api/problem.ts';
import type { Process, ProcessTable } from '../../shared/api/process.ts';
import { noneWaiting, plainDetails } from '../shared/process-details.ts';

/** 2026-03-01 08:00:00 UTC. */
export const now = 1_772_352_000;

/** Clears the screen, turns the reading direction, breaks the line. */
export const hostile = '\x1b[2J\u202eevil\r\n<b>';

export const nodes: readonly MapNode[] = [
  {
    name: 'n10',
    state: 'silent',
    role: 'login',
    lastSeen: now - 95,
    cpuRatio: null,
    memoryRatio: null,
    load1: null,
    diskBytesPerSecond: null,
    networkBytesPerSecond: null,
    quiet: false,
  },
  {
    name: 'n2',
    state: 'up',
    role: 'compute',
    lastSeen: now - 3,
    cpuRatio: 0.9312,
    memoryRatio: 0.25,
    load1: 15.5,
    diskBytesPerSecond: 1_048_576,
    networkBytesPerSecond: 0,
    quiet: false,
  },
];

export const nodeDetail: NodeDetail = {
  name: 'n2',
  state: 'up',
  role: 'compute',
  lastSeen: now - 3,
  cpuRatio: 0.9312,
  memoryRatio: 0.25,
  load1: 15.5,
  diskBytesPerSecond: 1_048_576,
  networkBytesPerSecond: 0,
  agentVersion: '0.1.0',
  interval: 5,
  configuredInterval: 5,
  quiet: false,
  quietReason: null,
  clockOffset: null,
  bootId: 'b1',
  inventory: {
    model: 'Board X',
    cpuModel: 'CPU 9000',
    sockets: 2,
    cores: 64,
    threads: 128,
    memoryBytes: 274_877_906_944,
    os: 'Debian 12',
    kernel: '6.1.0',
    arch: 'x64',
    bootTime: null,
    interfaces: [{ name: 'eth0', mac: null, addresses: ['10.0.0.2'], bitsPerSecond: 1e11 }],
    disks: [{ name: 'nvme0n1', model: null, sizeBytes: 1_099_511_627_776 }],
  },
  gaps: [{ dataClass: 'metrics', from: now - 60, to: now - 30, count: 6, reason: 'spool full' }],
};

function makeProcess(pid: number, changes: Partial<Process>): Process {
  return {
    pid,
    startTime: now - 3600,
    name: 'app',
    command: './app --size 9',
    user: 'ann',
    cpuRatio: 1,
    memoryRatio: 0.01,
    residentBytes: 104_857_600,
    job: '77',
    parentPid: 1,
    threads: 4,
    state: 'R',
    readBytesPerSecond: null,
    writeBytesPerSecond: 0,
    ...plainDetails,
    ...changes,
  };
}

export const processTable: ProcessTable = {
  node: 'n2',
  time: now - 3,
  processCount: 214,
  ...noneWaiting,
  processes: [
    makeProcess(41, { cpuRatio: 3.98 }),
    makeProcess(7, {
      name: 'kworker/0:1',
      command: '',
      user: 'root',
      cpuRatio: 0.02,
      residentBytes: 0,
      job: null,
    }),
    makeProcess(99, {
      command: hostile,
      cpuRatio: 0,
      residentBytes: 2_147_483_648,
      readBytesPerSecond: 4096,
    }),
  ],
};

export const metricInfos: readonly MetricInfo[] = [
  {
    metric: 'node_cpu_seconds_total',
    kind: 'counter',
    series: [
      { cpu: '0', mode: 'user' },
      { cpu: '0', mode: 'idle' },
    ],
  },
  { metric: 'node_load1', kind: 'gauge', series: [{}] },
];

export const series: readonly MetricSeries[] = [
  {
    metric: 'node_cpu_seconds_total',
    node: 'n2',
    labels: { cpu: '0', mode: 'user' },
    samples: [
      [now - 20, 0.5],
      [now - 10, null],
      [now, 1],
    ],
  },
];

export const actions: readonly Action[] = [
  { name: 'service-status', description: 'Show the state of a service.', changesNode: false, parameters: [] },
  {
    name: 'restart-slurmd',
    description: 'Restart slurmd.',
    changesNode: true,
    parameters: [{ name: 'wait', description: 'Seconds.', pattern: '^\\d+$', required: false }],
  },
];

const refusal = {
  code: 'not-allowed',
  message: 'restart-slurmd: not allowed by the policy of this node',
  remedy: 'Add it to /etc/jidi/policy.yaml on the node.',
};

const target = { started: now, ended: now + 1, truncated: false, reason: null };

export const command: Command = {
  id: 'c1',
  action: 'service-status',
  parameters: { service: 'slurmd' },
  requester: 'local',
  issued: now,
  timeout: 60,
  over: true,
  targets: [
    { ...target, node: 'n01', state: 'finished', exitCode: 0, output: 'active\n' },
    {
      ...target,
      node: 'n03',
      state: 'refused',
      exitCode: null,
      output: '',
      ended: null,
      started: null,
      reason: refusal,
    },
    { ...target, node: 'n02', state: 'finished', exitCode: 0, output: 'active' },
    { ...target, node: 'n04', state: 'failed', exitCode: 3, output: `${hostile}\n\tend`, truncated: true },
  ],
};

export const audit: readonly AuditRecord[] = [
  {
    time: now,
    event: 'command-requested',
    actor: 'local',
    subject: 'c1',
    detail: { action: 'service-status', nodes: 4 },
  },
];

export function problem(status: number, detail: string, remedy: string): Problem {
  return { type: 'about:blank', title: 'Error', status, detail, code: 'some-code', remedy, requestId: 'r1' };
}
