// Which job runs on which simulated node at a time. Nodes that lie together form groups from 1 to 64; a group runs one job
// after another. In: a seed, a number of nodes, a beginning. Out: the same jobs for all who ask, in every process.
import { type Application, applications } from './application.ts';
import { Random, seedOf } from './random.ts';

export interface Job {
  readonly id: string;
  readonly user: string;
  readonly uid: number;
  readonly application: Application;
  /** ms since the Unix epoch. */
  readonly startMs: number;
  readonly endMs: number;
  /** Indexes of compute nodes, the last one included. */
  readonly firstNode: number;
  readonly lastNode: number;
  readonly seed: number;
}

export interface TimelineOptions {
  readonly seed: number;
  readonly nodes: number;
  /** Before this nothing is known. */
  readonly startMs: number;
  /** Compute nodes from this one on have GPUs. */
  readonly gpusFrom: number;
}

interface Group {
  readonly index: number;
  readonly firstNode: number;
  readonly lastNode: number;
  readonly random: Random;
  /** Mean length of its jobs. */
  readonly meanMs: number;
  readonly jobs: Job[];
  nextMs: number;
}

const groupSizes: readonly (readonly [size: number, weight: number])[] = [
  [1, 30],
  [2, 20],
  [4, 16],
  [8, 12],
  [16, 8],
  [32, 4],
  [64, 2],
];
const hourMs = 3_600_000;
const meanJobMs = 3 * hourMs;
const meanShortJobMs = 4 * 60_000;
const meanPauseMs = 5 * 60_000;
const shareOfShort = 0.15;
const users = [
  'chen',
  'wang.lei',
  'mueller',
  'garcia',
  'okafor',
  'tanaka',
  'novak',
  'li.na',
  'rossi',
  'smith',
];
const firstUid = 20_001;
const withoutGpus = applications.filter(({ gpu }) => gpu === 0);
/** Past jobs that are kept of a group. */
const keptJobs = 64;

export class JobTimeline {
  readonly #groupOf: Group[] = [];
  readonly #options: TimelineOptions;

  constructor(options: TimelineOptions) {
    this.#options = options;
    const random = new Random(seedOf(options.seed, 1));
    for (let node = 0, index = 0; node < options.nodes; index += 1) {
      const [size] = groupSizes[random.weighted(groupSizes.map(([, weight]) => weight))] ?? [1];
      const group = this.#createGroup(index, node, Math.min(node + size, options.nodes) - 1);
      for (; node <= group.lastNode; node += 1) this.#groupOf.push(group);
    }
  }

  /** The job on a compute node; null in a pause between two. */
  jobAt(node: number, timeMs: number): Job | null {
    const group = this.#groupOf[node];
    if (group === undefined) return null;
    while (group.nextMs <= timeMs) this.#begin(group);
    for (let index = group.jobs.length - 1; index >= 0; index -= 1) {
      const job = group.jobs[index];
      if (job !== undefined && job.startMs <= timeMs) return timeMs < job.endMs ? job : null;
    }
    return null;
  }

  #createGroup(index: number, firstNode: number, lastNode: number): Group {
    const random = new Random(seedOf(this.#options.seed, 2, index));
    const isShort = random.next() < shareOfShort;
    const meanMs = isShort ? meanShortJobMs : meanJobMs;
    // The first one is under way already.
    const nextMs = this.#options.startMs - random.next() * (isShort ? meanShortJobMs : hourMs);
    return { index, firstNode, lastNode, random, meanMs, jobs: [], nextMs };
  }

  #begin(group: Group): void {
    const { index, firstNode, lastNode, random, jobs } = group;
    const startMs = Math.round(group.nextMs + random.waiting() * Math.min(meanPauseMs, group.meanMs / 8));
    const endMs = startMs + Math.round(Math.max(45_000, random.waiting() * group.meanMs));
    const who = random.below(users.length);
    const fitting = firstNode >= this.#options.gpusFrom ? applications : withoutGpus;
    const [first] = applications;
    if (first === undefined) return;
    jobs.push({
      id: String(1_000_000 + index * 1_000 + this.#numberOf(group)),
      user: users[who] ?? 'nobody',
      uid: firstUid + who,
      application: random.pick(fitting, first),
      startMs,
      endMs,
      firstNode,
      lastNode,
      seed: seedOf(this.#options.seed, 3, index, startMs),
    });
    if (jobs.length > keptJobs) jobs.shift();
    group.nextMs = endMs;
  }

  #numberOf({ jobs }: Group): number {
    const last = jobs.at(-1);
    return last === undefined ? 1 : ((Number(last.id) % 1_000) % 998) + 1;
  }
}
