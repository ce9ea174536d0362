// Entries of the series dictionary. In: definitions, both ways. It refuses names that are no metric or label names,
// and more labels or text than allowed. Labels come out without a prototype, so no name can mean anything special.
import type {
  SeriesDefinitionInput,
  SeriesDefinition as WireDefinition,
} from '../../proto/gen/jidi/v1/SeriesDefinition.ts';
import type { Labels, MetricKind, SeriesDefinition } from '../model/metric.ts';
import { truncate } from '../text.ts';
import { checkInteger, checkList, checkPattern, checkText, wireBounds } from './bounds.ts';
import { malformed } from './wire-error.ts';

const metricPattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelPattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

const wireKinds = { counter: 'METRIC_KIND_COUNTER', gauge: 'METRIC_KIND_GAUGE' } as const;

/** The same text for the same series: metric and labels in order of their names. */
export function seriesKey(metric: string, labels: Labels): string {
  let key = metric;
  for (const name of Object.keys(labels).toSorted()) key += `\0${name}\0${labels[name] ?? ''}`;
  return key;
}

/** The definition with every label value cut to what may travel. */
export function clampSeries(definition: SeriesDefinition): SeriesDefinition {
  const entries = Object.entries(definition.labels);
  if (entries.every(([, value]) => value.length <= wireBounds.labelValue)) return definition;
  const labels = entries.map(([name, value]) => [name, truncate(value, wireBounds.labelValue)]);
  return { ...definition, labels: Object.fromEntries(labels) as Labels };
}

export function encodeSeries({ metric, kind, decimals, labels }: SeriesDefinition): SeriesDefinitionInput {
  const names = Object.keys(labels).toSorted();
  const wireLabels = names.map((name) => ({ name, value: labels[name] ?? '' }));
  return { metric, kind: wireKinds[kind], decimals, labels: wireLabels };
}

export function decodeSeries(field: string, definition: WireDefinition): SeriesDefinition {
  checkText(`${field}.metric`, definition.metric, wireBounds.metricName);
  return {
    metric: checkPattern(`${field}.metric`, definition.metric, metricPattern),
    kind: decodeKind(field, definition.kind),
    decimals: checkInteger(`${field}.decimals`, definition.decimals, 0, wireBounds.decimals),
    labels: decodeLabels(field, definition),
  };
}

function decodeKind(field: string, kind: WireDefinition['kind']): MetricKind {
  if (kind === wireKinds.counter) return 'counter';
  if (kind === wireKinds.gauge) return 'gauge';
  throw malformed(`${field}.kind`, `${kind} is neither counter nor gauge`);
}

function decodeLabels(field: string, definition: WireDefinition): Labels {
  const labels = Object.create(null) as Record<string, string>;
  let before = '';
  for (const { name, value } of checkList(`${field}.labels`, definition.labels, wireBounds.labels)) {
    checkText(`${field}.labels`, name, wireBounds.labelName);
    checkPattern(`${field}.labels`, name, labelPattern);
    if (name <= before) throw malformed(`${field}.labels`, `${name} after ${before}: not sorted by name`);
    labels[name] = checkText(`${field}.labels.${name}`, value, wireBounds.labelValue);
    before = name;
  }
  return labels;
}
