// The cluster in a few figures: how many nodes are in which state, and how much they do.
import type { ComponentChildren } from 'preact';
import type { MapNode } from '../../../shared/api/node.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { nodePath } from '../state/route.ts';
import {
  type ClusterSummary,
  figureOf,
  formatMapFigure,
  hottestNode,
  type MapMetric,
  summarizeCluster,
} from './map-metric.ts';

export function ClusterTiles({ nodes }: { readonly nodes: readonly MapNode[] }) {
  const summary = summarizeCluster(nodes);
  const { cpuRatio, memoryRatio, load1, diskBytesPerSecond, networkBytesPerSecond } = summary;
  const tile = (metric: MapMetric, value: number | null) => (
    <Tile name={t(`tiles.${metric}`)} value={formatMapFigure(metric, value)}>
      {(metric === 'cpu' || metric === 'memory') && <ShareBar share={value} />}
      {nodes.length > 1 && <Hottest node={hottestNode(nodes, metric)} metric={metric} />}
    </Tile>
  );
  return (
    <section class="tiles" aria-label={t('tiles.label')}>
      <NodesTile summary={summary} />
      {tile('cpu', cpuRatio)}
      {tile('memory', memoryRatio)}
      {tile('load', load1)}
      {tile('disk', diskBytesPerSecond)}
      {tile('network', networkBytesPerSecond)}
    </section>
  );
}

function ShareBar({ share }: { readonly share: number | null }) {
  return (
    <span class="tile-bar" aria-hidden="true">
      <i style={{ width: `${Math.min(100, (share ?? 0) * 100)}%` }} />
    </span>
  );
}

/** Where to look first. */
function Hottest({ node, metric }: { readonly node: MapNode | null; readonly metric: MapMetric }) {
  if (node === null) return null;
  return (
    <span class="tile-hottest">
      <span class="muted">{t('tiles.hottest')}</span> <a href={nodePath(node.name)}>{visible(node.name)}</a>{' '}
      {formatMapFigure(metric, figureOf(node, metric))}
    </span>
  );
}

function NodesTile({ summary }: { readonly summary: ClusterSummary }) {
  const { total, up, silent, down } = summary;
  /** None for a state that no node is in: the gap beside it would shorten the others. */
  const part = (kind: string, count: number) =>
    count > 0 && <i class={kind} style={{ width: `${(count / total) * 100}%` }} />;
  return (
    <Tile name={t('tiles.nodes')} value={String(total)} testId="tile-nodes">
      <span class="state-bar" aria-hidden="true">
        {part('good', up)}
        {part('warn', silent)}
        {part('bad', down)}
      </span>
      <ul class="state-counts">
        <li class="good">{`● ${up} ${t('state.up')}`}</li>
        <li class={silent > 0 ? 'warn' : 'quiet'}>{`◐ ${silent} ${t('state.silent')}`}</li>
        <li class={down > 0 ? 'bad' : 'quiet'}>{`✕ ${down} ${t('state.down')}`}</li>
      </ul>
    </Tile>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly testId?: string;
  readonly children?: ComponentChildren;
}

function Tile({ name, value, testId, children }: TileProps) {
  return (
    <div class="tile" data-testid={testId}>
      <span class="tile-name">{name}</span>
      <b class="tile-value">{value}</b>
      {children}
    </div>
  );
}
