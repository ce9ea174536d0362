// One profile in a program of its own. In: the request. Out: the program's reports, checked, and always a last one that
// is over: its own, or one that says why it has none. It kills what takes too long, with all that it started.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { isProfileOver, type ProfileReport, type ProfileRequest } from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { JsonLines } from '../json-lines.ts';
import {
  longestReportLine,
  type ProfilerMessage,
  parseNeed,
  parseProfileReport,
} from '../profiler-messages.ts';
import { profilerCrashed, profilerOverdue } from '../reasons.ts';
import type { RecordingNeed } from '../recording/recording-plan.ts';
import { firstReport } from '../told-reports.ts';

const longestComplaint = 400;

export interface ProfileChildOptions {
  readonly program: readonly string[];
  readonly perfPath: string | null;
  readonly searchPath: string;
  readonly folder: string;
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Whether the node has room for the recording; the reason why not. */
  readonly ask: (need: RecordingNeed) => Promise<Reason | null>;
}

export class ProfileChild {
  /** Settles when the last report is told and everything is cleared away. */
  readonly over: Promise<void>;
  readonly #options: ProfileChildOptions;
  readonly #request: ProfileRequest;
  readonly #report: (report: ProfileReport) => void;
  #child: ChildProcess | undefined;
  /** The latest report without stacks. */
  #latest: ProfileReport;
  /** How it ends when the program itself tells no end. */
  #fallback: { readonly status: 'failed' | 'stopped'; readonly reason: Reason | null } | undefined;

  constructor(
    options: ProfileChildOptions,
    request: ProfileRequest,
    report: (report: ProfileReport) => void,
  ) {
    this.#options = options;
    this.#request = request;
    this.#report = report;
    this.#latest = firstReport(request.id);
    this.over = this.#run();
  }

  /** Asks for an early end that keeps what is there. */
  stop(): void {
    this.#send({ kind: 'stop' });
  }

  /** Ends it now, without a result. */
  abandon(): void {
    this.#fallback ??= { status: 'stopped', reason: null };
    this.#kill();
  }

  async #run(): Promise<void> {
    let folder: string;
    try {
      folder = mkdtempSync(join(this.#options.folder, 'jidi-profile-'));
    } catch (error) {
      return this.#conclude(profilerCrashed(`cannot make a folder: ${errorMessage(error)}`));
    }
    const { clock, deadlineMs } = this.#options;
    const cancel = clock.after(deadlineMs, () => {
      this.#fallback ??= { status: 'failed', reason: profilerOverdue(deadlineMs) };
      this.#kill();
    });
    const complaint = await this.#runProgram(folder);
    cancel();
    // perf survives a program that crashed.
    this.#kill();
    rmSync(folder, { recursive: true, force: true });
    this.#conclude(profilerCrashed(complaint));
  }

  /** Returns what the program or the system said about its end. */
  #runProgram(folder: string): Promise<string> {
    const { program, perfPath, searchPath } = this.#options;
    // A group of its own, so that one signal reaches perf, too.
    const child = spawn(process.execPath, program, { env: {}, stdio: 'pipe', detached: true });
    this.#child = child;
    const lines = new JsonLines(longestReportLine, (value) => this.#take(value));
    child.stdout.on('data', (bytes: Buffer) => {
      if (!lines.write(bytes)) this.#kill();
    });
    let complaint = '';
    child.stderr.on('data', (bytes: Buffer) => {
      complaint = truncate(complaint + bytes.toString('utf8'), longestComplaint);
    });
    // A program that has ended takes no more messages; its end is told below.
    child.stdin.on('error', () => undefined);
    this.#send({ kind: 'start', request: this.#request, folder, perfPath, searchPath });
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => {
        resolve(visible(complaint.trim()) || (signal ?? `exit code ${code}`));
      });
    });
  }

  #take(value: unknown): void {
    const need = parseNeed(value);
    if (need !== undefined) return void this.#answer(need);
    const report = parseProfileReport(value, this.#request.id);
    if (report === undefined) {
      this.#fallback ??= {
        status: 'failed',
        reason: profilerCrashed('it wrote something that is no report'),
      };
      return this.#kill();
    }
    if (isProfileOver(this.#latest.status)) return;
    this.#latest = { ...report, stacks: null };
    // The last one waits until the program is gone and its folder removed.
    if (!isProfileOver(report.status)) this.#report(report);
  }

  async #answer(need: RecordingNeed): Promise<void> {
    this.#send({ kind: 'answer', reason: await this.#options.ask(need) });
  }

  #conclude(crash: Reason): void {
    if (!isProfileOver(this.#latest.status)) {
      this.#latest = { ...this.#latest, ...(this.#fallback ?? { status: 'failed', reason: crash }) };
    }
    this.#report(this.#latest);
  }

  #send(message: ProfilerMessage): void {
    if (this.#child?.stdin?.writable === true) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Kills the program and everything in its group. */
  #kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing is left in the group.
    }
  }
}
