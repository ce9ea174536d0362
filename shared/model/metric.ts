// Metrics, series and ticks, in Prometheus' meanings.

/** A counter only grows except when it restarts from zero; it travels and is stored raw. */
export type MetricKind = 'counter' | 'gauge';

export type Labels = Readonly<Record<string, string>>;

/** One metric as a source declares it; the reference page of metrics is generated from these. */
export interface MetricDefinition {
  /** Base unit as suffix: `_seconds`, `_bytes`, `_ratio`, `_celsius`; counters end in `_total`. */
  readonly name: string;
  readonly kind: MetricKind;
  /** Decimal places that are kept: a value v travels as round(v * 10^decimals). 0 to 9. */
  readonly decimals: number;
  readonly help: string;
}

export function counter(name: string, decimals: number, help: string): MetricDefinition {
  return { name, kind: 'counter', decimals, help };
}

export function gauge(name: string, decimals: number, help: string): MetricDefinition {
  return { name, kind: 'gauge', decimals, help };
}

/** One series of a node: a metric with its labels. */
export interface SeriesDefinition {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly decimals: number;
  readonly labels: Labels;
}

/**
 * All values of one moment on one node. `values[i]` belongs to `series[i]`; NaN means the series has no value at this
 * tick (absence, never 0). One list only grows; a sender that forgets series begins a new list.
 */
export interface MetricTick {
  /** ms since the Unix epoch, a whole multiple of the interval. */
  readonly timeMs: number;
  readonly series: readonly SeriesDefinition[];
  /** At most as long as `series`; what lies past its end is absent. */
  readonly values: Float64Array;
}
