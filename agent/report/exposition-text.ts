// A report in the text format of Prometheus (version 0.0.4). In: a NodeReport. Out: text, one metric after another with
// its HELP and TYPE. Counters stay raw; a label's value may hold anything and is escaped.
import { gauge, type MetricDefinition } from '../../shared/model/metric.ts';
import { sourceMetrics } from '../sampler/source-runner.ts';
import type { NodeReport } from './node-report.ts';
import type { ReportValue } from './survey-sources.ts';

const versionMetric = gauge(
  'jidi_agent_info',
  0,
  'Version of the agent that wrote this; the value is always 1.',
);

export function expositionText(report: NodeReport): string {
  const byName = new Map<string, { readonly metric: MetricDefinition; readonly lines: string[] }>();
  const about: ReportValue[] = report.sources.flatMap(({ name, state, durationSeconds }) => {
    const labels = { source: name };
    if (state === 'absent') return [];
    return [
      { metric: sourceMetrics.success, labels, value: state === 'read' ? 1 : 0 },
      { metric: sourceMetrics.duration, labels, value: durationSeconds },
    ];
  });
  const version = { metric: versionMetric, labels: { version: report.version }, value: 1 };
  for (const value of [...report.sources.flatMap(({ values }) => values), ...about, version]) {
    const { metric } = value;
    const entry = byName.get(metric.name) ?? { metric, lines: [] };
    byName.set(metric.name, entry);
    entry.lines.push(lineOf(value));
  }
  return [...byName.values()].map(({ metric, lines }) => blockOf(metric, lines)).join('');
}

function blockOf({ name, help, kind }: MetricDefinition, lines: readonly string[]): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n${lines.join('')}`;
}

function lineOf({ metric, labels, value }: ReportValue): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  return `${metric.name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
