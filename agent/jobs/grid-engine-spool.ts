// Says to which Grid Engine job a process belongs where no control groups are used. In: the execution daemon's folder
// active_jobs, one folder per job task with the file `addgrpid`: a group that every process of the job has among its
// supplementary groups. Out: group → job. Only the daemon's own file makes a group a job's; users cannot leave it.
import type { Host } from '../host/host.ts';
import { listFolder } from './job-folders.ts';
import type { JobIdentity } from './job-identity.ts';

const mostJobs = 256;
const listEveryMs = 10_000;
const findEveryMs = 300_000;
const jobName = /^\d{1,20}\.\d{1,10}$/;
const taskName = /^\d{1,10}\.[A-Za-z0-9][\w.-]{0,63}$/;

/** Where execution daemons usually spool, below each a folder with the node's name. */
const usualFolders = [
  '/var/spool/gridengine/execd',
  '/var/spool/sge',
  '/var/spool/uge',
  '/var/spool/ocs',
  '/opt/sge/default/spool',
  '/opt/uge/default/spool',
  '/opt/ocs/default/spool',
  '/opt/gridengine/default/spool',
  '/usr/share/gridengine/default/spool',
] as const;

export class GridEngineSpool {
  /** Jobs that the bound kept out at the last listing. */
  droppedCount = 0;
  readonly #host: Host;
  #folders: readonly string[] = [];
  #jobs = new Map<number, JobIdentity>();
  #foundAtMs = Number.NEGATIVE_INFINITY;
  #listedAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Jobs by their group; empty where no daemon spools. `nowMs` is monotonic. */
  jobsByGroup(nowMs: number): ReadonlyMap<number, JobIdentity> {
    if (nowMs - this.#foundAtMs >= findEveryMs) {
      this.#foundAtMs = nowMs;
      this.#folders = this.#findFolders();
    }
    if (this.#folders.length > 0 && nowMs - this.#listedAtMs >= listEveryMs) {
      this.#listedAtMs = nowMs;
      this.#list();
    }
    return this.#jobs;
  }

  #findFolders(): readonly string[] {
    const host = this.#host;
    return usualFolders.flatMap((usual) => {
      const folder = `${host.roots.root}${usual}`;
      return listFolder(host, folder)
        .slice(0, mostJobs)
        .map((node) => `${folder}/${node}/active_jobs`)
        .filter((path) => host.fileFacts(path)?.isFolder === true);
    });
  }

  #list(): void {
    const jobs = new Map<number, JobIdentity>();
    this.droppedCount = 0;
    for (const folder of this.#folders) {
      for (const job of listFolder(this.#host, folder)) {
        if (!jobName.test(job)) continue;
        this.#note(jobs, `${folder}/${job}`, { scheduler: 'sge', job, step: null, localRank: null });
        // A task of a parallel job has a folder and a group of its own.
        for (const task of listFolder(this.#host, `${folder}/${job}`)) {
          if (!taskName.test(task)) continue;
          this.#note(jobs, `${folder}/${job}/${task}`, {
            scheduler: 'sge',
            job,
            step: task,
            localRank: null,
          });
        }
      }
    }
    this.#jobs = jobs;
  }

  #note(jobs: Map<number, JobIdentity>, folder: string, identity: JobIdentity): void {
    const group = this.#readGroup(`${folder}/addgrpid`);
    if (group === null) return;
    if (jobs.size >= mostJobs) this.droppedCount += 1;
    else jobs.set(group, identity);
  }

  /** null while the daemon has not written it. */
  #readGroup(path: string): number | null {
    if (this.#host.fileFacts(path)?.isFile !== true) return null;
    try {
      const text = this.#host.readText(path).trim();
      return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
    } catch {
      // The job ended meanwhile.
      return null;
    }
  }
}
