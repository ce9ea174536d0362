// Takes one profile from the first check to the last report. In: the request, perf's place, a private folder.
// Out: reports in the order pending, running with progress, processing with stacks, and one that is over.
// It throws nothing an operator could mend: every such failure is a report with reason and remedy.
import { join } from 'node:path';
import type { ProfiledProcess } from '../../shared/model/profile.ts';
import type { Host } from '../host/host.ts';
import { findPerf } from './perf/find-perf.ts';
import { readPerfAccess } from './perf/perf-access.ts';
import { sampledEvent } from './perf/sampled-event.ts';
import type { ProfileRun } from './profile-run.ts';
import * as reasons from './reasons.ts';
import { chooseCallGraph } from './recording/call-graph-trial.ts';
import { eventRefusal } from './recording/events-here.ts';
import { countLostSamples } from './recording/lost-samples.ts';
import { foldFailure, judgeEnd, shortfall, type Verdict } from './recording/recording-end.ts';
import { planRecording } from './recording/recording-plan.ts';
import { type RecordingSubject, type TakenRecording, takeRecording } from './recording/take-recording.ts';
import { foldRecording } from './samples/perf-fold.ts';
import { recordedStacks, stackChunks } from './samples/stack-chunks.ts';
import { findConfinement } from './symbols/symbol-confinement.ts';
import { findTarget, type Target } from './target/target.ts';
import { ToldReports } from './told-reports.ts';

export async function runProfile(run: ProfileRun): Promise<void> {
  const told = new ToldReports(run.request.id, run.report);
  told.tell({ status: 'pending' });
  const target = findTarget(run.request.target, run.host);
  if ('code' in target) return told.fail(target);
  told.note({ process: target.process });
  const perf = findPerf(run.perfPath, run.searchPath);
  if (perf === undefined) return told.fail(reasons.perfMissing(run.perfPath));
  const event = sampledEvent(run.request.event, readPerfAccess());
  const { threads, members } = target;
  const processors = run.host.facts.cpuCount;
  const plan = planRecording(run.request, { pids: [...members.keys()], threads, processors });
  const refusal = (await eventRefusal(run, perf)) ?? (await run.ask(plan));
  if (refusal !== null) return told.fail(refusal);
  const chosen = await chooseCallGraph(run, { target, perf, event, plan });
  if (run.stop.aborted) return told.tell({ status: 'stopped' });

  const sampling = { told, target, perf, event, plan, chosen, file: join(run.folder, 'perf.data') };
  const taking = takeRecording(run, sampling);
  // While perf starts: some programs are tried for it.
  run.confinement?.();
  const taken = await taking;
  const coveredMs = (taken.endedUs - taken.beganUs) / 1000;
  const { durationMs } = plan;
  const verdict = judgeEnd(taken.end, { target, event: run.request.event, durationMs, coveredMs });
  if (verdict.status === 'failed') return told.fail(verdict.reason);
  told.tell({ status: 'processing', progress: 1, process: namedProcess(target, run.host) });
  await fold(run, sampling, { ...taken, verdict });
}

interface Recorded extends TakenRecording {
  readonly verdict: Exclude<Verdict, { readonly status: 'failed' }>;
}

async function fold(
  run: ProfileRun,
  { told, target, perf, event, file }: RecordingSubject,
  { verdict, beganUs, endedUs, sleepers }: Recorded,
): Promise<void> {
  const { folder, abandon, request, host, confinement = findConfinement } = run;
  const where = { perf, folder, file, clock: host.clock, abandon, confinement };
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
  for (const { sample, frames } of sleepers) builder.add(sample, frames);
  const lost = (await countLostSamples(file)) + builder.dropped;
  told.note({ samples: builder.count, lost, symbols: folded.symbols });
  for (const stacks of stackChunks(recordedStacks(builder, target))) told.tell({ stacks });
  told.tell({ ...verdict, reason: verdict.reason ?? shortfall(builder.count, target, verdict.status) });
}

/** A directory service may have told the user's name only meanwhile, and the process may have begun another program. */
function namedProcess(target: Target, host: Host): ProfiledProcess | null {
  const { process, uids } = target;
  if (process === null) return null;
  const now = target.nameNow() ?? process.name;
  const name = now === process.name ? now : `${process.name} → ${now}`;
  return { ...process, name, user: host.userName(uids[0] ?? -1) };
}
