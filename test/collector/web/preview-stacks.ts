// Made-up stacks of profiles for looking at the console without a collector: a program on eight ranks.
import type {
  ProfileDifference,
  ProfileSpread,
  ProfileStacks,
  ProfileTimeline,
} from '../../../shared/api/profile-view.ts';
import { subtractStacks } from '../../../shared/stacks/difference.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import { StacksBuilder } from '../../../shared/stacks/stacks-builder.ts';
import { noise } from './preview-series.ts';

const modules = ['lmp_mpi', 'libmpi.so.40', 'libc.so.6', '[kernel]', 'libfftw3.so.3', ''] as const;
const verbs = ['compute', 'exchange', 'pack_comm', 'neighbor_build', 'MPI_Allreduce', 'fft_1d', 'ev_tally'];
const seconds = 30;
export const previewRanks = 8;

export function makeStacks(search: URLSearchParams): ProfileStacks {
  return { ...columnsOf(madeStacks(search, 1)), branches: 0, timed: true, sampleWeight: 1 };
}

export function makeDifference(search: URLSearchParams): ProfileDifference {
  const { stacks, base } = subtractStacks(madeStacks(search, 1), madeStacks(search, 2));
  const chosen = { profile: 'p1', weight: stacks.weight };
  const ranks = search.get('ranks') === 'slowest';
  return {
    ...columnsOf(stacks),
    baseSelf: Array.from(base.self),
    baseWeight: base.weight,
    branches: stacks.parents.length,
    sampleWeight: 1,
    of: { ...chosen, ...(ranks ? { node: 'n003', rank: 5 } : {}) },
    base: {
      profile: search.get('base') ?? 'p1',
      weight: base.weight,
      ...(ranks ? { node: 'n004', rank: 2 } : {}),
    },
  };
}

export function makeTimeline(search: URLSearchParams): ProfileTimeline {
  const step = Number(search.get('step') ?? 0.02);
  const weights = Array.from({ length: Math.round(seconds / step) }, (_, index) => {
    const at = index * step;
    const phase = at % 5 < 1.2 ? 0.25 : 1;
    const beat = at % 1 < 0.3 ? 0.6 : 1;
    return Math.round(8 * phase * beat * (0.6 + 0.4 * noise(index, 3)));
  });
  return { from: 0, step, weights };
}

export function makeSpread(search: URLSearchParams): ProfileSpread {
  const over = search.get('over') ?? 'process';
  const rows = Array.from(
    { length: over === 'node' ? 2 : over === 'thread' ? 24 : previewRanks },
    (_, n) => ({
      node: n % 2 === 0 ? 'n003' : 'n004',
      pid: over === 'node' ? null : 20_311 + (over === 'thread' ? n % previewRanks : n),
      thread: over === 'thread' ? 30_000 + n : null,
      name: over === 'node' ? '' : 'lmp_mpi',
      rank: over === 'process' ? n : null,
      weight: Math.round(2900 * (n === 5 ? 1 : 0.7 + 0.15 * noise(n, 9))),
      wanted: Math.round(900 * noise(n, 4)),
      ownShare: n === 5 ? 0.94 : 0.55 + 0.2 * noise(n, 11),
    }),
  );
  return { rows, left: 0 };
}

function columnsOf({ frames, parents, frameIds, self, weight }: Stacks) {
  return {
    functions: frames.map((frame) => frame.function),
    modules: frames.map((frame) => frame.module),
    classes: frames.map(({ module, function: name }) =>
      name.startsWith('MPI') || module.startsWith('libmpi')
        ? 'mpi'
        : module === '[kernel]'
          ? 'kernel'
          : module.startsWith('libfftw')
            ? 'linear-algebra'
            : module.startsWith('libc')
              ? 'runtime'
              : 'own-code',
    ),
    parents: Array.from(parents),
    frameIds: Array.from(frameIds),
    self: Array.from(self),
    weight,
  };
}

function madeStacks(search: URLSearchParams, variant: number): Stacks {
  const builder = new StacksBuilder();
  const all = 2954 * (search.get('pid') === null ? 1 : 1 / previewRanks);
  const by = search.get('by');
  const frame = (name: string, module: string): number =>
    by === 'module' ? builder.frame({ function: module, module }) : builder.frame({ function: name, module });
  const grow = (parent: number, name: string, depth: number, total: number, seed: number): void => {
    const module = modules[Math.floor(noise(seed, depth) * modules.length)] ?? '';
    const place = builder.branch(parent, frame(name, module));
    const isLeaf = depth > 13 || total < all * 0.0012;
    const own = isLeaf ? total : total * 0.14 * noise(seed, depth, 2);
    builder.add(place, Math.round(own * (0.9 + 0.2 * noise(seed, depth, variant, 8))));
    if (isLeaf) return;
    const weights = Array.from(
      { length: 1 + Math.floor(noise(seed, depth, 3) * 4) },
      (_, index) =>
        0.1 + noise(seed, index, depth, 4) ** 2 * (variant === 2 && index === 0 && depth === 2 ? 0.4 : 1),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    weights.forEach((weight, index) => {
      const verb = verbs[Math.floor(noise(seed, depth, index, 5) * verbs.length)] ?? 'run';
      const next = depth % 3 === 0 ? `LAMMPS_NS::PairLJCut::${verb}(int, int)` : `${verb}_${depth}${index}`;
      grow(place, next, depth + 1, ((total - own) * weight) / sum, seed * 31 + index);
    });
  };
  const start = builder.branch(-1, frame('_start', 'lmp_mpi'));
  const main = builder.branch(start, frame('main', 'lmp_mpi'));
  grow(main, 'LAMMPS_NS::Verlet::run', 0, all * 0.92, 3);
  grow(main, 'LAMMPS_NS::Output::write', 1, all * 0.06, 7);
  builder.add(builder.branch(-1, builder.frame({ function: '[rest]', module: '' })), Math.round(all * 0.02));
  return builder.build();
}
