// Records. In: what to sample and how. Out: when it began and ended, how it ended, who slept meanwhile; a report each second.
import type { Clock } from '../../../shared/clock.ts';
import type { SampledEvent } from '../perf/sampled-event.ts';
import type { ProfileRun } from '../profile-run.ts';
import type { Target } from '../target/target.ts';
import type { ToldReports } from '../told-reports.ts';
import type { ChosenCallGraph } from './call-graph-trial.ts';
import { type RecordEnd, recordSamples } from './perf-record.ts';
import type { RecordingPlan } from './recording-plan.ts';
import { type Sleep, SleepWatch } from './sleep-watch.ts';

const reportEveryMs = 1000;
/** A begin that is further away is a wrong clock. */
const longestStartWaitMs = 60_000;

export interface RecordingSubject {
  readonly told: ToldReports;
  readonly target: Target;
  readonly perf: string;
  readonly event: SampledEvent;
  readonly plan: RecordingPlan;
  readonly chosen: ChosenCallGraph;
  readonly file: string;
}

export interface TakenRecording {
  readonly end: RecordEnd;
  /** Microseconds of the clock with which perf records. */
  readonly beganUs: number;
  readonly endedUs: number;
  readonly sleepers: readonly Sleep[];
}

export async function takeRecording(run: ProfileRun, subject: RecordingSubject): Promise<TakenRecording> {
  const { told, target, perf, event, plan, chosen, file } = subject;
  const { clock, facts } = run.host;
  const { folder, stop, abandon } = run;
  const { durationMs, frequencyHz, mostBytes } = plan;
  const watch = event.waits === null ? undefined : new SleepWatch(run.host, target, event.waits);
  let beganUs: number | undefined;
  let endedUs: number | undefined;
  let sleepers: readonly Sleep[] = [];
  let cancel = (): void => undefined;
  const onBegun = (): void => {
    beganUs = nowUs();
    watch?.begin();
    cancel = tellProgress(run, subject);
  };
  const onEnding = (): void => {
    if (beganUs === undefined || endedUs !== undefined) return;
    endedUs = nowUs();
    sleepers = watch?.end((endedUs - beganUs) / 1000) ?? [];
    told.note({ endedTimeMs: clock.now() });
  };
  const bounds = { durationMs, frequencyHz, mostBytes, stop, abandon };
  const end = await recordSamples({
    ...bounds,
    perf,
    folder,
    file,
    clock,
    onBegun,
    onEnding,
    arguments: [...event.perfArguments, ...target.perfArguments],
    callGraph: chosen.callGraph,
    processors: facts.cpuCount,
    begin: () => beginOf(run),
  });
  onEnding();
  cancel();
  const nowhere = nowUs();
  return { end, beganUs: beganUs ?? nowhere, endedUs: endedUs ?? nowhere, sleepers };
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

function tellProgress({ host: { clock } }: ProfileRun, subject: RecordingSubject): () => void {
  const { told, event, plan, chosen } = subject;
  const beganMs = clock.monotonic();
  told.tell({
    status: 'running',
    sampledEvent: event.name,
    unit: event.unit,
    usedCallGraph: chosen.word,
    startedTimeMs: clock.now(),
  });
  return everySecond(clock, () => {
    told.tell({ progress: Math.min(1, (clock.monotonic() - beganMs) / plan.durationMs) });
  });
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

/** The clock with which perf records. */
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
