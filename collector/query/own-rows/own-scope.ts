// Which rows are a user's own. In: a user and who knows whose jobs ran where. Out: yes or no, at once.
// A process belongs to its user; a job, and what is measured of it, to its owner; a node to nobody: it is seen while a job of the
// user is there. A profile belongs to whom it shows: who asked for it counts only where it shows nobody yet, and for files.
import type { ContinuousProfile } from '../../../shared/api/continuous-profile.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import type { Labels } from '../../../shared/model/metric.ts';
import type { Spans } from '../../../shared/time-spans.ts';
import type { TimeSpan } from '../range.ts';
import type { JobOwners } from './job-owners.ts';

const jobLabels = ['job', 'jobid', 'job_id'] as const;
const userLabels = ['user', 'username', 'owner', 'uid'] as const;
const somebodys: ReadonlySet<string> = new Set([...jobLabels, ...userLabels]);

/** Told of a job or a user, not of the node. */
export function isSomebodys(labels: Labels): boolean {
  for (const name in labels) if (somebodys.has(name)) return true;
  return false;
}

export class OwnScope {
  readonly user: string;
  readonly #owners: JobOwners;

  constructor(user: string, owners: JobOwners) {
    this.user = user;
    this.#owners = owners;
  }

  isOwnJob(job: string): boolean {
    return this.#owners.ownerOf(job) === this.user;
  }

  isThere(node: string, atMs: number): boolean {
    return this.#owners.isThere(this.user, node, atMs);
  }

  knows(node: string): boolean {
    return this.#owners.knows(this.user, node);
  }

  stays(node: string, within: TimeSpan): Spans {
    return this.#owners.stays(this.user, node, within);
  }

  /** Of a node on which the user has a job; series of jobs and users are told to their owners. */
  isOwnSeries(labels: Labels): boolean {
    for (const name of jobLabels) {
      const job = labels[name];
      if (job !== undefined && !this.isOwnJob(job)) return false;
    }
    return userLabels.every((name) => labels[name] === undefined || labels[name] === this.user);
  }

  isOwnProfile({ target, user, owner, startedBy }: Profile): boolean {
    switch (target.kind) {
      case 'file':
        return startedBy === this.user;
      case 'process':
        return (user ?? startedBy) === this.user;
      case 'job':
        // Not who owns that number today: schedulers begin anew some time.
        return owner === this.user;
      case 'cgroup':
      case 'node':
        break;
    }
    return false;
  }

  isOwnContinuous({ job, owner }: ContinuousProfile): boolean {
    return job !== null && owner === this.user;
  }
}
