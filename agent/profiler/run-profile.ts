// Takes one profile from the first check to the last report. In: the request, perf's place, a private folder.
// Out: reports in the order pending, running with progress, processing with stacks, and one that is over.
// It throws nothing an operator could mend: every such failure is a report with reason and remedy.
import { join } from 'node:path';
import {
  type ProfileReport,
  type ProfileRequest,
  type ProfileStatus,
  profileLimits,
  untoldProfile,
} from '../../shared/model/profile.ts';
import type { Reason } from '../../shared/model/reason.ts';
import type { Host } from '../host/host.ts';
import { callGraphFor } from './call-graph.ts';
import { findPerf } from './find-perf.ts';
import { countLostSamples } from './lost-samples.ts';
import { eventFor, readPerfAccess, refusalReason } from './perf-access.ts';
import { foldDeadlineMs, foldRecording } from './perf-fold.ts';
import type { PerfExit } from './perf-program.ts';
import { type RecordEnd, recordProcess } from './perf-record.ts';
import * as reasons from './reasons.ts';
import { stackChunks } from './stack-chunks.ts';
import type { StackTreeBuilder } from './stack-tree-builder.ts';
import { findTarget, goneReason, type Target } from './target.ts';

const shortestDurationMs = 1000;
const reportEveryMs = 1000;

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
}

export async function runProfile(run: ProfileRun): Promise<void> {
  const told = new Told(run);
  told.tell({ status: 'pending' });
  const target = findTarget(run.request, run.host);
  if ('code' in target) return told.fail(target);
  told.note({ process: target.process });
  const perf = findPerf(run.perfPath, run.searchPath);
  if (perf === undefined) return told.fail(reasons.perfMissing(run.perfPath));
  if (run.stop.aborted) return told.tell({ status: 'stopped' });

  const file = join(run.folder, 'perf.data');
  const end = await record(run, { told, target, perf, file });
  const verdict = judge(end, run, { told, target });
  if (verdict.status === 'failed') return told.fail(verdict.reason);
  // A directory service may have told the user's name only meanwhile.
  const process = { ...target.process, user: run.host.userName(target.uid) };
  told.tell({ status: 'processing', progress: 1, process });
  const { folder, abandon } = run;
  const { clock } = run.host;
  const folded = await foldRecording({ perf, folder, file, pid: run.request.pid, clock, abandon });
  if (folded.kind === 'failed') {
    // Stopped before perf had begun to write, there is nothing to read.
    return verdict.status === 'stopped' ? told.tell(verdict) : told.fail(foldFailure(folded.exit));
  }
  const { builder } = folded;
  told.note({ samples: builder.samples, lost: await countLostSamples(file) });
  tellStacks(told, builder);
  told.tell({ ...verdict, reason: verdict.reason ?? emptyReason(run, builder, verdict.status) });
}

interface Sampling {
  readonly told: Told;
  readonly target: Target;
  readonly perf: string;
  readonly file: string;
}

async function record(run: ProfileRun, { told, target, perf, file }: Sampling): Promise<RecordEnd> {
  const { request } = run;
  const { clock } = run.host;
  const event = eventFor(readPerfAccess());
  const durationMs = durationOf(request);
  const beganMs = clock.monotonic();
  told.tell({ status: 'running', event, startedTimeMs: clock.now() });
  let cancel = (): void => undefined;
  const tick = (): void => {
    cancel = clock.after(reportEveryMs, () => {
      told.tell({ progress: Math.min(1, (clock.monotonic() - beganMs) / durationMs) });
      tick();
    });
  };
  tick();
  const { folder, stop, abandon } = run;
  const frequencyHz = clamp(
    request.frequencyHz,
    profileLimits.frequencyHz.min,
    profileLimits.frequencyHz.max,
  );
  const { pid } = target.process;
  const { threads } = target;
  const callGraph = callGraphFor({ frequencyHz, durationMs, threads, processors: run.host.facts.cpuCount });
  const sampling = { perf, folder, file, pid, event, frequencyHz, callGraph, durationMs };
  const end = await recordProcess({ ...sampling, clock, stop, abandon });
  cancel();
  told.note({ endedTimeMs: clock.now() });
  told.coveredMs = clock.monotonic() - beganMs;
  return end;
}

type Verdict =
  | { readonly status: 'finished' | 'partial' | 'stopped'; readonly reason: Reason | null }
  | { readonly status: 'failed'; readonly reason: Reason };

function judge(
  end: RecordEnd,
  run: ProfileRun,
  { told, target }: Pick<Sampling, 'told' | 'target'>,
): Verdict {
  const { request } = run;
  if (end.kind === 'stuck') return { status: 'failed', reason: reasons.perfStuck('record', told.coveredMs) };
  if (end.kind === 'stopped') return { status: 'stopped', reason: null };
  if (end.kind === 'elapsed') return { status: 'finished', reason: null };
  const { code, complaint } = end.exit;
  if (code === 0 && reasons.isFileFull(complaint)) {
    return { status: 'partial', reason: reasons.recordingFull(told.coveredMs) };
  }
  if (code === 0) {
    const reason = reasons.processEnded(request.pid, told.coveredMs, durationOf(request));
    return { status: 'partial', reason };
  }
  return { status: 'failed', reason: recordFailure(end.exit, run, target) };
}

function recordFailure({ code, complaint }: PerfExit, run: ProfileRun, target: Target): Reason {
  if (reasons.isMissingForKernel(complaint)) return reasons.perfMissing(null);
  if (reasons.isNoProcess(complaint) || !target.isAlive()) return goneReason(run.request.pid);
  if (reasons.isRefusal(complaint)) return refusalReason(readPerfAccess(), target.uid);
  return reasons.perfFailed('record', code, complaint);
}

function foldFailure({ code, signal, complaint }: PerfExit): Reason {
  if (signal === 'SIGKILL') return reasons.perfStuck('script', foldDeadlineMs);
  return reasons.perfFailed('script', code, complaint);
}

function emptyReason(run: ProfileRun, builder: StackTreeBuilder, status: ProfileStatus): Reason | null {
  return builder.samples === 0 && status === 'finished' ? reasons.noSamples(run.request.pid) : null;
}

function tellStacks(told: Told, builder: StackTreeBuilder): void {
  for (const stacks of stackChunks(builder.build())) told.tell({ stacks });
}

function durationOf(request: ProfileRequest): number {
  return clamp(request.durationMs, shortestDurationMs, profileLimits.durationMs.max);
}

function clamp(value: number, min: number, max: number): number {
  return Number.isFinite(value) ? Math.min(max, Math.max(min, Math.round(value))) : max;
}

/** What has been told so far; each report repeats it, but for the stacks. */
class Told {
  /** How long was sampled. */
  coveredMs = 0;
  readonly #send: (report: ProfileReport) => void;
  #state: ProfileReport;

  constructor({ request, report }: ProfileRun) {
    this.#send = report;
    this.#state = firstReport(request.id);
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

/** Nothing but the id is known. */
export function firstReport(profileId: string): ProfileReport {
  return { profileId, ...untoldProfile, stacks: null };
}
