// By what the node map is coloured. In: nodes. Out: a figure 0 to 1 per node and the ends of the scale. Pure.

import type { MapNode } from '../../../shared/api/node.ts';
import { formatBytesPerSecond, formatRatio } from '../../../shared/format.ts';
import { formatNumber } from '../charts/units.ts';

export const mapMetrics = ['cpu', 'memory', 'load', 'disk', 'network'] as const;
export type MapMetric = (typeof mapMetrics)[number];

export function parseMapMetric(text: string | null): MapMetric {
  return mapMetrics.find((metric) => metric === text) ?? 'cpu';
}

export function figureOf(node: MapNode, metric: MapMetric): number | null {
  switch (metric) {
    case 'cpu':
      return node.cpuRatio;
    case 'memory':
      return node.memoryRatio;
    case 'load':
      return node.load1;
    case 'disk':
      return node.diskBytesPerSecond;
    case 'network':
      return node.networkBytesPerSecond;
  }
}

export function formatMapFigure(metric: MapMetric, value: number | null): string {
  if (metric === 'cpu' || metric === 'memory') return formatRatio(value);
  return metric === 'load' ? formatNumber(value) : formatBytesPerSecond(value);
}

/** Upper end of the scale: 1 for shares; for the others a pleasant number that no node passes. */
export function scaleTop(nodes: readonly MapNode[], metric: MapMetric): number {
  if (metric === 'cpu' || metric === 'memory') return 1;
  let largest = 0;
  for (const node of nodes) largest = Math.max(largest, figureOf(node, metric) ?? 0);
  return metric === 'load' ? pleasantTop(largest, 10) : Math.max(1024, pleasantTop(largest, 2));
}

/** 1, 2, 5 times a power of ten, or powers of two for bytes. */
function pleasantTop(value: number, base: 2 | 10): number {
  if (value <= 1) return 1;
  if (base === 2) return 2 ** Math.ceil(Math.log2(value));
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

/** The node that is heard and has the largest figure; null when none tells one. */
export function hottestNode(nodes: readonly MapNode[], metric: MapMetric): MapNode | null {
  let hottest: MapNode | null = null;
  for (const node of nodes) {
    const value = node.state === 'up' ? figureOf(node, metric) : null;
    const best = hottest === null ? null : figureOf(hottest, metric);
    if (value !== null && (best === null || value > best)) hottest = node;
  }
  return hottest;
}

export interface ClusterSummary {
  readonly total: number;
  readonly up: number;
  readonly silent: number;
  readonly down: number;
  /** Over the nodes that tell; null when none does. */
  readonly cpuRatio: number | null;
  readonly memoryRatio: number | null;
  readonly load1: number | null;
  readonly diskBytesPerSecond: number | null;
  readonly networkBytesPerSecond: number | null;
}

/** Silent and down nodes count as states, not in the figures: what they last said is no longer so. */
export function summarizeCluster(nodes: readonly MapNode[]): ClusterSummary {
  const heard = nodes.filter(({ state }) => state === 'up');
  const values = (metric: MapMetric): number[] =>
    heard.map((node) => figureOf(node, metric)).filter((value) => value !== null);
  return {
    total: nodes.length,
    up: heard.length,
    silent: nodes.filter(({ state }) => state === 'silent').length,
    down: nodes.filter(({ state }) => state === 'down').length,
    cpuRatio: mean(values('cpu')),
    memoryRatio: mean(values('memory')),
    load1: total(values('load')),
    diskBytesPerSecond: total(values('disk')),
    networkBytesPerSecond: total(values('network')),
  };
}

function total(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

function mean(values: readonly number[]): number | null {
  const all = total(values);
  return all === null ? null : all / values.length;
}
