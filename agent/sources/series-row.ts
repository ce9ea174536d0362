// The series of one thing with several values, e.g. one disk: handles are got when a value first appears.
// In: columns, values. Out: calls of the sink. NaN means absent: nothing is set, no series is made.
import type { Labels, MetricDefinition } from '../../shared/model/metric.ts';
import type { SampleSink } from './source.ts';

export interface SeriesColumn {
  readonly metric: MetricDefinition;
  readonly labels: Labels;
}

const notAsked = -2;

export class SeriesRow {
  readonly #columns: readonly SeriesColumn[];
  readonly #handles: Int32Array;
  #sink: SampleSink | undefined;

  constructor(columns: readonly SeriesColumn[]) {
    this.#columns = columns;
    this.#handles = new Int32Array(columns.length).fill(notAsked);
  }

  set(sink: SampleSink, column: number, value: number): void {
    const definition = this.#columns[column];
    if (Number.isNaN(value) || definition === undefined) return;
    if (sink !== this.#sink) {
      this.#sink = sink;
      this.#handles.fill(notAsked);
    }
    let handle = this.#handles[column] ?? notAsked;
    if (handle === notAsked) {
      handle = sink.series(definition.metric, definition.labels);
      this.#handles[column] = handle;
    }
    sink.set(handle, value);
  }
}

/** One metric per column, the same labels for all. */
export function createRow(metrics: readonly MetricDefinition[], labels: Labels): SeriesRow {
  return new SeriesRow(metrics.map((metric) => ({ metric, labels })));
}
