// Decides whether this node is to be measured as little as possible. In: flags, jobs. Out: a yes or no for every tick,
// two metrics, a line in the log for every change. It looks every few seconds, not at every tick.
// Why it ends by itself: a command has an expiry, and a job's wish counts only while the job is on the node.
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import { gauge, type MetricDefinition } from '../../shared/model/metric.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { flagNames, type QuietFlags } from './quiet-flags.ts';
import type { QuietJob } from './quiet-jobs.ts';

const lookEveryMs = 5_000;
const reasons = ['command', 'file', 'environment'] as const;

export type QuietReason = (typeof reasons)[number];

const metrics = {
  quiet: gauge(
    'jidi_agent_quiet',
    0,
    '1 while only the cheapest sources run and no processes are looked at.',
  ),
  reason: gauge(
    'jidi_agent_quiet_info',
    0,
    '1 while the node is quiet, by reason: a command, the flag of a job, the environment of a job.',
  ),
};

/** For the reference of metrics. */
export const quietMetrics: readonly MetricDefinition[] = Object.values(metrics);

export interface QuietModeOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly flags: Pick<QuietFlags, 'nodeUntilMs' | 'jobFlags' | 'remove' | 'removeOrphan'>;
  readonly jobs: { list(): readonly QuietJob[] };
  /** Whether jobs may ask for it. */
  readonly honourJobs: boolean;
}

export class QuietMode {
  readonly #options: QuietModeOptions;
  #reason: QuietReason | null = null;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Flags whose jobs were on the node when it was looked at last. */
  #seen: ReadonlySet<string> = new Set();

  constructor(options: QuietModeOptions) {
    this.#options = options;
  }

  /** At every tick. */
  isQuiet(): boolean {
    const now = this.#options.clock.monotonic();
    if (now - this.#lookedAtMs >= lookEveryMs) {
      this.#lookedAtMs = now;
      this.#look();
    }
    return this.#reason !== null;
  }

  observe(sampler: Pick<Sampler, 'observe'>): void {
    sampler.observe(metrics.quiet, {}, () => (this.#reason === null ? 0 : 1));
    for (const reason of reasons) {
      sampler.observe(metrics.reason, { reason }, () => (this.#reason === reason ? 1 : Number.NaN));
    }
  }

  #look(): void {
    const untilMs = this.#options.flags.nodeUntilMs();
    const asking = this.#options.honourJobs ? this.#jobThatAsks() : null;
    if (untilMs !== null) this.#change('command', { until: new Date(untilMs).toISOString() });
    else if (asking !== null) this.#change(asking.reason, { job: asking.job });
    else this.#change(null, {});
  }

  #jobThatAsks(): { readonly job: string; readonly reason: QuietReason } | null {
    const { flags, jobs } = this.#options;
    const there = jobs.list();
    const byFlag = new Map(there.flatMap((job) => flagNames(job.job).map((name) => [name, job])));
    const seen = new Set<string>();
    let found: { readonly job: string; readonly reason: QuietReason } | null = null;
    for (const flag of flags.jobFlags(there.map(({ job }) => job))) {
      const job = byFlag.get(flag.job);
      if (job === undefined) flags.removeOrphan(flag, this.#seen.has(flag.job));
      else {
        seen.add(flag.job);
        const isWish = flag.uid === 0 || flag.uid === job.uid;
        if (isWish && flag.isFile) found ??= { job: job.job, reason: 'file' };
        // A stranger's file would keep the owner from putting one there: the folder lets nobody replace it.
        else if (!isWish && job.uid !== null) flags.remove(flag);
      }
    }
    this.#seen = seen;
    if (found === null) {
      const job = there.find(({ wantsQuiet }) => wantsQuiet);
      if (job !== undefined) found = { job: job.job, reason: 'environment' };
    }
    return found;
  }

  #change(reason: QuietReason | null, fields: object): void {
    if (reason === this.#reason) return;
    this.#reason = reason;
    if (reason === null) this.#options.log.info('quiet mode ends: everything is measured again');
    else this.#options.log.info({ reason, ...fields }, 'quiet mode: only the cheapest sources run');
  }
}
