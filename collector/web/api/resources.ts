// The collector's resources by name. In: names and ranges. Out: promises of the API's objects.
import type { Command } from '../../../shared/api/command.ts';
import type { MetricInfo, MetricSeries } from '../../../shared/api/metric.ts';
import type { MapNode, NodeDetail } from '../../../shared/api/node.ts';
import type { ProcessTable } from '../../../shared/api/process.ts';
import { getJson, type RequestOptions } from './client.ts';

export interface SeriesQuery {
  readonly metric: string;
  readonly rate?: boolean;
  readonly match?: string;
}

/** Seconds since the Unix epoch; step in seconds. */
export interface SeriesWindow {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

const part = encodeURIComponent;

export function fetchMap(options?: RequestOptions): Promise<MapNode[]> {
  return getJson('/map', {}, options);
}

export function fetchNode(name: string, options?: RequestOptions): Promise<NodeDetail> {
  return getJson(`/nodes/${part(name)}`, {}, options);
}

export function fetchSeries(
  name: string,
  query: SeriesQuery,
  window: SeriesWindow,
  options?: RequestOptions,
): Promise<MetricSeries[]> {
  const { metric, rate, match } = query;
  const { from, to, step } = window;
  return getJson(
    `/nodes/${part(name)}/metrics`,
    { metric, rate: rate === true ? true : undefined, match, from, to, step: `${step}s` },
    options,
  );
}

/** What the node has; also what it had within the retention. */
export function fetchMetricInfos(name: string, options?: RequestOptions): Promise<MetricInfo[]> {
  return getJson(`/nodes/${part(name)}/metrics/names`, { labels: false }, options);
}

/** `at` undefined: now. */
export function fetchProcesses(
  name: string,
  { at, job }: { readonly at: number | undefined; readonly job: string | undefined },
  options?: RequestOptions,
): Promise<ProcessTable> {
  return getJson(`/nodes/${part(name)}/processes`, { at, job }, options);
}

export function fetchCommands(options?: RequestOptions): Promise<Command[]> {
  return getJson('/commands', { limit: 200 }, options);
}

export function fetchCommand(id: string, options?: RequestOptions): Promise<Command> {
  return getJson(`/commands/${part(id)}`, {}, options);
}
