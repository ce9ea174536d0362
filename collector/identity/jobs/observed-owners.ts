// Owners of jobs as the nodes' process tables show them. In: process tables, as they are stored. Out: what the query layer asks to
// cut what a user may see. It stands in for the accounting of a scheduler.
//
// Invariants: what was noted is written within seconds, or tried again; after a start it knows the jobs of before, and reads the
// newest table of each node for what came after they were written.
import type { Clock } from '../../../shared/clock.ts';
import { ColumnSnapshot } from '../../../shared/column-snapshot.ts';
import type { Logger } from '../../../shared/log.ts';
import type { Batch } from '../../../shared/model/batch.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { BatchStore, NodeStore, ProcessStore } from '../../store/store.ts';
import { JobRegister, type OwnedProcess, type RegisterLimits, usualRegisterLimits } from './job-register.ts';
import { type JobStore, KeptJobs } from './kept-jobs.ts';

const writeEveryMs = 5_000;
const forgetEveryMs = 3_600_000;
/** A node that was away for longer tells anew what it has. */
const newestMs = 3_600_000;
const readAtOnce = 8;

export interface ObservedOwnersOptions {
  readonly store: JobStore & Pick<NodeStore, 'nodes'> & Pick<ProcessStore, 'snapshotAt'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: RegisterLimits;
}

export class ObservedOwners {
  readonly register: JobRegister;
  readonly #options: ObservedOwnersOptions;
  readonly #kept: KeptJobs;
  #cancel: () => void = () => undefined;
  #writing: Promise<void> | undefined;
  #reading: Promise<void> | undefined;
  #forgottenMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor(options: ObservedOwnersOptions) {
    this.#options = options;
    this.register = new JobRegister(options.limits ?? usualRegisterLimits);
    this.#kept = new KeptJobs(options.store);
  }

  get statistics() {
    return { ...this.register.statistics, unwritten: this.#kept.unwritten };
  }

  /** Resolves once the jobs of before are known; the newest process tables are read afterwards. */
  async start(): Promise<void> {
    const { clock, log } = this.#options;
    this.register.restore(await this.#kept.load(clock.now()));
    this.#reading = this.#readNewest().catch((err: unknown) => {
      log.warn({ err }, 'owners of jobs: the newest process tables could not be read');
    });
    this.#schedule();
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#reading;
    await this.#writing;
    await this.#write('all');
  }

  /** Resolves when the newest tables of before the start are read. */
  async caughtUp(): Promise<void> {
    await this.#reading;
  }

  /** The same store, of which the process tables are noted once they are stored. */
  observe<S extends Pick<BatchStore, 'append'>>(store: S): S {
    const append: BatchStore['append'] = async (sender, batch) => {
      const outcome = await store.append(sender, batch);
      if (outcome === 'stored') this.stored(sender.node, batch);
      return outcome;
    };
    return { ...store, append };
  }

  stored(node: string, { payload }: Pick<Batch, 'payload'>): void {
    if (payload.kind !== 'processes') return;
    for (const snapshot of payload.snapshots) {
      const rows = rowsOf(snapshot);
      for (const job of this.register.note(node, snapshot.timeMs, rows)) this.#kept.note(job);
    }
  }

  async #readNewest(): Promise<void> {
    const { store, clock } = this.#options;
    const nodes = await store.nodes();
    for (let place = 0; place < nodes.length && !this.#isStopped; place += readAtOnce) {
      const some = nodes.slice(place, place + readAtOnce);
      await Promise.all(
        some.map(async ({ name }) => {
          const snapshot = await store.snapshotAt(name, clock.now(), newestMs);
          if (snapshot !== null) {
            this.stored(name, { payload: { kind: 'processes', snapshots: [snapshot] } });
          }
        }),
      );
    }
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.after(writeEveryMs, () => {
      this.#schedule();
      this.#writing ??= this.#keep();
    });
  }

  async #keep(): Promise<void> {
    const nowMs = this.#options.clock.now();
    if (nowMs - this.#forgottenMs >= forgetEveryMs) {
      this.#forgottenMs = nowMs;
      this.register.forget(nowMs);
    }
    this.#kept.forget(this.register.takeGone());
    await this.#write('due');
    this.#writing = undefined;
  }

  async #write(wish: 'due' | 'all'): Promise<void> {
    const { clock, log } = this.#options;
    try {
      await this.#kept.write(clock.now(), wish);
    } catch (err) {
      log.warn({ err }, 'owners of jobs could not be written; they are tried again');
    }
  }
}

/** No row is made for this. */
function rowsOf(snapshot: ProcessSnapshot): readonly OwnedProcess[] {
  return snapshot instanceof ColumnSnapshot ? snapshot.columns.definitions : snapshot.processes;
}
