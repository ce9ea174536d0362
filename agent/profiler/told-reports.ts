// What has been told of a profile so far. In: changes. Out: reports, each of which repeats everything told before but the stacks.
import { type ProfileReport, untoldProfile } from '../../shared/model/profile.ts';
import type { Reason } from '../../shared/model/reason.ts';

/** Nothing but the id is known. */
export function firstReport(profileId: string): ProfileReport {
  return { profileId, ...untoldProfile, stacks: null };
}

export class ToldReports {
  readonly #send: (report: ProfileReport) => void;
  #state: ProfileReport;

  constructor(profileId: string, send: (report: ProfileReport) => void) {
    this.#send = send;
    this.#state = firstReport(profileId);
  }

  /** Goes out with the next report. */
  note(change: Partial<ProfileReport>): void {
    this.#state = { ...this.#state, stacks: null, ...change };
  }

  tell(change: Partial<ProfileReport>): void {
    this.note(change);
    this.#send(this.#state);
  }

  fail(reason: Reason): void {
    this.tell({ status: 'failed', reason });
  }
}
