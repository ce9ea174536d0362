import { describe, expect, it } from 'vitest';
import { applications } from '../../../../bench/fleet/values/application.ts';
import { planFleet } from '../../../../bench/fleet/values/fleet-plan.ts';
import { NodeProcesses } from '../../../../bench/fleet/values/node-processes.ts';
import { Random } from '../../../../bench/fleet/values/random.ts';
import { piecesOf } from '../../../../bench/fleet/values/rhythm.ts';
import { sampledParts } from '../../../../bench/fleet/values/sampled-parts.ts';
import { recordStacks } from '../../../../bench/fleet/values/stacks.ts';
import type { ProcessSample } from '../../../../shared/model/process.ts';

const fromMs = 1_764_600_000_000;
const pace = { seed: 11, nodes: 1, slowRank: 3 };

/** Ranks of a job that runs this application, as a node lists them. */
function ranksOf(name: string): readonly ProcessSample[] {
  const plan = planFleet({ nodes: 40, seed: 4, startMs: fromMs, series: 256 });
  const application = applications.find((each) => each.name === name);
  for (const node of plan.nodes) {
    const job = plan.timeline.jobAt(node.computeIndex, fromMs);
    if (job === null || application === undefined) continue;
    const load = { job: { ...job, application }, jobBytes: 0 };
    const { processes } = new NodeProcesses(node, 4).snapshot(fromMs, load);
    return processes.filter(({ localRank }) => localRank !== null);
  }
  throw new Error(`nothing runs ${name}`);
}

function record(event: 'cpu-clock' | 'wall', mostSamples = 100_000) {
  const parts = sampledParts(ranksOf('gromacs'), pace, null);
  const toMs = fromMs + 30_000;
  return recordStacks({ parts, event, frequencyHz: 99, fromMs, toMs, mostSamples }, new Random(5));
}

describe('stacks of a simulated job', () => {
  it('end mostly in the hottest function, and reach into MPI, its transport and the kernel', () => {
    const { tree } = record('cpu-clock');
    expect(tree.parents.every((parent, index) => parent < index)).toBe(true);
    const hottest = tree.self.indexOf(Math.max(...tree.self));
    expect(tree.frames[tree.frameIds[hottest] ?? -1]?.function).toBe('nbnxn_kernel_ElecEw_VdwLJ_F_2xmm');
    const modules = new Set(tree.frames.map(({ module }) => module));
    for (const module of ['libmpi.so.40', 'libucp.so.0', 'libgromacs_mpi.so.8', '[kernel]', 'libc.so.6'])
      expect(modules).toContain(module);
  });

  it('show one rank that computes while all others wait for it', () => {
    const { tree, threads, samples } = record('cpu-clock');
    const isMpi = tree.parents.map(() => false);
    for (const [branch, parent] of tree.parents.entries()) {
      const { module = '' } = tree.frames[tree.frameIds[branch] ?? -1] ?? {};
      isMpi[branch] = module.startsWith('libmpi') || isMpi[parent] === true;
    }
    const shares = threads.map((thread, id) => {
      const mine = samples.threadIds.flatMap((each, place) =>
        each === id ? (samples.nodes[place] ?? 0) : [],
      );
      return { thread, mpi: mine.filter((node) => isMpi[node]).length / mine.length };
    });
    const main = shares.filter(({ thread }) => thread.pid === thread.tid);
    const slow = main.find(({ thread }) => thread.localRank === pace.slowRank);
    const others = main.filter((each) => each !== slow);
    expect(others.length).toBeGreaterThan(5);
    for (const { mpi } of others) expect(mpi).toBeGreaterThan(2 * (slow?.mpi ?? 1));
  });

  it('have no more samples than they may, each of which stands for several then', () => {
    const few = record('cpu-clock', 5000);
    const all = record('cpu-clock');
    expect(few.samples.nodes.length).toBeLessThanOrEqual(5000);
    expect(Math.abs(few.count / all.count - 1)).toBeLessThan(0.05);
  });
});

describe('piecesOf', () => {
  it('fills the time without gaps, and writes a checkpoint every few seconds', () => {
    for (const kind of ['rank', 'worker', 'server'] as const) {
      const part = { kind, seed: 9, rank: 0, isSlow: false };
      const pieces = [...piecesOf(part, fromMs + 123, fromMs + 20_000)];
      expect(pieces[0]?.beginMs).toBe(fromMs + 123);
      expect(pieces.at(-1)?.endMs).toBe(fromMs + 20_000);
      for (const [place, { beginMs }] of pieces.entries())
        expect(beginMs).toBe(pieces[place - 1]?.endMs ?? beginMs);
      const writes = pieces.filter(({ activity }) => activity === 'write').length;
      expect(writes).toBe(kind === 'server' ? 0 : 3);
    }
  });
});
