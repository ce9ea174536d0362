// Takes profiles, each in a program of its own, apart from the agent: perf and the symbols of foreign programs cannot
// harm it. In: requests. Out: reports. It refuses more profiles at a time than configured.
// Invariants: each started profile gets exactly one report that is over, the last one; its folder and all its programs
// are gone then. An id runs once: asked for again after its end, it is answered with its last report, without stacks.
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import {
  isProfileOver,
  type ProfileReport,
  type ProfileRequest,
  profileLimits,
} from '../../../shared/model/profile.ts';
import type { Profiler } from '../profiler.ts';
import { tooManyProfiles } from '../reasons.ts';
import { firstReport } from '../told-reports.ts';
import { ProfileChild } from './profile-child.ts';
import type { ProfileProgram } from './profile-program.ts';
import { RecordingBudget } from './recording-budget.ts';
import { ServedProgram } from './served-program.ts';
import { SpawnedProgram } from './spawned-program.ts';

/** Last reports, so that a directive that arrives twice is carried out once, and whoever asks again has an answer. */
const mostRemembered = 2000;

export interface ChildProfilerOptions {
  /** Arguments for Node that start the profiler program. */
  readonly program?: readonly string[];
  /** Where a service runs the program instead; null: it is a child of ours. */
  readonly socketPath?: string | null;
  /** The only perf to be used; null: search. */
  readonly perfPath?: string | null;
  /** Folders to search for perf, as in PATH. */
  readonly searchPath?: string;
  /** Where the private folders are made; a service has them on the same disk. */
  readonly folder?: string;
  readonly concurrency?: number;
  /** How long a profile may take beyond its duration. */
  readonly graceMs?: number;
  /** How long `close` waits for the profiles to end. */
  readonly closeMs?: number;
  readonly clock?: Clock;
}

export class ChildProfiler implements Profiler {
  readonly #options: Required<ChildProfilerOptions>;
  readonly #running = new Map<string, ProfileChild>();
  readonly #ended = new Map<string, ProfileReport>();
  readonly #budget: RecordingBudget;
  #isClosed = false;

  constructor(options: ChildProfilerOptions = {}) {
    this.#options = {
      program: [fileURLToPath(new URL('../main.ts', import.meta.url))],
      socketPath: null,
      perfPath: null,
      searchPath: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      folder: tmpdir(),
      concurrency: 4,
      graceMs: 180_000,
      closeMs: 5000,
      clock: systemClock,
      ...options,
    };
    this.#budget = new RecordingBudget(this.#options.folder);
  }

  /** Profiles that are being taken now. */
  get runningCount(): number {
    return this.#running.size;
  }

  start(request: ProfileRequest, report: (report: ProfileReport) => void): void {
    const { id } = request;
    if (this.#running.has(id)) return;
    const ended = this.#ended.get(id);
    if (ended !== undefined) return report(ended);
    if (this.#isClosed) return report({ ...firstReport(id), status: 'stopped' });
    if (this.#running.size >= this.#options.concurrency) {
      const reason = tooManyProfiles(this.#options.concurrency);
      const refused = { ...firstReport(id), status: 'failed', reason } as const;
      this.#remember(refused);
      return report(refused);
    }
    const { perfPath, searchPath, clock, graceMs } = this.#options;
    const deadlineMs = Math.min(request.durationMs, profileLimits.durationMs.max) + graceMs;
    const child = new ProfileChild(
      {
        startProgram: (onBytes) => this.#startProgram(onBytes),
        perfPath,
        searchPath,
        clock,
        deadlineMs,
        ask: (need) => this.#budget.take(id, need),
      },
      request,
      (told) => {
        if (isProfileOver(told.status)) this.#release(told);
        report(told);
      },
    );
    // Without a folder it is over at once.
    if (!this.#ended.has(id)) this.#running.set(id, child);
  }

  stop(profileId: string): void {
    this.#running.get(profileId)?.stop();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const children = [...this.#running.values()];
    for (const child of children) child.stop();
    const cancel = this.#options.clock.after(this.#options.closeMs, () => {
      for (const child of children) child.abandon();
    });
    await Promise.all(children.map((child) => child.over));
    cancel();
  }

  #startProgram(onBytes: (bytes: Buffer) => void): ProfileProgram {
    const { program, folder, socketPath } = this.#options;
    if (socketPath !== null) return new ServedProgram(socketPath, onBytes);
    return new SpawnedProgram({ program, folder }, onBytes);
  }

  #release(last: ProfileReport): void {
    this.#running.delete(last.profileId);
    this.#budget.release(last.profileId);
    this.#remember(last);
  }

  #remember(last: ProfileReport): void {
    this.#ended.set(last.profileId, last);
    if (this.#ended.size <= mostRemembered) return;
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined) this.#ended.delete(oldest);
  }
}
