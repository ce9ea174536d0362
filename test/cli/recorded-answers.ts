// What a collector answers, as the tests' network peer gives it: one healthy node, one hostile one, a profile of a
// program whose time is split 95/5, a command that went differently on three nodes.
import type { Action, AuditRecord, Command } from '../../shared/api/command.ts';
import type { MetricInfo, MetricSeries } from '../../shared/api/metric.ts';
import type { MapNode, NodeDetail } from '../../shared/api/node.ts';
import type { Problem } from '../../shared/api/problem.ts';
import type { Process, ProcessTable } from '../../shared/api/process.ts';
import type { Profile, ProfileDetail } from '../../shared/api/profile.ts';
import type {
  ProfileDifference,
  ProfileSpread,
  ProfileStacks,
  ProfileTimeline,
} from '../../shared/api/profile-view.ts';
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

export const profile: Profile = {
  id: 'p1',
  node: 'n2',
  parent: null,
  target: { kind: 'process', pid: 41, children: false },
  pid: 41,
  startTime: now - 3600,
  name: 'app',
  command: './app --size 9',
  user: 'ann',
  status: 'finished',
  reason: null,
  progress: 1,
  created: now - 40,
  started: now - 39,
  ended: now - 9,
  duration: 30,
  frequency: 99,
  event: 'cpu-clock',
  sampledEvent: 'cpu-clock',
  unit: 'samples',
  callGraph: 'fp',
  symbols: null,
  samples: 2970,
  lost: 0,
};

export const profileDetail: ProfileDetail = {
  ...profile,
  bottomUp: [
    {
      function: 'hot',
      module: 'app',
      self: 0.949,
      total: 0.949,
      callers: [
        {
          function: 'run',
          module: 'app',
          total: 0.9,
          callers: [{ function: 'main', module: 'app', total: 0.9, callers: [] }],
        },
        { function: 'warm', module: 'app', total: 0.049, callers: [] },
      ],
    },
    { function: 'cold', module: 'app', self: 0.05, total: 0.05, callers: [] },
    { function: hostile, module: 'libx.so', self: 0.001, total: 0.001, callers: [] },
  ],
  topDown: {
    function: 'all',
    module: '',
    self: 0,
    total: 1,
    children: [
      {
        function: 'main',
        module: 'app',
        self: 0,
        total: 1,
        children: [
          { function: 'cold', module: 'app', self: 0.05, total: 0.05, children: [] },
          {
            function: 'run',
            module: 'app',
            self: 0.049,
            total: 0.949,
            children: [{ function: 'hot', module: 'app', self: 0.9, total: 0.9, children: [] }],
          },
          { function: hostile, module: 'libx.so', self: 0.001, total: 0.001, children: [] },
        ],
      },
    ],
  },
};

/** main calls run and warm, which call hot, and it calls cold and a function with a hostile name. */
export const profileStacks: ProfileStacks = {
  functions: ['main', 'run', 'hot', 'warm', 'cold', hostile],
  modules: ['app', 'app', 'app', 'app', 'app', 'libx.so'],
  classes: ['own-code', 'own-code', 'linear-algebra', 'own-code', 'own-code', 'site-special'],
  parents: [-1, 0, 1, 0, 3, 0, 0],
  frameIds: [0, 1, 2, 3, 2, 4, 5],
  self: [0, 0, 2673, 0, 146, 148, 3],
  weight: 2970,
  branches: 7,
  timed: true,
  sampleWeight: 1,
};

/** Half a second in cells of 20 ms: nothing, then more and more. */
export const profileTimeline: ProfileTimeline = {
  from: 0,
  step: 0.02,
  weights: Array.from({ length: 1500 }, (_, cell) => (cell < 50 ? 0 : cell >= 1450 ? 9 : cell % 3)),
};

const spreadRow = { node: 'n2', thread: null, name: 'app', weight: 1000, wanted: 0 };
/** Four ranks alike, one that does not wait for the others. */
export const profileSpread: ProfileSpread = {
  rows: [
    ...[41, 42, 43, 44].map((pid, rank) => ({ ...spreadRow, pid, rank, ownShare: 0.5 + rank / 100 })),
    { ...spreadRow, pid: 45, rank: 4, ownShare: 0.99 },
  ],
  left: 0,
};

/** cold has become hot. */
export const profileDifference: ProfileDifference = {
  functions: ['main', 'hot', 'cold', hostile],
  modules: ['app', 'app', 'app', 'libx.so'],
  classes: ['own-code', 'own-code', 'own-code', 'own-code'],
  parents: [-1, 0, 0, 0],
  frameIds: [0, 1, 2, 3],
  self: [0, 600, 390, 10],
  baseSelf: [0, 900, 95, 5],
  weight: 1000,
  baseWeight: 1000,
  branches: 4,
  sampleWeight: 1,
  of: { profile: 'p1', from: 10, to: 20, weight: 1000 },
  base: { profile: 'p1', from: 0, to: 10, weight: 1000 },
};

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
