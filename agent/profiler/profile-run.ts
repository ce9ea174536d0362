// One run of the profiler: what it was asked, where it may write, and how it talks to whoever asked.
import type { ProfileReport, ProfileRequest } from '../../shared/model/profile.ts';
import type { Reason } from '../../shared/model/reason.ts';
import type { Host } from '../host/host.ts';
import type { RecordingNeed } from './recording/recording-plan.ts';
import type { Confinement } from './symbols/symbol-confinement.ts';

export interface ProfileRun {
  readonly request: ProfileRequest;
  /** Private to this profile; whoever made it removes it. */
  readonly folder: string;
  /** The only perf to be used; null: search. */
  readonly perfPath: string | null;
  /** Folders to search, as in PATH. */
  readonly searchPath: string;
  readonly host: Host;
  /** Asks for an early end that keeps what is there. */
  readonly stop: AbortSignal;
  /** Ends perf at once; nobody wants a result any more. */
  readonly abandon: AbortSignal;
  readonly report: (report: ProfileReport) => void;
  /** Asks whether the node has room for the recording; the reason why not. */
  readonly ask: (need: RecordingNeed) => Promise<Reason | null>;
  /** How perf is held while it reads symbols; not given, it is found for each reading. */
  readonly confinement?: () => Confinement;
}
