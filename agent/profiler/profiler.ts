// The profiler as the rest of the agent sees it: one request in, reports out, never an exception.
import type { ProfileReport, ProfileRequest } from '../../shared/model/profile.ts';

export interface Profiler {
  /**
   * Begins a profile and reports on it until a report whose status is over. A second start with the same id does
   * nothing while it runs, and is answered with the last report once it is over. Reports with stacks come in chunks; the last report has the final status and comes after the last chunk.
   */
  start(request: ProfileRequest, report: (report: ProfileReport) => void): void;
  /** Ends a profile early, keeping what it has; unknown ids are ignored. */
  stop(profileId: string): void;
  /** Ends all profiles within the deadline; they report `stopped`. */
  close(): Promise<void>;
}
