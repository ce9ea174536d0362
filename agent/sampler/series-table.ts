// All series of the node and their values of the running tick. In: definitions and values. Out: a MetricTick.
// It refuses series past a limit and counts them. Invariants: handle i is the place of series i for ever; what was not
// set since `begin` is NaN.
import type { Labels, MetricDefinition, MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';
import type { SampleSink, SeriesHandle } from '../sources/source.ts';

const firstSize = 256;
const refusedHandle = -1;

export class SeriesTable implements SampleSink {
  readonly #limit: number;
  readonly #definitions: SeriesDefinition[] = [];
  readonly #handles = new Map<string, SeriesHandle>();
  #values = new Float64Array(firstSize).fill(Number.NaN);
  #refusedCount = 0;

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

  series(metric: MetricDefinition, labels: Labels): SeriesHandle {
    const key = keyOf(metric.name, labels);
    const known = this.#handles.get(key);
    if (known !== undefined) return known;
    const handle = this.#definitions.length;
    if (handle >= this.#limit) {
      this.#refusedCount += 1;
      return refusedHandle;
    }
    const { name, kind, decimals } = metric;
    this.#definitions.push({ metric: name, kind, decimals, labels });
    this.#handles.set(key, handle);
    if (handle >= this.#values.length) this.#grow();
    return handle;
  }

  set(handle: SeriesHandle, value: number): void {
    if (handle < 0 || handle >= this.#definitions.length) return;
    this.#values[handle] = Number.isFinite(value) ? value : Number.NaN;
  }

  /** Forgets the values of the tick before. */
  begin(): void {
    this.#values.fill(Number.NaN, 0, this.#definitions.length);
  }

  /** A copy of the values; the list of series is shared and only grows. */
  take(timeMs: number): MetricTick {
    return { timeMs, series: this.#definitions, values: this.#values.slice(0, this.#definitions.length) };
  }

  #grow(): void {
    const larger = new Float64Array(this.#values.length * 2).fill(Number.NaN);
    larger.set(this.#values);
    this.#values = larger;
  }
}

function keyOf(metric: string, labels: Labels): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([metric, sorted]);
}
