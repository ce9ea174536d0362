// Runs one source at the ticks at which it is due. In: a source. Out: its values in the table, and three series about
// the run itself. A source that throws is counted and told once; one that exceeds its deadline is left alone until it
// comes back, and what it says meanwhile is not taken.
// Invariants: at most one reading of a source is under way; what a reading set stands until the next one begins, and no
// longer than three of the source's own spacings.
import type { Clock } from '../../shared/clock.ts';
import { errorMessage } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import { counter, gauge, type Labels, type MetricDefinition } from '../../shared/model/metric.ts';
import type { Probe, SampleSink, SeriesHandle, Source } from '../sources/source.ts';

export const sourceMetrics = {
  duration: gauge('jidi_source_duration_seconds', 6, 'How long the reading of the source took.'),
  success: gauge(
    'jidi_source_success',
    0,
    '1 when the reading went well, 0 when not; absent while the source has nothing to read here.',
  ),
  skipped: counter(
    'jidi_source_skipped_total',
    0,
    'Readings left out because an earlier one had not come back.',
  ),
};

const probeAgainMs = 300_000;
/** So many spacings may values stand that were not read anew. */
const longestStand = 3;

export interface RunnerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly deadlineMs: number;
  readonly sink: SampleSink;
}

export class SourceRunner {
  readonly #source: Source;
  readonly #options: RunnerOptions;
  #gate: GatedSink;
  readonly #everyMs: number;
  readonly #handles = new Map<MetricDefinition, SeriesHandle>();
  #state: 'unknown' | 'absent' | 'good' | 'failing' = 'unknown';
  #hung = false;
  #skipped = 0;
  #probeAtMs = 0;
  /** Which spacing of the wall clock was looked at last: ticks in the same one find the source not due. */
  #span = Number.NaN;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(source: Source, options: RunnerOptions) {
    this.#source = source;
    this.#options = options;
    this.#everyMs = source.everyMs ?? 0;
    this.#gate = new GatedSink(options.sink);
  }

  /** True for the cheapest, which are read in quiet mode, too. */
  get isQuiet(): boolean {
    return this.#source.isQuiet === true;
  }

  /** A reading, when one is due at this tick. */
  async run(timeMs: number): Promise<void> {
    if (!this.#isDue(timeMs) || !this.#isPresent()) return;
    if (this.#hung) {
      this.#gate.clear();
      this.#skipped += 1;
      this.#report(0);
      return;
    }
    const startedMs = this.#options.clock.monotonic();
    this.#readAtMs = startedMs;
    const failure = await this.#readOnce();
    this.#note(failure);
    this.#set(sourceMetrics.duration, (this.#options.clock.monotonic() - startedMs) / 1000);
    this.#report(failure === null ? 1 : 0);
  }

  /** No reading at this tick, though one may be due; what was read long ago goes. */
  rest(): void {
    if (this.#readAtMs === Number.NEGATIVE_INFINITY) return;
    if (this.#options.clock.monotonic() - this.#readAtMs < this.#everyMs * longestStand) return;
    this.#span = Number.NaN;
    this.#readAtMs = Number.NEGATIVE_INFINITY;
    this.#gate.clear();
    for (const handle of this.#handles.values()) this.#options.sink.set(handle, Number.NaN);
  }

  /** The series have new places, -1 for those that are gone: the source is given a new sink and asks for its handles anew. */
  moveTo(places: Int32Array): void {
    this.#gate = this.#gate.movedTo(places);
    for (const [metric, handle] of this.#handles) this.#handles.set(metric, places[handle] ?? -1);
  }

  #isDue(timeMs: number): boolean {
    if (this.#everyMs === 0) return true;
    const span = Math.floor(timeMs / this.#everyMs);
    if (span === this.#span) return false;
    this.#span = span;
    return true;
  }

  #isPresent(): boolean {
    if (this.#state === 'good' || this.#state === 'failing') return true;
    const now = this.#options.clock.monotonic();
    if (this.#state === 'absent' && now < this.#probeAtMs) return false;
    const probe = this.#probe();
    if (probe.present) {
      this.#state = 'good';
      return true;
    }
    this.#probeAtMs = now + probeAgainMs;
    if (this.#state === 'unknown') {
      const { reason, remedy } = probe;
      this.#options.log.info(
        { source: this.#source.name, reason, remedy },
        'source has nothing to read here',
      );
    }
    this.#state = 'absent';
    return false;
  }

  /** One that throws has nothing that could be read: the node goes on without. */
  #probe(): Probe {
    try {
      return this.#source.probe();
    } catch (error) {
      const remedy = `Look at what it reads: ${this.#source.reads}.`;
      return { present: false, reason: errorMessage(error), remedy };
    }
  }

  /** Resolves with what went wrong, or null. */
  async #readOnce(): Promise<string | null> {
    const gate = this.#gate;
    gate.clear();
    gate.open = true;
    try {
      const reading = this.#source.read(gate);
      if (reading !== undefined) await this.#beforeDeadline(reading);
      return null;
    } catch (error) {
      return errorMessage(error);
    } finally {
      gate.open = false;
    }
  }

  #beforeDeadline(reading: Promise<void>): Promise<void> {
    const { clock, deadlineMs } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(deadlineMs, () => {
        this.#hung = true;
        reject(new Error(`read ${this.#source.reads}: no end within ${deadlineMs} ms`));
      });
      reading.then(resolve, reject).finally(() => {
        this.#hung = false;
        cancel();
      });
    });
  }

  #note(failure: string | null): void {
    const { log } = this.#options;
    const source = this.#source.name;
    if (failure !== null && this.#state !== 'failing') log.warn({ source, reason: failure }, 'source failed');
    if (failure === null && this.#state === 'failing') log.info({ source }, 'source works again');
    this.#state = failure === null ? 'good' : 'failing';
  }

  #report(success: number): void {
    this.#set(sourceMetrics.success, success);
    this.#set(sourceMetrics.skipped, this.#skipped);
  }

  #set(metric: MetricDefinition, value: number): void {
    const { sink } = this.#options;
    let handle = this.#handles.get(metric);
    if (handle === undefined) {
      handle = sink.series(metric, { source: this.#source.name });
      this.#handles.set(metric, handle);
    }
    sink.set(handle, value);
  }
}

/** Lets values pass only while a reading is under way and in time; knows which series are the source's. */
class GatedSink implements SampleSink {
  open = false;
  readonly #sink: SampleSink;
  readonly #handles = new Set<SeriesHandle>();
  #isClear = true;

  constructor(sink: SampleSink) {
    this.#sink = sink;
  }

  /** A new gate that knows the same series at their new places. */
  movedTo(places: Int32Array): GatedSink {
    const gate = new GatedSink(this.#sink);
    for (const handle of this.#handles) {
      const place = places[handle] ?? -1;
      if (place >= 0) gate.#handles.add(place);
    }
    gate.#isClear = this.#isClear;
    return gate;
  }

  series(metric: MetricDefinition, labels: Labels): SeriesHandle {
    const handle = this.#sink.series(metric, labels);
    this.#handles.add(handle);
    return handle;
  }

  set(handle: SeriesHandle, value: number): void {
    if (!this.open) return;
    this.#isClear = false;
    this.#sink.set(handle, value);
  }

  /** Everything the source has set is absent from here on. */
  clear(): void {
    if (this.#isClear) return;
    this.#isClear = true;
    for (const handle of this.#handles) this.#sink.set(handle, Number.NaN);
  }
}
