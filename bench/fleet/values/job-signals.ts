// Series of the control group of a job. In: the job of the node. Out: values while it runs; when it ends, its series have
// none, and the next job brings its own. What a node was told of long ago is forgotten with a new list of series.

import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { Job } from './job-timeline.ts';
import type { Moment } from './moment.ts';

interface JobRow {
  readonly metric: string;
  readonly kind: SeriesDefinition['kind'];
  readonly decimals: number;
  readonly labels?: SeriesDefinition['labels'];
  readonly next: (level: number, moment: Moment, busyCores: number) => number;
}

const pageBytes = 4096;
const rows: readonly JobRow[] = [
  cpu('user', 0.94),
  cpu('system', 0.06),
  gauge('jidi_job_memory_bytes', ({ jobBytes }) => jobBytes),
  gauge('jidi_job_memory_anonymous_bytes', ({ jobBytes }) => onPage(jobBytes * 0.86)),
  gauge('jidi_job_memory_file_bytes', ({ jobBytes }) => onPage(jobBytes * 0.12)),
  {
    metric: 'jidi_job_memory_peak_bytes',
    kind: 'gauge',
    decimals: 0,
    next: (level, { jobBytes }) => Math.max(level, jobBytes),
  },
  {
    metric: 'jidi_job_io_written_bytes_total',
    kind: 'counter',
    decimals: 0,
    // Now and then a file.
    next: (level, { random, seconds }) =>
      random.next() < 0.04 * Math.min(10, seconds) ? level + random.below(40_000) * pageBytes : level,
  },
  { metric: 'jidi_job_major_faults_total', kind: 'counter', decimals: 0, next: (level) => level },
  {
    metric: 'jidi_job_tasks',
    kind: 'gauge',
    decimals: 0,
    next: (_, { job }) => (job === null ? 0 : Math.round(20 * job.application.cores) * 2 + 3),
  },
];

/** Jobs whose series a list holds. */
const jobsOfList = 4;

export class JobSignals {
  readonly #levels = new Float64Array(rows.length);
  #job: string | null = null;
  #jobs = 0;

  /**
   * The series of the job of this moment, when they are new; `fresh`: those of earlier ones are forgotten. null: nothing is
   * new.
   */
  begin(job: Job | null): { readonly series: readonly SeriesDefinition[]; readonly fresh: boolean } | null {
    if (job === null || job.id === this.#job) return null;
    this.#job = job.id;
    this.#levels.fill(0);
    const fresh = this.#jobs === jobsOfList;
    this.#jobs = fresh ? 1 : this.#jobs + 1;
    const labels = { job: job.id, scheduler: 'slurm' };
    return {
      fresh,
      series: rows.map(({ metric, kind, decimals, labels: own }) => ({
        metric,
        kind,
        decimals,
        labels: { ...labels, ...own },
      })),
    };
  }

  write(row: Float64Array, at: number, moment: Moment, busyCores: number): void {
    for (const [place, { decimals, next }] of rows.entries()) {
      const level = next(this.#levels[place] ?? 0, moment, busyCores);
      this.#levels[place] = level;
      row[at + place] = level / 10 ** decimals;
    }
  }
}

function cpu(mode: string, share: number): JobRow {
  return {
    metric: 'jidi_job_cpu_seconds_total',
    kind: 'counter',
    decimals: 6,
    labels: { mode },
    next: (level, { seconds, random }, busyCores) =>
      level + Math.round(1e6 * seconds * busyCores * share * (1 - 0.05 * random.next())),
  };
}

function gauge(metric: string, value: (moment: Moment) => number): JobRow {
  return { metric, kind: 'gauge', decimals: 0, next: (_, moment) => value(moment) };
}

function onPage(bytes: number): number {
  return Math.round(bytes / pageBytes) * pageBytes;
}
