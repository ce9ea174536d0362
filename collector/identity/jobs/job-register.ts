// Whose jobs are and were on which nodes. In: the users and jobs of process tables, node by node. Out: the owner of a job, and the
// times at which somebody's jobs were on a node.
//
// A node tells which processes it has, whose they are and to which job they belong; nothing else of what it says counts here.
// So what a lying node gains for somebody is a look at that node itself.
//
// Invariants: a job in which two users were seen is nobody's from then on; root, the users of the system and users without a name
// own nothing; at most `jobs` jobs, of which one node brought no more than `jobsPerNode`; at most `usersPerNode` users of a node, and
// `spans` stretches of a job on it. Each bound has a counter.
import { addSpan, cutSpans, type Spans } from '../../../shared/time-spans.ts';

export interface RegisterLimits {
  readonly jobs: number;
  readonly jobsPerNode: number;
  readonly usersPerNode: number;
  readonly spans: number;
  /** Jobs that were not seen for so long are forgotten. */
  readonly ageMs: number;
}

export const usualRegisterLimits: RegisterLimits = {
  jobs: 200_000,
  jobsPerNode: 20_000,
  usersPerNode: 4_096,
  spans: 32,
  ageMs: 30 * 86_400_000,
};

/** What of a process says whose it is. */
export interface OwnedProcess {
  readonly user: string;
  readonly uid: number;
  readonly job: string | null;
  readonly startTimeMs: number;
}

/** Below are the users of the system; 65534 is nobody. */
const leastUid = 1000;
const nobodyUid = 65_534;
/** Sightings no further apart are one stay: a process that does little is not always among those that are told. */
const joinMs = 300_000;
/** What was seen stands for so long before and after; before it no longer than its processes ran. */
const headMs = 60_000;
const tailMs = 60_000;
/** Begin and end in whole seconds of ten, inwards: a job begins and ends on all its nodes at nearly one moment. */
const roundMs = 10_000;
/** When one has to go. */
const lookedAtMost = 64;

export interface KnownJob {
  readonly name: string;
  readonly owner: string;
  /** The node that told of it first. */
  readonly broughtBy: string;
  /** Two users were seen in it. */
  isContested: boolean;
  lastMs: number;
  /** Times at which it was seen, by node. */
  readonly nodes: Map<string, number[]>;
}

type Stay = Parameters<typeof addSpan>[1];

interface UserOnNode {
  /** The owner's jobs that were seen there, the last one seen at the end. */
  readonly jobs: Set<KnownJob>;
  lastMs: number;
}

export class JobRegister {
  readonly #limits: RegisterLimits;
  readonly #jobs = new Map<string, KnownJob>();
  readonly #users = new Map<string, Map<string, UserOnNode>>();
  /** How many jobs each node was the first to tell of. */
  readonly #brought = new Map<string, number>();
  /** How many users are known of each node. */
  readonly #usersOf = new Map<string, number>();
  readonly #gone: KnownJob[] = [];
  readonly #counts = { contested: 0, refused: 0, evicted: 0, cut: 0, forgotten: 0, strangers: 0 };

  constructor(limits: RegisterLimits = usualRegisterLimits) {
    this.#limits = limits;
  }

