// Chooses how callers are found. In: the target, the event, the costliest way that fits. Out: the way, and why in words.
// For half a second both ways record the same target; frame pointers are taken unless copies of the stack show more whole stacks.
// A trial that cannot be, or that shows too little, leaves the copies: they are right for every program.
// Bounds: the samples and bytes of a trial, its time, and the moment at which the recording itself has to begin.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SampledEvent } from '../perf/sampled-event.ts';
import type { ProfileRun } from '../profile-run.ts';
import { foldRecording } from '../samples/perf-fold.ts';
import type { SampleBuilder } from '../samples/sample-builder.ts';
import { findConfinement } from '../symbols/symbol-confinement.ts';
import type { Target } from '../target/target.ts';
import type { CallGraph } from './call-graph.ts';
import { recordSamples } from './perf-record.ts';
import type { RecordingPlan } from './recording-plan.ts';
import { wholeShares } from './whole-stacks.ts';

const trialMs = 500;
const mostTrialSamples = 800;
const mostTrialHz = 199;
const leastTrialHz = 10;
const mostTrialBytes = 32 * 1024 * 1024;
/** Fewer samples prove nothing. */
const fewestSamples = 10;
/** From the first to the last program of a trial. */
const trialDeadlineMs = 6000;
/** What perf needs to begin the recording itself. */
const nextBeginMs = 700;
const shortestTrialMs = 1000;
/** Chance among so few samples. */
const leastGain = 0.05;

export interface ChosenCallGraph {
  readonly callGraph: CallGraph;
  /** perf's word, and where a trial or a bound chose it, why. */
  readonly word: string;
}

export interface TrialSubject {
  readonly target: Target;
  readonly perf: string;
  readonly event: SampledEvent;
  readonly plan: RecordingPlan;
}

export async function chooseCallGraph(run: ProfileRun, subject: TrialSubject): Promise<ChosenCallGraph> {
  const { callGraph } = subject.plan;
  if (run.request.callGraph !== 'auto') return { callGraph, word: callGraph };
  if (callGraph === 'fp') return chosen('fp', 'copies of the stacks would be too large');
  const { clock } = run.host;
  const { startAtMs } = run.request;
  const leftMs = startAtMs === null ? trialDeadlineMs : startAtMs - clock.now() - nextBeginMs;
  if (leftMs < shortestTrialMs) return chosen(callGraph, 'no time for a trial');
  const late = new AbortController();
  const cancel = clock.after(Math.min(trialDeadlineMs, leftMs), () => late.abort());
  const ways = ['fp', callGraph] as const;
  const tried = ways.map(
    (way) => (): Promise<SampleBuilder | undefined> => tryWay(run, { ...subject, way, late: late.signal }),
  );
  const [plain, copied] = await (isLone(subject.event)
    ? oneByOne(tried)
    : Promise.all(tried.map((way) => way())));
  cancel();
  if (late.signal.aborted) return chosen(callGraph, 'the trial took too long');
  return judge(callGraph, plain, copied);
}

/** The kernel gives a switch to each recording with the id of one of them, so two at once cannot be read (Linux 6.18). */
function isLone({ waits }: SampledEvent): boolean {
  return waits === 'switches';
}

async function oneByOne<T>(steps: readonly (() => Promise<T>)[]): Promise<T[]> {
  const done: T[] = [];
  for (const step of steps) done.push(await step());
  return done;
}

function judge(
  callGraph: CallGraph,
  plain: SampleBuilder | undefined,
  copied: SampleBuilder | undefined,
): ChosenCallGraph {
  if (plain === undefined || copied === undefined) return chosen(callGraph, 'the trial failed');
  const count = Math.min(plain.count, copied.count);
  if (count < fewestSamples) return chosen(callGraph, `the trial had ${count} samples`);
  const { framePointers, dwarf } = wholeShares(plain.tree.build(), copied.tree.build());
  const shares = `whole stacks in the trial: ${percent(framePointers)} by frame pointers, ${percent(dwarf)} by copies`;
  return chosen(dwarf - framePointers > leastGain ? callGraph : 'fp', shares);
}

interface Way extends TrialSubject {
  readonly way: CallGraph;
  readonly late: AbortSignal;
}

async function tryWay(run: ProfileRun, { target, perf, event, plan, way, late }: Way) {
  const { folder, stop, confinement = findConfinement } = run;
  const { clock, facts } = run.host;
  const file = join(folder, `trial-${way}.data`);
  const abandon = AbortSignal.any([run.abandon, late]);
  const where = { perf, folder, file, clock, abandon };
  let beganUs = nowUs();
  let endedUs = beganUs;
  const end = await recordSamples({
    ...where,
    stop,
    arguments: [...event.perfArguments, ...target.perfArguments],
    frequencyHz: trialHz(plan.busyThreads),
    callGraph: way,
    mostBytes: mostTrialBytes,
    processors: facts.cpuCount,
    durationMs: trialMs,
    begin: () => Promise.resolve(),
    onBegun: () => {
      beganUs = nowUs();
    },
    onEnding: () => {
      endedUs = nowUs();
    },
  });
  const isThere = end.kind === 'elapsed' || (end.kind === 'by-itself' && end.exit.code === 0);
  const folded =
    isThere && !abandon.aborted
      ? await foldRecording({ ...where, confinement, target, event, beganUs, endedUs, withInlined: false })
      : undefined;
  rmSync(file, { force: true });
  return folded?.kind === 'folded' ? folded.builder : undefined;
}

/** The clock with which perf records. */
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function trialHz(busyThreads: number): number {
  const fitting = Math.floor((mostTrialSamples * 1000) / trialMs / busyThreads);
  return Math.min(mostTrialHz, Math.max(leastTrialHz, fitting));
}

function chosen(callGraph: CallGraph, why: string): ChosenCallGraph {
  return { callGraph, word: `${callGraph} (${why})` };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
