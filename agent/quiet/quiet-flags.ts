// The folder in which people and programs ask this node to be quiet: one file per job, named as the job, and `node`,
// which the executor writes. In: the folder. Out: what it asks for. It refuses what a stranger could have put there:
// a job's file counts only when root or the owner of the job owns it, `node` only when root or this user does.
// However many files strangers put there, only some names are read, and a flag that counts is found nevertheless.
import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, opendirSync, renameSync, rmSync, statSync } from 'node:fs';
import { makeFolder } from '../../shared/folders.ts';
import type { Host } from '../host/host.ts';

const nodeFlag = 'node';
const jobName = /^\d[\w.[\]-]{0,159}$/;
const mostNames = 512;
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
  /** Nothing but a plain file counts. */
  readonly isFile: boolean;
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
  /** Whether these are all names in the folder. */
  #isWhole = true;
  #changedMs = Number.NaN;
  #listedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: QuietFlagsOptions) {
    this.#options = options;
  }

  /** ms since the epoch until which the whole node shall be quiet; null when it need not. */
  nodeUntilMs(): number | null {
    const { host, folder, ownUid } = this.#options;
    const facts = host.fileFacts(`${folder}/${nodeFlag}`);
    if (facts?.isFile !== true || (facts.uid !== 0 && facts.uid !== ownUid)) return null;
    const untilMs = Number(/^until (\d{13,14})\n?$/.exec(this.#text(nodeFlag))?.[1] ?? 0);
    const now = host.clock.now();
    return untilMs > now && untilMs - now < longestMs ? untilMs : null;
  }

  /** `jobs` are the jobs of the node; flags of others may be among the answer, too. */
  jobFlags(jobs: readonly string[]): readonly JobFlag[] {
    const { host, folder } = this.#options;
    this.#list();
    const names = this.#isWhole ? this.#names : new Set([...jobs.flatMap(flagNames), ...this.#names]);
    return [...names]
      .filter((name) => jobName.test(name))
      .flatMap((name) => {
        const facts = host.fileFacts(`${folder}/${name}`);
        if (facts === null) return [];
        const { uid, isFile, changedMs } = facts;
        return [{ job: name, uid, isFile, changedMs }];
      });
  }

  /** Removes the flag of a job that has ended; one of a job that was never seen may be early, and waits. */
  removeOrphan(flag: JobFlag, wasSeen: boolean): void {
    if (wasSeen || this.#options.host.clock.now() - flag.changedMs >= orphanAfterMs) this.remove(flag);
  }

  remove({ job }: JobFlag): void {
    const { folder } = this.#options;
    const path = `${folder}/${job}`;
    try {
      // A full folder cannot be removed; under another name it is in nobody's way.
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
        renameSync(path, `${folder}/.${job}-${randomUUID()}`);
      else rmSync(path);
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
    this.#names = changedMs === undefined ? [] : listSome(folder);
    this.#isWhole = this.#names.length < mostNames;
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

/** Of a folder to which anybody may add any number of names, the first ones. */
function listSome(folder: string): readonly string[] {
  const names: string[] = [];
  try {
    const entries = opendirSync(folder, { bufferSize: mostNames });
    try {
      while (names.length < mostNames) {
        const entry = entries.readSync();
        if (entry === null) break;
        names.push(entry.name);
      }
    } finally {
      entries.closeSync();
    }
  } catch {
    // Closed to us: then nothing in it counts.
  }
  return names;
}

/** Schedulers put the server's or the task's name behind the number: `123.server`, `123.1`. */
export function flagNames(job: string): readonly string[] {
  const parts = job.split('.');
  return parts.map((_, end) => parts.slice(0, end + 1).join('.'));
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
