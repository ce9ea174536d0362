// Takes one profile from the first check to the last report. In: the request, perf's place, a private folder.
// Out: reports in the order pending, running with progress, processing with stacks, and one that is over.
// It throws nothing an operator could mend: every such failure is a report with reason and remedy.
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import type { ProfiledProcess, ProfileReport, ProfileRequest } from '../../shared/model/profile.ts';
import type { Host } from '../host/host.ts';
import { findPerf } from './find-perf.ts';
import { countLostSamples } from './lost-samples.ts';
import { readPerfAccess } from './perf-access.ts';
import { foldRecording } from './perf-fold.ts';
import { type RecordEnd, recordSamples } from './perf-record.ts';
import * as reasons from './reasons.ts';
import { foldFailure, judgeEnd, shortfall, type Verdict } from './recording-end.ts';
import { planRecording, type RecordingPlan } from './recording-plan.ts';
import { type SampledEvent, sampledEvent } from './sampled-event.ts';
import { recordedStacks, stackChunks } from './stack-chunks.ts';
import { findTarget, type Target } from './target.ts';
import { ToldReports } from './told-reports.ts';

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
  const told = new ToldReports(run.request.id, run.report);
  told.tell({ status: 'pending' });
  const target = findTarget(run.request.target, run.host);
  if ('code' in target) return told.fail(target);
  told.note({ process: target.process });
  const perf = findPerf(run.perfPath, run.searchPath);
  if (perf === undefined) return told.fail(reasons.perfMissing(run.perfPath));
  const event = sampledEvent(run.request.event, readPerfAccess());
  const { threads } = target;
  const plan = planRecording(run.request, { threads, processors: run.host.facts.cpuCount });
  await beginOf(run);
  if (run.stop.aborted) return told.tell({ status: 'stopped' });

  const sampling = { told, target, perf, event, plan, file: join(run.folder, 'perf.data') };
  const beganUs = nowUs();
  const end = await record(run, sampling);
  const endedUs = nowUs();
  const { durationMs } = plan;
  const coveredMs = (endedUs - beganUs) / 1000;
  const verdict = judgeEnd(end, { target, event: run.request.event, durationMs, coveredMs });
  if (verdict.status === 'failed') return told.fail(verdict.reason);
  told.tell({ status: 'processing', progress: 1, process: namedProcess(target, run.host) });
  await fold(run, sampling, { verdict, beganUs, endedUs });
}

interface Sampling {
  readonly told: ToldReports;
  readonly target: Target;
  readonly perf: string;
  readonly event: SampledEvent;
  readonly plan: RecordingPlan;
  readonly file: string;
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

async function record(
  run: ProfileRun,
  { told, target, perf, event, plan, file }: Sampling,
): Promise<RecordEnd> {
  const { folder, stop, abandon } = run;
  const { clock, facts } = run.host;
  const { durationMs, callGraph } = plan;
  const beganMs = clock.monotonic();
  told.tell({
    status: 'running',
    sampledEvent: event.name,
    unit: event.unit,
    usedCallGraph: callGraph,
    startedTimeMs: clock.now(),
  });
  const cancel = everySecond(clock, () => {
    told.tell({ progress: Math.min(1, (clock.monotonic() - beganMs) / durationMs) });
  });
  const args = [...event.perfArguments, ...target.perfArguments];
  const { frequencyHz, mostBytes } = plan;
  const processors = facts.cpuCount;
  const sampling = { perf, folder, file, arguments: args, frequencyHz, callGraph, mostBytes, durationMs };
  const end = await recordSamples({ ...sampling, processors, clock, stop, abandon });
  cancel();
  told.note({ endedTimeMs: clock.now() });
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

interface Recorded {
  readonly verdict: Exclude<Verdict, { readonly status: 'failed' }>;
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
  told.note({ samples: builder.count, lost, symbols: folded.symbols });
  for (const stacks of stackChunks(recordedStacks(builder, target))) told.tell({ stacks });
  told.tell({ ...verdict, reason: verdict.reason ?? shortfall(builder.count, target, verdict.status) });
}

/** The clock with which perf records. */
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** A directory service may have told the user's name only meanwhile. */
function namedProcess({ process, uids: [uid] }: Target, host: Host): ProfiledProcess | null {
  return process === null ? null : { ...process, user: host.userName(uid ?? -1) };
}
