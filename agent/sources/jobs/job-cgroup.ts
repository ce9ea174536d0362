// The control groups of jobs: processor time, memory, I/O, pressure and OOM kills of each job on this node.
// In: the trees of control groups, v1 and v2. Out: series with the labels `job` and `scheduler`, as long as the job
// runs. It follows a bounded number of jobs, the first ones fully, and counts the others. Jobs that come and go fast are
// not all followed either: series outlive their job for a while, and those of the node are for everything on it.
import type { Host } from '../../host/host.ts';
import { type JobCgroup, JobCgroups } from '../../jobs/job-cgroups.ts';
import { readParts } from '../reading.ts';
import { createRow } from '../series-row.ts';
import type { SampleSink, Source, SourceSettings } from '../source.ts';
import { jobMetrics } from './job-metrics.ts';
import { JobSeries } from './job-series.ts';

/** Of these everything is told. */
const mostFullJobs = 16;
/** Of the next ones CPU time, memory and OOM kills. */
const mostJobs = 100;
/** Series of one job, about. */
const seriesOf = { full: 25, brief: 6 } as const;
/** Of the 4,096 of a node. */
const mostSeries = 2_000;
/** The node forgets series that have had no value for ten minutes, and looks every ten minutes. */
const forgottenAfterMs = 1_200_000;
const slowEveryMs = 5_000;

export function createJobSource(host: Host, { jobs }: SourceSettings = {}): Source {
  const reader = new JobReader(host, jobs ?? new JobCgroups(host));
  return {
    name: 'jobs',
    reads: '/sys/fs/cgroup',
    metrics: Object.values(jobMetrics),
    probe: () =>
      reader.isPresent
        ? { present: true }
        : {
            present: false,
            reason: `${host.roots.sys}/fs/cgroup holds no control groups`,
            remedy: 'Mount control groups: mount -t cgroup2 none /sys/fs/cgroup.',
          },
    read: (sink) => reader.read(sink),
    close: () => reader.close(),
  };
}

class JobReader {
  readonly #host: Host;
  readonly #cgroups: JobCgroups;
  readonly #series = new Map<JobCgroup, { readonly series: JobSeries; readonly isBrief: boolean }>();
  /** How many series of jobs that have ended the node may still hold, and until when; the oldest first. */
  #ended: { readonly count: number; readonly untilMs: number }[] = [];
  readonly #row = createRow([jobMetrics.jobs, jobMetrics.skipped], {});
  #jobs: readonly JobCgroup[] = [];
  #slowAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host, cgroups: JobCgroups) {
    this.#host = host;
    this.#cgroups = cgroups;
  }

  get isPresent(): boolean {
    return this.#cgroups.isPresent;
  }

  read(sink: SampleSink): void {
    const nowMs = this.#host.clock.monotonic();
    const jobs = this.#cgroups.list(nowMs);
    if (jobs !== this.#jobs) this.#follow(jobs, nowMs);
    const isSlowDue = nowMs - this.#slowAtMs >= slowEveryMs - 50;
    if (isSlowDue) this.#slowAtMs = nowMs;
    this.#row.set(sink, 0, jobs.length + this.#cgroups.droppedCount);
    const skipped = jobs.length - this.#series.size + this.#cgroups.droppedCount;
    if (skipped > 0) this.#row.set(sink, 1, skipped);
    readParts(
      [...this.#series.values()].map(
        ({ series }) =>
          () =>
            series.read(sink, isSlowDue),
      ),
    );
  }

  close(): void {
    for (const { series } of this.#series.values()) series.close();
    this.#series.clear();
    this.#jobs = [];
    this.#cgroups.expire();
    this.#slowAtMs = Number.NEGATIVE_INFINITY;
  }

  #follow(jobs: readonly JobCgroup[], nowMs: number): void {
    this.#jobs = jobs;
    const running = new Set(jobs);
    for (const [job, { series, isBrief }] of this.#series) {
      if (running.has(job)) continue;
      series.close();
      this.#series.delete(job);
      this.#ended.push({ count: costOf(isBrief), untilMs: nowMs + forgottenAfterMs });
    }
    this.#ended = this.#ended.filter(({ untilMs }) => untilMs > nowMs);
    const followed = [...this.#series.values()];
    let fullJobs = followed.filter(({ isBrief }) => !isBrief).length;
    let count = followed.reduce((sum, { isBrief }) => sum + costOf(isBrief), 0);
    for (const ended of this.#ended) count += ended.count;
    for (const job of jobs) {
      if (this.#series.has(job) || this.#series.size >= mostJobs) continue;
      const isBrief = fullJobs >= mostFullJobs || count + costOf(false) > mostSeries;
      count += costOf(isBrief);
      if (count > mostSeries) break;
      if (!isBrief) fullJobs += 1;
      this.#series.set(job, { series: new JobSeries(this.#host, job, isBrief), isBrief });
      // What is slow has no values yet.
      this.#slowAtMs = Number.NEGATIVE_INFINITY;
    }
  }
}

function costOf(isBrief: boolean): number {
  return isBrief ? seriesOf.brief : seriesOf.full;
}
