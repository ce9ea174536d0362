// What is asked of metrics over time and over nodes, as parameters of an address.
import { type Static, Type } from 'typebox';
import { MetricQuery } from './metric.ts';

const { from, to, step } = MetricQuery.properties;

function text(maxLength: number, description: string) {
  return Type.String({ minLength: 1, maxLength, description });
}

function choice<T extends string>(values: readonly T[], description: string) {
  return Type.Optional(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      { description },
    ),
  );
}

const nodes = text(8192, 'Node set, e.g. n[001-100].');
const allNodes = Type.Optional(text(8192, 'Node set, e.g. n[001-100]. Default: all nodes.'));
const metrics = text(
  8192,
  'Metrics, comma-separated; labels in braces: node_load1,node_cpu_seconds_total{mode=idle}.',
);
const aggregate = choice(
  ['avg', 'min', 'max', 'sum', 'last', 'count'],
  'How the samples of a step become one value. Of a counter avg, min and max are of its growth per second, sum is its growth, last its raw value. Default avg.',
);
const combination = 'sum, avg, min, max, count or a percentile as p99';

export const RangeParameters = Type.Object({
  nodes,
  metrics,
  from,
  to,
  step,
  aggregate,
  bands: Type.Optional(
    Type.Boolean({
      description:
        'With avg: min and max of each step beside it, so that no peak is lost. Default: true for one node.',
    }),
  ),
  within: Type.Optional(text(16, `The series of a node become one first: ${combination}.`)),
  across: Type.Optional(
    text(128, `The series of all nodes become one: ${combination}; several are comma-separated.`),
  ),
  by: Type.Optional(
    Type.String({
      maxLength: 512,
      description: 'Labels that are kept when series become one, comma-separated. Default: all.',
    }),
  ),
});
export type RangeParameters = Static<typeof RangeParameters>;

export const LatestParameters = Type.Object({ nodes: allNodes, metrics: Type.Optional(metrics) });
export type LatestParameters = Static<typeof LatestParameters>;

export const TopParameters = Type.Object({
  metric: text(2048, 'Metric; labels in braces: node_cpu_seconds_total{mode=user}.'),
  nodes: allNodes,
  at: Type.Optional(text(64, 'Moment: seconds, ISO 8601 or relative (-10m). Default now.')),
  from,
  to,
  aggregate,
  of: choice(['nodes', 'series'], 'What is compared. Default nodes.'),
  within: Type.Optional(
    text(16, `How the series of a node become one: ${combination}. Default sum of counters, max of gauges.`),
  ),
  order: choice(['highest', 'lowest'], 'Default highest.'),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 10 })),
});
export type TopParameters = Static<typeof TopParameters>;

export const ProcessesParameters = Type.Object({
  nodes,
  from,
  to,
  job: Type.Optional(text(256, 'Only the processes of this job, as the scheduler writes it.')),
  sort: choice(
    ['cpu', 'memory', 'io', 'gpu'],
    'By CPU time, peak of resident memory, bytes read and written, or peak of GPU memory. Default cpu.',
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 20 })),
});
export type ProcessesParameters = Static<typeof ProcessesParameters>;
