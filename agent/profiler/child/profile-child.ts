// One profile in a program of its own. In: the request. Out: the program's reports, checked, and always a last one that
// is over: its own, or one that says why it has none. It kills what takes too long, with all that it started.
import type { Clock } from '../../../shared/clock.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { isProfileOver, type ProfileReport, type ProfileRequest } from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import { visible } from '../../../shared/text.ts';
import { JsonLines } from '../json-lines.ts';
import { longestReportLine, parseComplaint, parseNeed, parseProfileReport } from '../profiler-messages.ts';
import { profilerCrashed, profilerOverdue } from '../reasons.ts';
import type { RecordingNeed } from '../recording/recording-plan.ts';
import { firstReport } from '../told-reports.ts';
import type { ProfileProgram, StartProgram } from './profile-program.ts';

export interface ProfileChildOptions {
  readonly startProgram: StartProgram;
  readonly perfPath: string | null;
  readonly searchPath: string;
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
  #program: ProfileProgram | undefined;
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
    this.#program?.send({ kind: 'stop' });
  }

  /** Ends it now, without a result. */
  abandon(): void {
    this.#fallback ??= { status: 'stopped', reason: null };
    this.#program?.kill();
  }

  async #run(): Promise<void> {
    const { startProgram, clock, deadlineMs, perfPath, searchPath } = this.#options;
    const lines = new JsonLines(longestReportLine, (value) => this.#take(value));
    let program: ProfileProgram;
    try {
      program = startProgram((bytes) => {
        if (!lines.write(bytes)) program.kill();
      });
    } catch (error) {
      return this.#conclude(profilerCrashed(`cannot make a folder: ${errorMessage(error)}`));
    }
    this.#program = program;
    const cancel = clock.after(deadlineMs, () => {
      this.#fallback ??= { status: 'failed', reason: profilerOverdue(deadlineMs) };
      program.kill();
    });
    const { folder } = program;
    program.send({ kind: 'start', request: this.#request, folder, perfPath, searchPath });
    const reason = await program.over;
    cancel();
    this.#conclude(reason);
  }

  #take(value: unknown): void {
    const need = parseNeed(value);
    if (need !== undefined) return void this.#answer(need);
    const complaint = parseComplaint(value);
    if (complaint !== undefined) return this.#fail(visible(complaint));
    const report = parseProfileReport(value, this.#request.id);
    if (report === undefined) {
      this.#fail('it wrote something that is no report');
      return this.#program?.kill();
    }
    if (isProfileOver(this.#latest.status)) return;
    this.#latest = { ...report, stacks: null };
    // The last one waits until the program is gone and its folder removed.
    if (!isProfileOver(report.status)) this.#report(report);
  }

  async #answer(need: RecordingNeed): Promise<void> {
    this.#program?.send({ kind: 'answer', reason: await this.#options.ask(need) });
  }

  #fail(detail: string): void {
    this.#fallback ??= { status: 'failed', reason: profilerCrashed(detail) };
  }

  #conclude(crash: Reason): void {
    if (!isProfileOver(this.#latest.status)) {
      this.#latest = { ...this.#latest, ...(this.#fallback ?? { status: 'failed', reason: crash }) };
    }
    this.#report(this.#latest);
  }
}