  get statistics() {
    return { jobs: this.#jobs.size, ...this.#counts };
  }

  /** Takes note of one process table; the jobs that have changed. */
  note(node: string, timeMs: number, processes: readonly OwnedProcess[]): ReadonlySet<KnownJob> {
    const changed = new Set<KnownJob>();
    let before: OwnedProcess | undefined;
    for (const process of processes) {
      // Ranks of a job stand beside each other.
      if (before !== undefined && saysNoMore(process, before)) continue;
      before = process;
      const { user, uid, job, startTimeMs } = process;
      if (!isPerson(user, uid)) continue;
      const there = this.#userOn(user, node);
      if (there === undefined) continue;
      there.lastMs = Math.max(there.lastMs, timeMs);
      if (job === null) continue;
      const known = this.#jobs.get(job) ?? this.#add({ name: job, owner: user, node });
      if (known === undefined) continue;
      known.lastMs = Math.max(known.lastMs, timeMs);
      if (known.owner !== user) {
        if (!known.isContested) changed.add(known);
        this.#contest(known);
      }
      if (known.isContested) continue;
      const fromMs = Math.min(timeMs, Math.max(startTimeMs, timeMs - headMs));
      this.#stay(known, node, { fromMs, toMs: timeMs });
      changed.add(known);
    }
    return changed;
  }

  /** What was known before a start of the collector. */
  restore(jobs: Iterable<KnownJob>): void {
    for (const job of jobs) {
      if (this.#jobs.has(job.name) || this.#jobs.size >= this.#limits.jobs) continue;
      this.#put(job);
      if (job.isContested) continue;
      for (const node of job.nodes.keys()) {
        const there = this.#userOn(job.owner, node);
        if (there === undefined) continue;
        there.jobs.add(job);
        there.lastMs = Math.max(there.lastMs, job.lastMs);
      }
    }
  }

  /** Jobs that were forgotten since the last call. */
  takeGone(): readonly KnownJob[] {
    return this.#gone.splice(0);
  }

  /** Forgets what was not seen for long. */
  forget(nowMs: number): void {
    const beforeMs = nowMs - this.#limits.ageMs;
    const old = [...this.#jobs.values()].filter(({ lastMs }) => lastMs < beforeMs);
    for (const job of old) this.#remove(job);
    for (const [user, nodes] of this.#users) {
      for (const [node, { lastMs, jobs }] of nodes) {
        if (lastMs < beforeMs && jobs.size === 0 && nodes.delete(node)) countDown(this.#usersOf, node);
      }
      if (nodes.size === 0) this.#users.delete(user);
    }
    this.#counts.forgotten += old.length;
  }

  ownerOf(job: string): string | null {
    const known = this.#jobs.get(job);
    return known === undefined || known.isContested ? null : known.owner;
  }

  isThere(user: string, node: string, atMs: number): boolean {
    const there = this.#users.get(user)?.get(node);
    if (there === undefined) return false;
    for (const job of there.jobs) {
      if (job.lastMs + tailMs >= atMs && wasThere(job, node, atMs)) return true;
    }
    return false;
  }

  knows(user: string, node: string): boolean {
    return this.#users.get(user)?.has(node) === true;
  }

  stays(user: string, node: string, { fromMs, toMs }: Stay): Spans {
    const found: number[] = [];
    for (const job of this.#users.get(user)?.get(node)?.jobs ?? []) {
      if (job.lastMs + tailMs < fromMs) continue;
      const own = cutSpans(staysOf(job, node), fromMs, toMs);
      for (let place = 0; place < own.length; place += 2) {
        addSpan(found, { fromMs: own[place] ?? 0, toMs: own[place + 1] ?? 0 });
      }
    }
    return found;
  }

  /** undefined: too many users are known of this node. */
  #userOn(user: string, node: string): UserOnNode | undefined {
    const nodes = this.#users.get(user) ?? new Map<string, UserOnNode>();
    const known = nodes.get(node);
    if (known !== undefined) return known;
    const others = this.#usersOf.get(node) ?? 0;
    if (others >= this.#limits.usersPerNode) return void (this.#counts.strangers += 1);
    const there = { jobs: new Set<KnownJob>(), lastMs: Number.NEGATIVE_INFINITY };
    this.#usersOf.set(node, others + 1);
    this.#users.set(user, nodes.set(node, there));
    return there;
  }

  #add({ name, owner, node }: { name: string; owner: string; node: string }): KnownJob | undefined {
    const brought = this.#brought.get(node) ?? 0;
    if (brought >= this.#limits.jobsPerNode) {
      this.#counts.refused += 1;
      return undefined;
    }
    if (this.#jobs.size >= this.#limits.jobs) this.#evict();
    const job = { name, owner, broughtBy: node, isContested: false, lastMs: 0, nodes: new Map() };
    this.#put(job);
    return job;
  }

  #put(job: KnownJob): void {
    this.#jobs.set(job.name, job);
    this.#brought.set(job.broughtBy, (this.#brought.get(job.broughtBy) ?? 0) + 1);
  }

  /** Of those that are known for longest the one that was not seen for longest. */
  #evict(): void {
    let oldest: KnownJob | undefined;
    let looked = 0;
    for (const job of this.#jobs.values()) {
      if (looked === lookedAtMost) break;
      looked += 1;
      if (oldest === undefined || job.lastMs < oldest.lastMs) oldest = job;
    }
    if (oldest === undefined) return;
    this.#remove(oldest);
    this.#counts.evicted += 1;
  }

  #stay(job: KnownJob, node: string, span: Stay): void {
    let spans = job.nodes.get(node);
    if (spans === undefined) {
      spans = [];
      job.nodes.set(node, spans);
      this.#userOn(job.owner, node)?.jobs.add(job);
    }
    addSpan(spans, span, joinMs);
    if (spans.length <= 2 * this.#limits.spans) return;
    spans.splice(0, 2);
    this.#counts.cut += 1;
  }

  #contest(job: KnownJob): void {
    if (job.isContested) return;
    job.isContested = true;
    this.#counts.contested += 1;
    for (const node of job.nodes.keys()) this.#users.get(job.owner)?.get(node)?.jobs.delete(job);
    job.nodes.clear();
  }

  #remove(job: KnownJob): void {
    this.#jobs.delete(job.name);
    this.#gone.push(job);
    countDown(this.#brought, job.broughtBy);
    for (const node of job.nodes.keys()) this.#users.get(job.owner)?.get(node)?.jobs.delete(job);
  }
}

function countDown(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 0) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

function saysNoMore(process: OwnedProcess, before: OwnedProcess): boolean {
  const isSame = process.user === before.user && process.job === before.job && process.uid === before.uid;
  return isSame && process.startTimeMs >= before.startTimeMs;
}

/** A user without a name is told by its number. */
function isPerson(user: string, uid: number): boolean {
  return uid >= leastUid && uid !== nobodyUid && user !== '' && !/^\d+$/.test(user);
}

/** Without an array: it is asked for every node of a map. */
function wasThere({ nodes }: KnownJob, node: string, atMs: number): boolean {
  const seen = nodes.get(node);
  if (seen === undefined) return false;
  for (let place = seen.length - 2; place >= 0; place -= 2) {
    if (beginOf(seen[place]) <= atMs) return atMs <= endOf(seen[place + 1]);
  }
  return false;
}

function staysOf({ nodes }: KnownJob, node: string): Spans {
  const seen = nodes.get(node) ?? [];
  const stays: number[] = [];
  for (let place = 0; place < seen.length; place += 2) {
    const [fromMs, toMs] = [beginOf(seen[place]), endOf(seen[place + 1])];
    if (fromMs <= toMs) stays.push(fromMs, toMs);
  }
  return stays;
}

function beginOf(seenMs = 0): number {
  return Math.ceil(seenMs / roundMs) * roundMs;
}

function endOf(seenMs = 0): number {
  return Math.floor((seenMs + tailMs) / roundMs) * roundMs;
}
