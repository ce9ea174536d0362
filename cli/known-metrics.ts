// Why an answer has no series: the name is wrong, the labels are, or nothing was measured then.
import type { MetricInfo } from '../shared/api/metric.ts';
import { type ApiClient, apiPath } from './api-client.ts';
import { CliError, exitCodes } from './exit-code.ts';

export interface AskedSeries {
  readonly node: string;
  readonly metric: string;
  readonly match: Readonly<Record<string, string>>;
}

const mostSuggestions = 3;

/** Throws CliError when the node has no such metric or no series with these labels; else the range is empty. */
export async function refuseUnknownSeries(
  api: ApiClient,
  { node, metric, match }: AskedSeries,
): Promise<void> {
  const infos = await api.get<readonly MetricInfo[]>(apiPath`nodes/${node}/metrics/names`);
  const info = infos.find((each) => each.metric === metric);
  const list = `List what it has: jidi metrics ${node}`;
  if (info === undefined) {
    const near = nearNames(
      infos.map((each) => each.metric),
      metric,
    ).join(', ');
    const remedy = near === '' ? `${list}.` : `Perhaps: ${near}. ${list}.`;
    throw new CliError(exitCodes.notFound, `metric ${metric}: unknown on ${node}`, remedy);
  }
  const wanted = Object.entries(match);
  if (info.series.some((labels) => wanted.every(([name, value]) => labels[name] === value))) return;
  const shown = wanted.map(([name, value]) => `${name}=${value}`).join(',');
  const names = [...new Set(info.series.flatMap((labels) => Object.keys(labels)))].join(', ') || 'none';
  throw new CliError(
    exitCodes.notFound,
    `metric ${metric}: no series with ${shown} on ${node}`,
    `It has the labels: ${names}.`,
  );
}

/** Names that hold the word, or share its longest beginning. */
function nearNames(names: readonly string[], word: string): readonly string[] {
  const holding = names.filter((name) => name.includes(word));
  if (holding.length > 0) return holding.slice(0, mostSuggestions);
  const common = (name: string): number => {
    let length = 0;
    while (length < name.length && name[length] === word[length]) length += 1;
    return length;
  };
  const longest = Math.max(...names.map(common));
  return longest < 4 ? [] : names.filter((name) => common(name) === longest).slice(0, mostSuggestions);
}
