// Jobs as they are kept over a start of the collector. In: jobs that have changed. Out: records in the store, a portion at a time; and
// the jobs of before. A new job is written soon, one that goes on every few minutes: what lies between is read from the newest
// process tables.
import type { IdentityRecord, Store } from '../../store/store.ts';
import type { KnownJob } from './job-register.ts';

const kind = 'job-owner';
const portion = 500;
/** A job that goes on is written again after so long. */
const againMs = 300_000;

export type JobStore = Pick<Store, 'putIdentities' | 'identities'>;

export class KeptJobs {
  readonly #store: JobStore;
  /** Not written yet, or changed in more than their end. */
  readonly #fresh = new Set<KnownJob>();
  /** Changed since they were written, in the order in which they were. */
  readonly #changed = new Set<KnownJob>();
  readonly #writtenMs = new WeakMap<KnownJob, number>();
  readonly #gone: string[] = [];

  constructor(store: JobStore) {
    this.#store = store;
  }

  get unwritten(): number {
    return this.#fresh.size + this.#changed.size + this.#gone.length;
  }

  async load(nowMs: number): Promise<readonly KnownJob[]> {
    const jobs = (await this.#store.identities(kind)).flatMap((record) => parseJob(record) ?? []);
    for (const job of jobs) this.#writtenMs.set(job, nowMs);
    return jobs;
  }

  note(job: KnownJob): void {
    if (job.isContested || !this.#writtenMs.has(job)) this.#fresh.add(job);
    else this.#changed.add(job);
  }

  forget(jobs: readonly KnownJob[]): void {
    for (const job of jobs) {
      this.#fresh.delete(job);
      this.#changed.delete(job);
      if (this.#writtenMs.has(job)) this.#gone.push(job.name);
    }
  }

  /** Writes what is due; `all`: whatever has changed. */
  async write(nowMs: number, wish: 'due' | 'all' = 'due'): Promise<void> {
    for (;;) {
      const jobs = this.#take(nowMs, wish);
      const gone = this.#gone.splice(0, portion);
      if (jobs.length === 0 && gone.length === 0) return;
      try {
        const removed = gone.map((id): IdentityRecord => ({ kind, id, body: null }));
        await this.#store.putIdentities([...removed, ...jobs.map(toRecord)]);
      } catch (error) {
        for (const job of jobs) this.#fresh.add(job);
        this.#gone.push(...gone);
        throw error;
      }
      for (const job of jobs) this.#writtenMs.set(job, nowMs);
    }
  }

  #take(nowMs: number, wish: 'due' | 'all'): readonly KnownJob[] {
    const taken: KnownJob[] = [];
    for (const job of this.#fresh) {
      if (taken.length === portion) return taken;
      this.#fresh.delete(job);
      this.#changed.delete(job);
      taken.push(job);
    }
    for (const job of this.#changed) {
      const isDue = wish === 'all' || (this.#writtenMs.get(job) ?? 0) <= nowMs - againMs;
      // Those behind it were written later.
      if (taken.length === portion || !isDue) break;
      this.#changed.delete(job);
      taken.push(job);
    }
    return taken;
  }
}

function toRecord({ name, owner, broughtBy, isContested, lastMs, nodes }: KnownJob): IdentityRecord {
  return {
    kind,
    id: name,
    body: { owner, broughtBy, isContested, lastMs, nodes: Object.fromEntries(nodes) },
  };
}

/** null: not one of ours. */
function parseJob({ id, body }: IdentityRecord): KnownJob | null {
  const { owner, broughtBy, isContested, lastMs, nodes } = { ...body } as Readonly<Record<string, unknown>>;
  const isWhole = typeof owner === 'string' && typeof broughtBy === 'string' && typeof lastMs === 'number';
  if (!isWhole || typeof nodes !== 'object' || nodes === null) return null;
  const stays = Object.entries(nodes).filter((entry): entry is [string, number[]] => isSpans(entry[1]));
  const facts = { owner, broughtBy, lastMs, isContested: isContested !== false };
  return { name: id, ...facts, nodes: new Map(stays) };
}

function isSpans(value: unknown): value is number[] {
  return Array.isArray(value) && value.length % 2 === 0 && value.every((one) => typeof one === 'number');
}
