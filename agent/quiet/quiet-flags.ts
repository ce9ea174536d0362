// The folder in which people and programs ask this node to be quiet: one file per job, named as the job, and `node`,
// which the executor writes. In: the folder. Out: what it asks for. It refuses what a stranger could have put there:
// a job's file counts only when root or the owner of the job owns it, `node` only when root or this user does.
import { chmodSync, rmSync, statSync } from 'node:fs';
import { makeFolder } from '../../shared/folders.ts';
import type { Host } from '../host/host.ts';

const nodeFlag = 'node';
const jobName = /^\d[\w.[\]-]{0,159}$/;
const mostFlags = 512;
const listEveryMs = 60_000;
/** A prologue may write the flag before the job has a control group; after this time no such job will come. */
const orphanAfterMs = 600_000;
/** The executor's action takes at most 24 hours; what lies beyond was written by a wrong clock. */
const longestMs = 25 * 3_600_000;
const anyoneMayAdd = 0o1777;
const mayPass = 0o111;

export interface JobFlag {
  readonly job: string;
  readonly uid: number;
  readonly changedMs: number;
}

export interface QuietFlagsOptions {
  readonly host: Host;
  readonly folder: string;
  /** Of the agent: where it is not root, neither is an executor that it started. */
  readonly ownUid: number;
}

export class QuietFlags {
  readonly #options: QuietFlagsOptions;
  #names: readonly string[] = [];
  #changedMs = Number.NaN;
  #listedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: QuietFlagsOptions) {
    this.#options = options;
  }

  /** ms since the epoch until which the whole node shall be quiet; null when it need not. */
  nodeUntilMs(): number | null {
    const { host, folder, ownUid } = this.#options;
    this.#list();
    if (!this.#names.includes(nodeFlag)) return null;
    const facts = host.fileFacts(`${folder}/${nodeFlag}`);
    if (facts?.isFile !== true || (facts.uid !== 0 && facts.uid !== ownUid)) return null;
    const untilMs = Number(/^until (\d{13,14})\n?$/.exec(this.#text(nodeFlag))?.[1] ?? 0);
    const now = host.clock.now();
    return untilMs > now && untilMs - now < longestMs ? untilMs : null;
  }

  jobFlags(): readonly JobFlag[] {
    const { host, folder } = this.#options;
    this.#list();
    return this.#names
      .filter((name) => jobName.test(name))
      .flatMap((name) => {
        const facts = host.fileFacts(`${folder}/${name}`);
        return facts?.isFile === true ? [{ job: name, uid: facts.uid, changedMs: facts.changedMs }] : [];
      });
  }

  /** Removes the flag of a job that has ended; one of a job that was never seen may be early, and waits. */
  removeOrphan({ job, changedMs }: JobFlag, wasSeen: boolean): void {
    const { host, folder } = this.#options;
    if (!wasSeen && host.clock.now() - changedMs < orphanAfterMs) return;
    try {
      rmSync(`${folder}/${job}`);
    } catch {
      // The folder is not ours: whoever made it tidies up. Without its job the flag means nothing.
    }
  }

  /** The folder changes its time when a name comes or goes; without that it is listed seldom. */
  #list(): void {
    const { host, folder } = this.#options;
    const now = host.clock.monotonic();
    const changedMs = host.fileFacts(folder)?.changedMs;
    if (changedMs === this.#changedMs && now - this.#listedAtMs < listEveryMs) return;
    this.#changedMs = changedMs ?? Number.NaN;
    this.#listedAtMs = now;
    this.#names = [];
    if (changedMs === undefined) return;
    try {
      this.#names = host.list(folder).slice(0, mostFlags);
    } catch {
      // Closed to us: then nothing in it counts.
    }
  }

  #text(name: string): string {
    try {
      return this.#options.host.readText(`${this.#options.folder}/${name}`);
    } catch {
      // Gone since it was listed.
      return '';
    }
  }
}

/** Makes the folder so that everybody may put a file there and remove only their own. False where this user may not. */
export function makeQuietFolder(runFolder: string, folder: string): boolean {
  try {
    makeFolder(folder, anyoneMayAdd);
    // The mask of the process has cut the mode. The run folder must let people through; what is in it has its own mode.
    open(folder, anyoneMayAdd);
    open(runFolder, mayPass);
    return true;
  } catch {
    // Told by the caller.
    return false;
  }
}

/** Somebody else may have made it, and rightly. */
function open(folder: string, bits: number): void {
  const mode = statSync(folder).mode & 0o7777;
  if ((mode & bits) !== bits) chmodSync(folder, mode | bits);
}
