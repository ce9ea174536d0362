// jidi node top: the nodes, or series, with the highest values of a metric, now, at a moment or over a range.
import { type Command, Option } from 'commander';
import type { TopList } from '../../shared/api/range.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { integerFrom, momentText } from '../option-values.ts';
import { showTime } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { topColumns } from '../views/metric-row-view.ts';

interface NodeTopOptions {
  readonly metric: string;
  readonly nodes?: string;
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly aggregate?: string;
  readonly series?: true;
  readonly within?: string;
  readonly lowest?: true;
  readonly limit: number;
}

export const aggregates = ['avg', 'min', 'max', 'sum', 'last', 'count'];

export function addNodeTop(parent: Command, context: CommandContext): void {
  const { say } = context;
  parent
    .command('top')
    .description(say('help.node.top'))
    .requiredOption('--metric <name>', say('help.metricWithLabels'))
    .option('--nodes <nodes>', say('help.amongNodes'))
    .addOption(new Option('--at <time>', say('help.at')).conflicts(['from', 'to']))
    .option('--from <time>', say('help.fromRange'))
    .option('--to <time>', say('help.to'))
    .addOption(new Option('--aggregate <how>', say('help.aggregate')).choices(aggregates))
    .option('--series', say('help.compareSeries'))
    .option('--within <how>', say('help.within'))
    .option('--lowest', say('help.lowest'))
    .option('--limit <count>', say('help.limit'), integerFrom(1, 1000), 10)
    .action(async (options: NodeTopOptions, command: Command) =>
      context.end(await showNodeTop(context.session(command), options)),
    );
}

async function showNodeTop(session: Session, options: NodeTopOptions): Promise<number> {
  const { api, output, say, note } = session;
  const { metric, nodes, aggregate, within, limit, series, lowest } = options;
  const list = await api.get<TopList>('top', {
    metric,
    nodes,
    aggregate,
    within,
    limit,
    at: momentOf(options.at),
    from: momentOf(options.from),
    to: momentOf(options.to),
    of: series === undefined ? undefined : 'series',
    order: lowest === undefined ? undefined : 'lowest',
  });
  if (output.format === 'json') {
    output.json(list);
    return exitCodes.ok;
  }
  if (output.format !== 'csv') {
    const times = { from: showTime(list.from), to: showTime(list.to) };
    const figures = { metric: list.metric, shown: list.entries.length, count: list.considered };
    const head =
      list.considered === 0 ? say('nodeTop.none', figures) : say('nodeTop.head', { ...figures, ...times });
    note([piece(head, 'dim')]);
  }
  const { rate } = list;
  output.rows(topColumns(say, { metric: list.metric, rate, withLabels: series === true }), list.entries);
  return exitCodes.ok;
}

function momentOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : momentText(text);
}
