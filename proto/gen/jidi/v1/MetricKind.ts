// Original file: proto/jidi/v1/metric.proto

export const MetricKind = {
  METRIC_KIND_UNSPECIFIED: 'METRIC_KIND_UNSPECIFIED',
  METRIC_KIND_COUNTER: 'METRIC_KIND_COUNTER',
  METRIC_KIND_GAUGE: 'METRIC_KIND_GAUGE',
} as const;

export type MetricKindInput =
  | 'METRIC_KIND_UNSPECIFIED'
  | 0
  | 'METRIC_KIND_COUNTER'
  | 1
  | 'METRIC_KIND_GAUGE'
  | 2

export type MetricKind = typeof MetricKind[keyof typeof MetricKind]
