// Metrics over HTTP.
import { type Static, Type } from 'typebox';
import { Labels } from './nullable.ts';

/** One series over a range. A sample whose value is null is a gap: nothing was measured there. */
export const MetricSeries = Type.Object(
  {
    metric: Type.String(),
    node: Type.String(),
    labels: Labels,
    samples: Type.Array(Type.Tuple([Type.Number(), Type.Union([Type.Number(), Type.Null()])]), {
      description: '[seconds since the Unix epoch, value]; null is a gap.',
    }),
  },
  { $id: 'MetricSeries' },
);
export type MetricSeries = Static<typeof MetricSeries>;

export const MetricInfo = Type.Object(
  {
    metric: Type.String(),
    kind: Type.Union([Type.Literal('counter'), Type.Literal('gauge')]),
    series: Type.Array(Labels, { description: 'The label sets the node has for this metric.' }),
  },
  { $id: 'MetricInfo' },
);
export type MetricInfo = Static<typeof MetricInfo>;

function text(maxLength: number, description: string) {
  return Type.Optional(Type.String({ maxLength, description }));
}

/** Times: seconds since the Unix epoch, an ISO 8601 time, `now`, or relative to now as `-10m`. */
export const MetricQuery = Type.Object({
  metric: Type.String({ pattern: '^[a-zA-Z_:][a-zA-Z0-9_:]{0,127}$', description: 'Metric name.' }),
  from: text(64, 'Begin: seconds, ISO 8601 or relative (-10m). Default -10m.'),
  to: text(64, 'End, likewise. Default now.'),
  step: text(32, 'Spacing of samples: 10s, 1m, … Default: at most 500 samples.'),
  rate: Type.Optional(
    Type.Boolean({ description: 'Derive per-second rates of a counter, resets accounted for.' }),
  ),
  match: text(2048, 'Only series with these labels: name=value, comma-separated.'),
});
export type MetricQuery = Static<typeof MetricQuery>;
