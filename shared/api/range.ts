// Metrics of many nodes or many metrics of one node over HTTP: the times once, then a row of values for each series.
import { type Static, Type } from 'typebox';
import { Labels, NullableNumber, NullableString } from './nullable.ts';

const Values = Type.Array(NullableNumber, {
  description: 'One for each of `times`; null: nothing was measured.',
});

export const MetricRow = Type.Object(
  {
    metric: Type.String(),
    node: Type.Union([Type.String(), Type.Null()], { description: 'null: of several nodes.' }),
    labels: Labels,
    rate: Type.Boolean({ description: 'True: the values are growth per second.' }),
    across: Type.Union([Type.String(), Type.Null()], {
      description:
        'How several series became this one: sum, avg, min, max, count or p99; null: it is a series.',
    }),
    members: Type.Integer({ description: 'How many series are in it.' }),
    values: Values,
    min: Type.Optional(Values),
    max: Type.Optional(Values),
  },
  { $id: 'MetricRow' },
);
export type MetricRow = Static<typeof MetricRow>;

export const DeclaredGap = Type.Object(
  {
    node: Type.String(),
    from: Type.Number(),
    to: Type.Number(),
    count: Type.Integer({ description: 'Ticks or snapshots that were lost; 0: nobody can know.' }),
    reason: Type.String({ description: 'Stable word: buffer-full, damaged, thinned, restart, …' }),
  },
  { $id: 'DeclaredGap' },
);
export type DeclaredGap = Static<typeof DeclaredGap>;

export const MetricTable = Type.Object(
  {
    step: Type.Number({ description: 'Seconds.' }),
    times: Type.Array(Type.Number(), {
      description: 'Seconds since the Unix epoch; a value stands for the step that ends at its time.',
    }),
    rows: Type.Array(MetricRow),
    gaps: Type.Union([Type.Array(DeclaredGap), Type.Null()], {
      description:
        'Declared losses in the range, oldest first; null: not looked for, the nodes are too many.',
    }),
  },
  { $id: 'MetricTable' },
);
export type MetricTable = Static<typeof MetricTable>;

export const LatestSample = Type.Object(
  {
    node: Type.String(),
    metric: Type.String(),
    labels: Labels,
    kind: Type.Union([Type.Literal('counter'), Type.Literal('gauge')]),
    time: Type.Number({ description: 'Seconds since the Unix epoch.' }),
    value: Type.Number({ description: 'As it was measured; of a counter its raw value.' }),
    perSecond: Type.Union([Type.Number(), Type.Null()], {
      description: 'Growth of a counter since the tick before; null when it is not known, and of a gauge.',
    }),
  },
  { $id: 'LatestSample' },
);
export type LatestSample = Static<typeof LatestSample>;

export const TopEntry = Type.Object(
  {
    node: Type.String(),
    labels: Type.Union([Labels, Type.Null()], { description: 'null: of the whole node.' }),
    value: Type.Number(),
  },
  { $id: 'TopEntry' },
);
export type TopEntry = Static<typeof TopEntry>;

export const TopList = Type.Object(
  {
    metric: Type.String(),
    from: Type.Number({ description: 'Begin of what was looked at, seconds since the Unix epoch.' }),
    to: Type.Number({ description: 'Its end.' }),
    rate: Type.Boolean({ description: 'True: the values are growth per second.' }),
    considered: Type.Integer({ description: 'How many nodes or series had a value.' }),
    entries: Type.Array(TopEntry, { description: 'In order; equal ones by name.' }),
  },
  { $id: 'TopList' },
);
export type TopList = Static<typeof TopList>;

export const ProcessUse = Type.Object(
  {
    node: Type.String(),
    pid: Type.Integer(),
    startTime: Type.Number({ description: 'Seconds since the Unix epoch.' }),
    name: Type.String(),
    command: Type.String({ description: 'Command line, secrets masked.' }),
    user: Type.String(),
    job: NullableString,
    step: NullableString,
    localRank: NullableNumber,
    cpuSeconds: Type.Number({
      description: 'CPU time that it was seen to use; at least that much, for only the busiest are listed.',
    }),
    cpuRatio: Type.Number({ description: 'CPU seconds per second of the time in which it was seen.' }),
    peakCpuRatio: Type.Number(),
    peakResidentBytes: Type.Number(),
    peakGpuMemoryBytes: NullableNumber,
    readBytes: NullableNumber,
    writeBytes: NullableNumber,
    firstSeen: Type.Number({ description: 'First snapshot in the range that lists it.' }),
    lastSeen: Type.Number({ description: 'Last one.' }),
    snapshots: Type.Integer({ description: 'How many list it.' }),
  },
  { $id: 'ProcessUse' },
);
export type ProcessUse = Static<typeof ProcessUse>;

export const ProcessUses = Type.Object(
  {
    from: Type.Number(),
    to: Type.Number(),
    snapshots: Type.Integer({ description: 'How many were looked at.' }),
    count: Type.Integer({ description: 'How many processes they list in all.' }),
    processes: Type.Array(ProcessUse, { description: 'In the order that was asked for.' }),
    gaps: Type.Union([Type.Array(DeclaredGap), Type.Null()], {
      description: 'Declared losses of snapshots in the range; null: not looked for.',
    }),
  },
  { $id: 'ProcessUses' },
);
export type ProcessUses = Static<typeof ProcessUses>;
