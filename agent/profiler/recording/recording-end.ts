// What the end of a recording means. In: how perf record or perf script ended. Out: the status of the profile, with its reason.
import type { ProfileEvent, ProfileStatus } from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import { readPerfAccess, refusalReason } from '../perf/perf-access.ts';
import type { PerfExit } from '../perf/perf-program.ts';
import * as reasons from '../reasons.ts';
import { foldDeadlineMs } from '../samples/perf-fold.ts';
import type { Target } from '../target/target.ts';
import type { RecordEnd } from './perf-record.ts';

export type Verdict =
  | { readonly status: 'finished' | 'partial' | 'stopped'; readonly reason: Reason | null }
  | { readonly status: 'failed'; readonly reason: Reason };

export interface EndedRecording {
  readonly target: Target;
  readonly event: ProfileEvent;
  /** How long was asked for. */
  readonly durationMs: number;
  /** How long was recorded. */
  readonly coveredMs: number;
}

export function judgeEnd(end: RecordEnd, { target, event, durationMs, coveredMs }: EndedRecording): Verdict {
  if (end.kind === 'stuck') return { status: 'failed', reason: reasons.perfStuck('record', coveredMs) };
  if (end.kind !== 'by-itself') {
    const stranger = target.stranger();
    if (stranger !== null) return { status: 'failed', reason: stranger };
    return { status: end.kind === 'stopped' ? 'stopped' : 'finished', reason: null };
  }
  const { code, complaint } = end.exit;
  if (code !== 0) return { status: 'failed', reason: recordFailure(end.exit, event, target) };
  const reason = reasons.isFileFull(complaint)
    ? reasons.recordingFull(coveredMs)
    : reasons.targetEnded(target.name, coveredMs, durationMs);
  return { status: 'partial', reason };
}

function recordFailure({ code, complaint }: PerfExit, event: ProfileEvent, target: Target): Reason {
  if (reasons.isMissingForKernel(complaint)) return reasons.perfMissing(null);
  if (reasons.isNoProcess(complaint) || !target.isAlive()) return goneReason(target);
  if (reasons.isEventMissing(complaint)) return reasons.eventMissing(event);
  if (reasons.isRefusal(complaint)) return refusalReason(readPerfAccess(), target.uids[0] ?? -1);
  return reasons.perfFailed('record', code, complaint);
}

function goneReason({ process, name }: Target): Reason {
  return process === null ? reasons.nothingThere(name) : reasons.processGone(process.pid);
}

export function foldFailure({ code, signal, complaint }: PerfExit): Reason {
  if (signal === 'SIGKILL') return reasons.perfStuck('script', foldDeadlineMs);
  return reasons.perfFailed('script', code, complaint);
}

/** Why there is less than was asked for. */
export function shortfall(samples: number, target: Target, status: ProfileStatus): Reason | null {
  if (samples === 0 && status === 'finished') return reasons.noSamples(target.name);
  return target.left > 0 ? reasons.processesLeftOut(target.name, target.members.size, target.left) : null;
}
