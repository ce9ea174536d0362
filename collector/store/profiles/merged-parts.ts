// In: the stacks of a window's parts, one after another, each with its node. Out: one tree, and for each process of each node what
// it weighs where; times and threads are left out, so that a window costs little.
// Bounds: past so many processes those of a node are one; past so many sums only the tree is kept. Nothing of the weight is lost.
import { type ProfiledThread, profileLimits, type RecordedStacks } from '../../../shared/model/profile.ts';
import { StacksBuilder, toTree } from '../../../shared/stacks/stacks-builder.ts';

export interface MergeBounds {
  readonly processes: number;
  readonly sums: number;
}

const mergeBounds: MergeBounds = {
  processes: profileLimits.sampledThreads,
  sums: profileLimits.timedSamples,
};

/** More than any tree has branches. */
const placeRoom = 2 ** 21;

export class MergedParts {
  readonly #bounds: MergeBounds;
  readonly #builder = new StacksBuilder();
  readonly #processes: ProfiledThread[] = [];
  readonly #numbers = new Map<string, number>();
  /** Weight by process and branch. */
  #sums: Map<number, number> | null = new Map();

  constructor(bounds: Partial<MergeBounds> = {}) {
    this.#bounds = { ...mergeBounds, ...bounds };
  }

  add(node: string, stacks: RecordedStacks): void {
    const branches = this.#builder.addTree(stacks);
    const { samples } = stacks;
    if (samples === null) {
      const whole = this.#number({ ...nobody, node });
      for (const [place, weight] of stacks.self.entries()) this.#sum(whole, branches[place] ?? 0, weight);
      return;
    }
    const numbers = stacks.threads.map((thread) => this.#number(processOf(thread, node)));
    for (const [sample, place] of samples.nodes.entries()) {
      const number = numbers[samples.threadIds[sample] ?? 0] ?? 0;
      this.#sum(number, branches[place] ?? 0, samples.weights[sample] ?? 0);
    }
  }

  /** null: nothing was added. */
  build(): RecordedStacks | null {
    const tree = toTree(this.#builder.build());
    if (tree.parents.length === 0) return null;
    if (this.#sums === null) return { ...tree, threads: [], samples: null };
    const keys = [...this.#sums.keys()].toSorted((a, b) => a - b);
    return {
      ...tree,
      threads: this.#processes,
      samples: {
        timesMs: null,
        threadIds: keys.map((key) => Math.floor(key / placeRoom)),
        nodes: keys.map((key) => key % placeRoom),
        weights: keys.map((key) => this.#sums?.get(key) ?? 0),
      },
    };
  }

  /** Of a process; of the rest of its node when there is no room. */
  #number(process: ProfiledThread): number {
    const { node, pid, localRank } = process;
    const known = this.#numbers.get(`${node} ${pid} ${localRank}`);
    if (known !== undefined) return known;
    const isRest = this.#processes.length >= this.#bounds.processes && pid !== nobody.pid;
    if (isRest) return this.#number({ ...nobody, node: node ?? '' });
    const number = this.#processes.push(process) - 1;
    this.#numbers.set(`${node} ${pid} ${localRank}`, number);
    return number;
  }

  #sum(process: number, branch: number, weight: number): void {
    if (this.#sums === null || weight <= 0) return;
    const key = process * placeRoom + branch;
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + weight);
    if (this.#sums.size > this.#bounds.sums) this.#sums = null;
  }
}

/** Who is not known, or found no room. */
const nobody: ProfiledThread = { pid: 0, tid: 0, process: '', name: '', localRank: null };

function processOf({ pid, process, localRank, node }: ProfiledThread, of: string): ProfiledThread {
  return { pid, tid: pid, process, name: process, localRank, node: node ?? of };
}
