// jidi metrics: metrics of one node, by metric over a node set, or figures over its nodes; without --metric what the node has.
import { type Command, Option } from 'commander';
import type { MetricInfo, MetricSeries } from '../../shared/api/metric.ts';
import { commandLimits } from '../../shared/model/command.ts';
import { foldNodeSet } from '../../shared/nodeset.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { refuseUnknownSeries } from '../known-metrics.ts';
import { gatherPair, momentText, readNodeSet } from '../option-values.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { infoColumns, sampleColumns, sampleRows, seriesColumns } from '../views/metric-view.ts';
import { readLatest, readTable, wantsTable } from './metric-table.ts';
import { aggregates } from './node-top.ts';

interface MetricsOptions {
  readonly metric?: string;
  readonly from: string;
  readonly to: string;
  readonly step?: string;
  readonly rate?: true;
  readonly match?: Readonly<Record<string, string>>;
  readonly aggregate?: string;
  readonly across?: string;
  readonly within?: string;
  readonly by?: string;
  readonly bands?: true;
  readonly latest?: true;
}

export function addMetrics(parent: Command, context: CommandContext): void {
  const { say } = context;
  parent
    .command('metrics')
    .description(say('help.metrics'))
    .argument('<nodes>', say('help.arg.nodes'))
    .option('--metric <name>', say('help.metric'))
    .option('--from <time>', say('help.from'), '-10m')
    .option('--to <time>', say('help.to'), 'now')
    .option('--step <duration>', say('help.step'))
    .option('--rate', say('help.rate'))
    .option('--match <label=value>', say('help.match'), gatherPair)
    .addOption(new Option('--aggregate <how>', say('help.aggregate')).choices(aggregates))
    .option('--across <how>', say('help.across'))
    .option('--within <how>', say('help.within'))
    .option('--by <labels>', say('help.by'))
    .option('--bands', say('help.bands'))
    .addOption(new Option('--latest', say('help.latest')).conflicts(['step', 'rate', 'across', 'aggregate']))
    .action(async (nodes: string, options: MetricsOptions, command: Command) => {
      const session = context.session(command);
      const names = readNodeSet(nodes, commandLimits.nodes);
      context.end(await answer(session, names, options));
    });
}

function answer(session: Session, names: readonly string[], options: MetricsOptions): Promise<number> {
  const { metric } = options;
  if (options.latest) return readLatest(session, names, options);
  if (metric === undefined) return listMetrics(session, names);
  if (!wantsTable(metric, options)) return readMetric(session, names, { ...options, metric });
  if (!options.rate) return readTable(session, names, { ...options, metric });
  const message =
    '--rate: not together with several metrics or --aggregate, --across, --within, --by, --bands';
  throw new CliError(exitCodes.usage, message, 'Leave it out: counters are shown as rates then.');
}

async function listMetrics({ api, output, say }: Session, names: readonly string[]): Promise<number> {
  const [name = '', ...others] = names;
  if (others.length > 0) {
    const message = `metrics of ${names.length} nodes: no --metric`;
    throw new CliError(exitCodes.usage, message, 'Name one node to list what it has, or add --metric NAME.');
  }
  const infos = await api.get<readonly MetricInfo[]>(apiPath`nodes/${name}/metrics/names`);
  if (output.format === 'json') output.json(infos);
  else output.rows(infoColumns(say), infos);
  return exitCodes.ok;
}

async function readMetric(
  { api, output, say, note }: Session,
  names: readonly string[],
  { match, ...options }: MetricsOptions & { readonly metric: string },
): Promise<number> {
  const [first = ''] = names;
  const single = names.length === 1;
  const labels =
    match === undefined
      ? undefined
      : Object.entries(match)
          .map(([key, value]) => `${key}=${value}`)
          .join();
  const { metric, from, to, step, rate = false } = options;
  const times = { from: momentText(from), to: momentText(to) };
  const query = { metric, ...times, step, rate: rate || undefined, match: labels };
  const series = single
    ? await api.get<readonly MetricSeries[]>(apiPath`nodes/${first}/metrics`, query)
    : await api.get<readonly MetricSeries[]>('metrics', { ...query, nodes: foldNodeSet(names) });
  if (single && series.length === 0)
    await refuseUnknownSeries(api, { node: first, metric, match: match ?? {} });
  if (output.format === 'json') {
    output.json(
      series.map(({ node, metric, labels, samples }) => ({
        ...(single ? {} : { node }),
        metric,
        labels,
        samples,
      })),
    );
    return exitCodes.ok;
  }
  if (series.length === 0) note([piece(say('empty.metrics'), 'dim')]);
  if (output.format === 'csv') output.rows(sampleColumns(series), sampleRows(series));
  else output.rows(seriesColumns(say, { rate, single }), series);
  return exitCodes.ok;
}
