// Asks every source twice, with a pause, for a person. In: sources. Out: what each found, how long it took, what
// it lacks. One after another, each under a deadline; a source that throws harms no other. It rates nothing.
import type { Clock } from '../../shared/clock.ts';
import { errorMessage } from '../../shared/errors.ts';
import type { Labels, MetricDefinition } from '../../shared/model/metric.ts';
import type { Lack, SampleSink, Source } from '../sources/source.ts';

const deadlineMs = 5_000;

const pauseMs = 1_000;

export function pauseBetweenReadings(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}

export interface ReportValue {
  readonly metric: MetricDefinition;
  readonly labels: Labels;
  readonly value: number;
}

export interface SourceReport {
  readonly name: string;
  readonly reads: string;
  /** absent: its part of the machine is not there. failed: it is there, and could not be read, or not all of it. */
  readonly state: 'read' | 'absent' | 'failed';
  /** Why it is absent or failed; null when it was read. */
  readonly reason: string | null;
  readonly remedy: string | null;
  readonly durationSeconds: number;
  readonly values: readonly ReportValue[];
  readonly lacks: readonly Lack[];
}

/** Two readings with `pause` between them; the second one counts. */
export async function surveySources(
  sources: readonly Source[],
  clock: Clock,
  pause: () => Promise<void>,
): Promise<readonly SourceReport[]> {
  await surveyAll(sources, clock);
  await pause();
  return await surveyAll(sources, clock);
}

async function surveyAll(sources: readonly Source[], clock: Clock): Promise<readonly SourceReport[]> {
  const reports: SourceReport[] = [];
  for (const source of sources) reports.push(await surveyOne(source, clock));
  return reports;
}

async function surveyOne(source: Source, clock: Clock): Promise<SourceReport> {
  const { name, reads } = source;
  const nothing = { durationSeconds: 0, values: [], lacks: [] };
  const probe = source.probe();
  if (!probe.present) {
    const { reason, remedy } = probe;
    return { name, reads, state: 'absent', reason, remedy, ...nothing };
  }
  const sink = new ReportSink();
  const startedMs = clock.monotonic();
  const reason = await readInTime(source, sink, clock);
  return {
    name,
    reads,
    state: reason === null ? 'read' : 'failed',
    reason,
    remedy: null,
    durationSeconds: (clock.monotonic() - startedMs) / 1000,
    values: sink.values(),
    lacks: source.lacks?.() ?? [],
  };
}

async function readInTime(source: Source, sink: SampleSink, clock: Clock): Promise<string | null> {
  let cancel = (): void => {};
  try {
    const reading = source.read(sink);
    if (reading === undefined) return null;
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(deadlineMs, () =>
        reject(new Error(`read ${source.reads}: no end within ${deadlineMs} ms`)),
      );
    });
    await Promise.race([reading, late]);
    return null;
  } catch (error) {
    return errorMessage(error);
  } finally {
    cancel();
  }
}

/** Remembers what was set, each series once. */
class ReportSink implements SampleSink {
  readonly #series: { readonly metric: MetricDefinition; readonly labels: Labels }[] = [];
  readonly #values: number[] = [];

  series(metric: MetricDefinition, labels: Labels): number {
    return this.#series.push({ metric, labels }) - 1;
  }

  set(handle: number, value: number): void {
    this.#values[handle] = value;
  }

  values(): readonly ReportValue[] {
    return this.#series.flatMap(({ metric, labels }, handle) => {
      const value = this.#values[handle] ?? Number.NaN;
      return Number.isFinite(value) ? [{ metric, labels, value }] : [];
    });
  }
}
