// All series of the node and their values of the running tick. In: definitions and values. Out: a MetricTick.
// It refuses series past a limit and counts them; series without a value for long are forgotten, many at a time, so that
// jobs and interfaces that have gone do not use up the limit.
// Invariants: handle i is the place of series i until `forgetAbsent` says otherwise; the list of series that a tick has
// only grows, and is another one after series were forgotten.
import type { Labels, MetricDefinition, MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';
import type { SampleSink, SeriesHandle } from '../sources/source.ts';

const firstSize = 256;
const refusedHandle = -1;
const lookEveryMs = 600_000;
const longAbsentMs = 3_600_000;
/** Sooner when others wait for their places. */
const fullAbsentMs = lookEveryMs;
/** To begin a new list is worth it for this share of it. */
const worthwhileShare = 1 / 4;

export class SeriesTable implements SampleSink {
  readonly #limit: number;
  #definitions: SeriesDefinition[] = [];
  #handles = new Map<string, SeriesHandle>();
  #values = new Float64Array(firstSize).fill(Number.NaN);
  /** When each series was last found to have a value; looked at now and then, not at every tick. */
  #seenAtMs = new Float64Array(firstSize);
  #lookedAtMs = Number.NaN;
  #refusedCount = 0;
  #forgottenCount = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#definitions.length;
  }

  /** How often a series was refused. */
  get refused(): number {
    return this.#refusedCount;
  }

  /** How many series were forgotten. */
  get forgotten(): number {
    return this.#forgottenCount;
  }

  series(metric: MetricDefinition, labels: Labels): SeriesHandle {
    const key = keyOf(metric.name, labels);
    const known = this.#handles.get(key);
    if (known !== undefined) return known;
    if (this.#definitions.length >= this.#limit) {
      this.#refusedCount += 1;
      return refusedHandle;
    }
    const { name, kind, decimals } = metric;
    return this.#add(key, { metric: name, kind, decimals, labels });
  }

  set(handle: SeriesHandle, value: number): void {
    if (handle < 0 || handle >= this.#definitions.length) return;
    this.#values[handle] = Number.isFinite(value) ? value : Number.NaN;
  }

  /** A copy of the values; the list of series is shared. */
  take(timeMs: number): MetricTick {
    return { timeMs, series: this.#definitions, values: this.#values.slice(0, this.#definitions.length) };
  }

  /**
   * Forgets series without a value for an hour once they are a quarter of all, and for less when the table is full.
   * null when nothing changed; else the new handle of each old one, -1 for those that are forgotten.
   */
  forgetAbsent(monotonicMs: number): Int32Array | null {
    if (monotonicMs - this.#lookedAtMs < lookEveryMs) return null;
    const isFirstLook = Number.isNaN(this.#lookedAtMs);
    this.#lookedAtMs = monotonicMs;
    const size = this.#definitions.length;
    const isFull = size >= this.#limit;
    const beforeMs = monotonicMs - (isFull ? fullAbsentMs : longAbsentMs);
    let absent = 0;
    for (let handle = 0; handle < size; handle += 1) {
      // What is new since the last look has not been seen; it may stay until the next one.
      const isNew = isFirstLook || this.#seenAtMs[handle] === 0;
      if (isNew || !Number.isNaN(this.#values[handle])) this.#seenAtMs[handle] = monotonicMs;
      if ((this.#seenAtMs[handle] ?? 0) <= beforeMs) absent += 1;
    }
    if (absent === 0 || (absent < size * worthwhileShare && !isFull)) return null;
    this.#forgottenCount += absent;
    return this.#rebuild(beforeMs);
  }

  #rebuild(beforeMs: number): Int32Array {
    const definitions = this.#definitions;
    const values = this.#values;
    const seenAtMs = this.#seenAtMs;
    const keys = [...this.#handles.keys()];
    const moved = new Int32Array(definitions.length).fill(refusedHandle);
    this.#definitions = [];
    this.#handles = new Map();
    this.#values = new Float64Array(values.length).fill(Number.NaN);
    this.#seenAtMs = new Float64Array(values.length);
    for (const [handle, definition] of definitions.entries()) {
      const seenMs = seenAtMs[handle] ?? 0;
      // The keys are in the order in which the series came.
      const key = keys[handle];
      if (seenMs <= beforeMs || key === undefined) continue;
      const place = this.#add(key, definition);
      this.#values[place] = values[handle] ?? Number.NaN;
      this.#seenAtMs[place] = seenMs;
      moved[handle] = place;
    }
    return moved;
  }

  #add(key: string, definition: SeriesDefinition): SeriesHandle {
    const handle = this.#definitions.length;
    this.#definitions.push(definition);
    this.#handles.set(key, handle);
    if (handle >= this.#values.length) this.#grow();
    return handle;
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2).fill(Number.NaN);
    const seenAtMs = new Float64Array(values.length);
    values.set(this.#values);
    seenAtMs.set(this.#seenAtMs);
    this.#values = values;
    this.#seenAtMs = seenAtMs;
  }
}

function keyOf(metric: string, labels: Labels): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([metric, sorted]);
}
