// Says whose jobs run on this node, so that processes which escaped theirs can be marked. In: the control groups of
// jobs, listed processes that are in a job. Out: whether a user has a job here. System users never count: what they
// run belongs to the node.
import type { JobCgroups } from '../jobs/job-cgroups.ts';
import type { JobIdentity } from '../jobs/job-identity.ts';

/** The first user id of people on all usual systems (UID_MIN of login.defs(5)). */
const firstPersonUid = 1000;
/** Nobody and the like. */
const overflowUid = 65_534;
const lookAgainMs = 5_000;

export class JobUsers {
  readonly #cgroups: JobCgroups;
  #users = new Set<number>();
  #jobs = new Set<string>();
  #lookedAgainAtMs = Number.NEGATIVE_INFINITY;

  constructor(cgroups: JobCgroups) {
    this.#cgroups = cgroups;
  }

  /** Takes the jobs of now, and the users of listed processes that are in a job. */
  update(members: Iterable<{ readonly uid: number; readonly job: JobIdentity | null }>, nowMs: number): void {
    const cgroups = this.#cgroups.list(nowMs);
    this.#users = new Set();
    this.#jobs = new Set();
    for (const { uid, scheduler, job } of cgroups) {
      if (uid !== null) this.#users.add(uid);
      this.#jobs.add(`${scheduler} ${job}`);
    }
    for (const { uid, job } of members) {
      if (job === null) continue;
      this.#users.add(uid);
      if (!this.#jobs.has(`${job.scheduler} ${job.job}`)) this.#lookAgain(nowMs);
    }
  }

  /** True for a person who has a job on this node. */
  hasJob(uid: number): boolean {
    return uid >= firstPersonUid && uid !== overflowUid && this.#users.has(uid);
  }

  /** A process is in a job that was not there at the last look. */
  #lookAgain(nowMs: number): void {
    if (nowMs - this.#lookedAgainAtMs < lookAgainMs) return;
    this.#lookedAgainAtMs = nowMs;
    this.#cgroups.expire();
  }
}
