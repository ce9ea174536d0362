// Counts the processes of a job that the kernel killed for lack of memory, control groups v1: memory.oom_control counts
// those of its own group only, so the groups of steps and tasks are added. In: the job's folder in the memory tree.
// Out: one counter that does not fall when a step ends; absent as soon as one of the files cannot be read, and while more
// groups are there at once than are followed.
import type { Labels } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink } from '../source.ts';
import { keyedParser } from './cgroup-files.ts';
import { jobMetrics } from './job-metrics.ts';
import type { JobPart } from './job-parts.ts';

const mostGroups = 64;
const parse = keyedParser(['oom_kill']);

interface Group {
  readonly folder: string;
  readonly file: KernelFile;
  kills: number;
}

export class OomKillPart implements JobPart {
  readonly isSlow = true;
  readonly #host: Host;
  readonly #row: SeriesRow;
  readonly #groups = new Map<string, Group>();
  readonly #folder: string;
  readonly #value = new Float64Array(1);
  #total = Number.NaN;
  /** Of groups that have ended. */
  #endedKills = 0;
  #isWhole = true;

  constructor(host: Host, labels: Labels, folder: string) {
    this.#host = host;
    this.#folder = folder;
    this.#row = createRow([jobMetrics.oomKills], labels);
  }

  read(): void {
    this.#total = Number.NaN;
    this.#isWhole = true;
    for (const group of this.#groups.values()) this.#readGroup(group);
    this.#follow(this.#folder, 3);
    let total = this.#endedKills;
    for (const { kills } of this.#groups.values()) total += kills;
    if (this.#isWhole) this.#total = total;
  }

  set(sink: SampleSink): void {
    this.#row.set(sink, 0, this.#total);
  }

  close(): void {
    for (const { file } of this.#groups.values()) file.close();
  }

  #readGroup(group: Group): void {
    try {
      this.#value[0] = Number.NaN;
      const cursor = group.file.read();
      requireContent(cursor, group.file.path, parse(cursor, this.#value));
      group.kills = this.#value[0];
    } catch (error) {
      // The group of a step that has ended keeps what it counted.
      if (this.#host.fileFacts(group.folder) !== null) throw error;
      this.#endedKills += group.kills;
      this.#groups.delete(group.folder);
      group.file.close();
    }
  }

  /** Steps and tasks come while the job runs. */
  #follow(folder: string, depth: number): void {
    if (!this.#groups.has(folder)) {
      if (this.#groups.size < mostGroups) {
        const group = { folder, file: this.#host.keep(`${folder}/memory.oom_control`), kills: 0 };
        this.#groups.set(folder, group);
        this.#readGroup(group);
      } else this.#isWhole = false;
    }
    if (depth <= 1) return;
    for (const name of this.#host.list(folder)) {
      if (/^(?:step|task)_\w+$/.test(name)) this.#follow(`${folder}/${name}`, depth - 1);
    }
  }
}
