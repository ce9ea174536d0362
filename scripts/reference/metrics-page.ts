// In: what sources, sampler, delivery and collector say of their metrics. Out: the page of all metrics.
import { createHost } from '../../agent/host/host.ts';
import { deliveryMetrics, workMetrics } from '../../agent/own-figures.ts';
import { quietMetrics } from '../../agent/quiet/quiet-mode.ts';
import { samplerMetrics } from '../../agent/sampler/sampler.ts';
import { sourceFactories } from '../../agent/sources/registry.ts';
import type { MetricDefinition } from '../../shared/model/metric.ts';
import { code, page, plain, section, table } from './markdown.ts';
import type { CollectorFacts } from './running-collector.ts';

const intro = [
  'Counters only grow and are kept raw; rates are derived when they are asked for (`--rate`). Units are base units:',
  'seconds, bytes, ratios from 0 to 1. What a node does not have is absent, never 0. Metrics that node_exporter has,',
  'too, carry its names and labels. What one node has: `jidi metrics NODE`.',
].join('\n');

const fromNodes = [
  'The agent tells these at every tick, as far as the node has them. What is read at a wider spacing stands in between',
  '([why](../adr/0007-slow-values-stand-between-readings.md)): ask for a rate of it at a step that is not finer. On nodes',
  'with many cores some spacings are wider than they are here. GPUs tell anew every 5 s, NVLink once a minute; of jobs all',
  'but CPU time and memory is read every 5 s.',
].join('\n');

/** No machine: what the page says must not depend on the one that it is written on. */
const nowhere = { proc: '/nonexistent', sys: '/nonexistent', root: '/nonexistent' };

export function metricsPage({ metricsText }: CollectorFacts): string {
  const host = createHost({ roots: nowhere });
  const sources = sourceFactories.map((create) => create(host));
  const parts = sources.map(({ name, reads, metrics, everyMs = 0 }) => {
    const spacing = everyMs === 0 ? '' : `, every ${everyMs / 1000} s`;
    return section(`Source ${name}`, `Reads ${plain(reads)}${spacing}.`, metricTable(metrics));
  });
  for (const source of sources) source.close();
  return page(
    'Metrics',
    intro,
    fromNodes,
    ...parts,
    section("The agent's own: sampling", metricTable([...samplerMetrics, ...quietMetrics])),
    section("The agent's own: delivery", metricTable(deliveryMetrics)),
    section("The agent's own: processes, profiles, commands", metricTable(workMetrics)),
    collectorSection(metricsText),
  );
}

function metricTable(metrics: readonly MetricDefinition[]): string {
  const rows = metrics.map(({ name, kind, decimals, help }) => [
    code(name),
    kind,
    String(decimals),
    plain(help),
  ]);
  return table(['Metric', 'Kind', 'Decimals', 'Meaning'], rows);
}

function collectorSection(text: string): string {
  const kinds = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => [name, kind]),
  );
  const rows = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)]
    .filter(([, name = '']) => name.startsWith('jidi_'))
    .map(([, name = '', help = '']) => [code(name), kinds.get(name) ?? '', plain(help)])
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return section(
    "The collector's own",
    [
      'For Prometheus at `/metrics` of the collector; they are not stored. `process_…` and `nodejs_…` of prom-client stand',
      'beside them.',
    ].join('\n'),
    table(['Metric', 'Kind', 'Meaning'], rows),
  );
}
