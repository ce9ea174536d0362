// Made-up profiles and commands for looking at the console without a collector.
import type { Command } from '../../../shared/api/command.ts';
import type { Caller, HotFunction, Profile, StackNode } from '../../../shared/api/profile.ts';
import { noise } from './preview-series.ts';

const modules = ['lmp_mpi', 'libmpi.so.40', 'libc.so.6', '[kernel]', 'libfftw3.so.3', ''] as const;
const verbs = [
  'compute',
  'exchange',
  'pack_comm',
  'neighbor_build',
  'MPI_Allreduce',
  'fft_1d',
  'force_clear',
  'ev_tally',
];

/** A tree whose shares add up. */
export function makeTree(): StackNode {
  const loop = grow('LAMMPS_NS::Verlet::run', 0, 0.93, 3);
  const output = grow('LAMMPS_NS::Output::write', 1, 0.06, 7);
  const main = sum('main', 'lmp_mpi', 0.01, [loop, output]);
  return sum('all', '', 0, [sum('_start', 'lmp_mpi', 0, [main])]);
}

function grow(name: string, depth: number, total: number, seed: number): StackNode {
  const module = modules[Math.floor(noise(seed, depth) * modules.length)] ?? '';
  if (depth > 13 || total < 0.0008) return { function: name, module, self: total, total, children: [] };
  const self = total * 0.12 * noise(seed, depth, 2);
  const count = 1 + Math.floor(noise(seed, depth, 3) * 4);
  const weights = Array.from({ length: count }, (_, index) => 0.1 + noise(seed, index, depth, 4) ** 2);
  const all = weights.reduce((a, b) => a + b, 0);
  const children = weights.map((weight, index) => {
    const verb = verbs[Math.floor(noise(seed, depth, index, 5) * verbs.length)] ?? 'run';
    const name = depth % 3 === 0 ? `LAMMPS_NS::PairLJCut::${verb}(int, int)` : `${verb}_${depth}${index}`;
    return grow(name, depth + 1, ((total - self) * weight) / all, seed * 31 + index);
  });
  return { function: name, module, self, total, children: children.sort((a, b) => b.total - a.total) };
}

function sum(name: string, module: string, self: number, children: readonly StackNode[]): StackNode {
  const total = self + children.reduce((all, child) => all + child.total, 0);
  return { function: name, module, self, total, children };
}

export function makeBottomUp(root: StackNode): HotFunction[] {
  const found = new Map<string, { node: StackNode; self: number; total: number; callers: StackNode[][] }>();
  const walk = (node: StackNode, path: readonly StackNode[]): void => {
    const key = `${node.function} ${node.module}`;
    const entry = found.get(key) ?? { node, self: 0, total: 0, callers: [] };
    entry.self += node.self;
    entry.total += node.total;
    entry.callers.push([...path].reverse());
    found.set(key, entry);
    for (const child of node.children) walk(child, [...path, node]);
  };
  walk(root, []);
  return [...found.values()]
    .map(({ node, self, total, callers }) => ({
      function: node.function,
      module: node.module,
      self,
      total: Math.min(1, total),
      callers: chain(callers[0] ?? [], self),
    }))
    .sort((a, b) => b.self - a.self);
}

function chain([first, ...rest]: readonly StackNode[], total: number): Caller[] {
  if (first === undefined) return [];
  return [{ function: first.function, module: first.module, total, callers: chain(rest, total) }];
}

export function makeProfile(id: string, over: Partial<Profile>, now: number): Profile {
  return {
    id,
    node: 'n003',
    parent: null,
    target: { kind: 'process', pid: 20_311, children: false },
    pid: 20_311,
    startTime: now - 4000,
    name: 'lmp_mpi',
    command: '/opt/lammps/bin/lmp_mpi -in in.lj -log none',
    user: 'wangli',
    status: 'finished',
    reason: null,
    progress: 1,
    created: now - 200,
    started: now - 198,
    ended: now - 168,
    duration: 30,
    frequency: 99,
    event: 'cpu-clock',
    sampledEvent: 'cpu-clock',
    unit: 'samples',
    callGraph: 'fp',
    symbols: null,
    samples: 2954,
    lost: 0,
    ...over,
  };
}

export function makeCommands(now: number): Command[] {
  const target = { started: now - 60, ended: now - 58, exitCode: 0, truncated: false, reason: null };
  const reason = {
    code: 'policy-denied',
    message: 'The policy of n005 does not allow restart-slurmd.',
    remedy: 'Allow it in /etc/jidi/policy.json on the node.',
  };
  return [
    {
      id: 'c1',
      action: 'service-status',
      parameters: { service: 'slurmd' },
      requester: 'root',
      issued: now - 61,
      timeout: 60,
      over: true,
      targets: [
        {
          ...target,
          node: 'n003',
          state: 'finished',
          output: '● slurmd.service - Slurm node daemon\n   Active: active (running)\n',
        },
        { ...target, node: 'n004', state: 'running', ended: null, exitCode: null, output: '' },
        { ...target, node: 'n005', state: 'refused', exitCode: null, output: '', reason },
      ],
    },
  ];
}
