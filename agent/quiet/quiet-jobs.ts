// The jobs of this node, as quiet mode asks for them. In: control groups, the environment of one process per job.
// Out: job, owner, whether its environment asks for quiet. The environment is looked at once per job.
import type { Host } from '../host/host.ts';
import type { JobCgroup, JobCgroups } from '../jobs/job-cgroups.ts';
import { listFolder } from '../jobs/job-folders.ts';

const lookEveryMs = 15_000;
const mostFolders = 32;
const mostProcesses = 8;
/** A job whose processes are hidden from this user must not be searched for ever. */
const mostLooks = 4;
/** The environment as the process got it: NAME=VALUE, each ended by a NUL; see proc_pid_environ(5). */
const wish = '\0JIDI_QUIET=1\0';

export interface QuietJob {
  readonly job: string;
  /** null while it is not known. */
  readonly uid: number | null;
  /** True when the job's environment has JIDI_QUIET=1 and may be read. */
  readonly wantsQuiet: boolean;
}

interface Wish {
  readonly wantsQuiet: boolean;
  readonly looksLeft: number;
}

export class QuietJobs {
  readonly #host: Host;
  readonly #cgroups: JobCgroups;
  #wishes: ReadonlyMap<string, Wish> = new Map();
  #jobs: readonly QuietJob[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host, cgroups: JobCgroups) {
    this.#host = host;
    this.#cgroups = cgroups;
  }

  list(): readonly QuietJob[] {
    const now = this.#host.clock.monotonic();
    if (now - this.#lookedAtMs < lookEveryMs) return this.#jobs;
    this.#lookedAtMs = now;
    const wishes = new Map<string, Wish>();
    this.#jobs = this.#cgroups.list(now).map((cgroup) => {
      const { job, uid } = cgroup;
      const wish = this.#lookAt(cgroup, this.#wishes.get(job)?.looksLeft ?? mostLooks);
      wishes.set(job, wish);
      return { job, uid, wantsQuiet: wish.wantsQuiet };
    });
    this.#wishes = wishes;
    return this.#jobs;
  }

  /** Until a process of the job's user is there: the scheduler's own do not have its environment. */
  #lookAt({ job, folders, uid }: JobCgroup, looksLeft: number): Wish {
    const known = this.#wishes.get(job);
    const [folder] = Object.values(folders);
    if (looksLeft === 0 || folder === undefined) return known ?? { wantsQuiet: false, looksLeft: 0 };
    const pids = this.#processesOf(folder, uid);
    if (pids.length === 0) return { wantsQuiet: false, looksLeft: looksLeft - 1 };
    return { wantsQuiet: pids.some((pid) => this.#asksForQuiet(pid)), looksLeft: 0 };
  }

  #processesOf(folder: string, uid: number | null): readonly string[] {
    const waiting = [folder];
    const found: string[] = [];
    for (let looks = 0; looks < mostFolders && found.length < mostProcesses; looks += 1) {
      const next = waiting.shift();
      if (next === undefined) break;
      const pids = this.#text(`${next}/cgroup.procs`).split('\n', mostProcesses).filter(Boolean);
      const { proc } = this.#host.roots;
      found.push(
        ...pids.filter((pid) => uid !== null && this.#host.fileFacts(`${proc}/${pid}`)?.uid === uid),
      );
      // Files of control groups have a dot in their name, folders of jobs mostly not.
      for (const name of listFolder(this.#host, next)) {
        if (!name.includes('.') || name.endsWith('.scope')) waiting.push(`${next}/${name}`);
      }
    }
    return found.slice(0, mostProcesses);
  }

  /** Where the agent may not read it, nobody has asked. */
  #asksForQuiet(pid: string): boolean {
    try {
      const { bytes, end } = this.#host.readBytes(`${this.#host.roots.proc}/${pid}/environ`);
      return `\0${bytes.toString('latin1', 0, end)}`.includes(wish);
    } catch {
      // Of another user, or ended.
      return false;
    }
  }

  #text(path: string): string {
    try {
      return this.#host.readText(path);
    } catch {
      // The group has ended.
      return '';
    }
  }
}
