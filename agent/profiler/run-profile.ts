// Takes one profile from the first check to the last report. In: the request, perf's place, a private folder.
// Out: reports in the order pending, running with progress, processing with stacks, and one that is over.
// It throws nothing an operator could mend: every such failure is a report with reason and remedy.
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import {
  type ProfiledProcess,
  type ProfileEvent,
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
import { readPerfAccess, refusalReason } from './perf-access.ts';
import { foldDeadlineMs, foldRecording } from './perf-fold.ts';
import type { PerfExit } from './perf-program.ts';
import { type RecordEnd, recordSamples } from './perf-record.ts';
import * as reasons from './reasons.ts';
import type { SampleBuilder } from './sample-builder.ts';
import { type SampledEvent, sampledEvent } from './sampled-event.ts';
import { recordedStacks, stackChunks } from './stack-chunks.ts';
import { findTarget, type Target } from './target.ts';

const shortestDurationMs = 1000;
const reportEveryMs = 1000;
/** A begin that is further away is a wrong clock. */
const longestStartWaitMs = 60_000;

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
  const target = findTarget(run.request.target, run.host);
  if ('code' in target) return told.fail(target);
  told.note({ process: target.process });
  const perf = findPerf(run.perfPath, run.searchPath);
  if (perf === undefined) return told.fail(reasons.perfMissing(run.perfPath));
  await beginOf(run);
  if (run.stop.aborted) return told.tell({ status: 'stopped' });

  const event = sampledEvent(run.request.event, readPerfAccess());
  const sampling = { told, target, perf, event, file: join(run.folder, 'perf.data') };
  const beganUs = nowUs();
  const end = await record(run, sampling);
  const endedUs = nowUs();
  const verdict = judge(end, run, sampling);
  if (verdict.status === 'failed') return told.fail(verdict.reason);
  told.tell({ status: 'processing', progress: 1, process: namedProcess(target, run.host) });
  await fold(run, sampling, { verdict, beganUs, endedUs });
}

/** A directory service may have told the user's name only meanwhile. */
function namedProcess({ process, uids: [uid] }: Target, host: Host): ProfiledProcess | null {
  return process === null ? null : { ...process, user: host.userName(uid ?? -1) };
}

interface Recorded {
  readonly verdict: Extract<Verdict, { readonly status: 'finished' | 'partial' | 'stopped' }>;
  readonly beganUs: number;
  readonly endedUs: number;
}

async function fold(
  run: ProfileRun,
  { told, target, perf, event, file }: Sampling,
  { verdict, beganUs, endedUs }: Recorded,
): Promise<void> {
  const { folder, abandon, request, host } = run;
  const where = { perf, folder, file, clock: host.clock, abandon };
  const folded = await foldRecording({
    ...where,
    target,
    event,
    beganUs,
    endedUs,
    withInlined: request.withInlined,
  });
  if (folded.kind === 'failed') {
    // Stopped before perf had begun to write, there is nothing to read.
    return verdict.status === 'stopped' ? told.tell(verdict) : told.fail(foldFailure(folded.exit));
  }
  const { builder } = folded;
  const lost = await countLostSamples(file);
  told.note({ samples: builder.count, lost, symbols: { named: builder.namedShare, reason: null } });
  for (const stacks of stackChunks(recordedStacks(builder, target))) told.tell({ stacks });
  told.tell({ ...verdict, reason: verdict.reason ?? shortfall(builder, target, verdict.status) });
}

/** The clock with which perf records. */
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Many nodes begin at the same moment. */
async function beginOf({ request: { startAtMs }, host: { clock }, stop }: ProfileRun): Promise<void> {
  const waitMs = Math.min(longestStartWaitMs, (startAtMs ?? 0) - clock.now());
  if (waitMs <= 0 || stop.aborted) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(waitMs, resolve);
    stop.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}

interface Sampling {
  readonly told: Told;
  readonly target: Target;
  readonly perf: string;
  readonly event: SampledEvent;
  readonly file: string;
}

async function record(run: ProfileRun, { told, target, perf, event, file }: Sampling): Promise<RecordEnd> {
  const { request } = run;
  const { clock } = run.host;
  const durationMs = durationOf(request);
  const { min, max } = profileLimits.frequencyHz;
  const frequencyHz = clamp(request.frequencyHz, min, max);
  const callGraph = callGraphFor({
    choice: request.callGraph,
    frequencyHz,
    durationMs,
    threads: target.threads,
    processors: run.host.facts.cpuCount,
  });
  const beganMs = clock.monotonic();
  const { name: event_, unit } = event;
  told.tell({
    status: 'running',
    sampledEvent: event_,
    unit,
    usedCallGraph: callGraph,
    startedTimeMs: clock.now(),
  });
  const cancel = everySecond(clock, () => {
    told.tell({ progress: Math.min(1, (clock.monotonic() - beganMs) / durationMs) });
  });
  const { folder, stop, abandon } = run;
  const args = [...event.perfArguments, ...target.perfArguments];
  const sampling = { perf, folder, file, arguments: args, frequencyHz, callGraph, durationMs };
  const end = await recordSamples({ ...sampling, clock, stop, abandon });
  cancel();
  told.note({ endedTimeMs: clock.now() });
  told.coveredMs = clock.monotonic() - beganMs;
  return end;
}

function everySecond(clock: Clock, act: () => void): () => void {
  let cancel = (): void => undefined;
  const tick = (): void => {
    cancel = clock.after(reportEveryMs, () => {
      act();
      tick();
    });
  };
  tick();
  return () => cancel();
}

type Verdict =
  | { readonly status: 'finished' | 'partial' | 'stopped'; readonly reason: Reason | null }
  | { readonly status: 'failed'; readonly reason: Reason };

function judge(end: RecordEnd, run: ProfileRun, { told, target }: Sampling): Verdict {
  const { request } = run;
  if (end.kind === 'stuck') return { status: 'failed', reason: reasons.perfStuck('record', told.coveredMs) };
  if (end.kind === 'stopped') return { status: 'stopped', reason: null };
  if (end.kind === 'elapsed') return { status: 'finished', reason: null };
  const { code, complaint } = end.exit;
  if (code === 0 && reasons.isFileFull(complaint)) {
    return { status: 'partial', reason: reasons.recordingFull(told.coveredMs) };
  }
  if (code === 0) {
    const reason = reasons.targetEnded(target.name, told.coveredMs, durationOf(request));
    return { status: 'partial', reason };
  }
  return { status: 'failed', reason: recordFailure(end.exit, request.event, target) };
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

function foldFailure({ code, signal, complaint }: PerfExit): Reason {
  if (signal === 'SIGKILL') return reasons.perfStuck('script', foldDeadlineMs);
  return reasons.perfFailed('script', code, complaint);
}

/** Why there is less than was asked for. */
function shortfall({ count }: SampleBuilder, target: Target, status: ProfileStatus): Reason | null {
  if (count === 0 && status === 'finished') return reasons.noSamples(target.name);
  return target.left > 0 ? reasons.processesLeftOut(target.name, target.members.size, target.left) : null;
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
