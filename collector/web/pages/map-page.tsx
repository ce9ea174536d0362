// The cluster at a glance: figures of all nodes, the map, and the same as a table.
import { useComputed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { MapNode } from '../../../shared/api/node.ts';
import { onLive, onReconnect } from '../api/live.ts';
import { fetchMap } from '../api/resources.ts';
import { RampLegend } from '../charts/ramp-legend.tsx';
import { t } from '../i18n/language.ts';
import { ClusterTiles } from '../map/cluster-tiles.tsx';
import { formatMapFigure, type MapMetric, mapMetrics, parseMapMetric, scaleTop } from '../map/map-metric.ts';
import { NodeMap } from '../map/node-map.tsx';
import { NodeTable } from '../map/node-table.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { useResource } from '../parts/use-resource.ts';
import { parameters, setParameters } from '../state/navigation.ts';

/** Ticks of many nodes come in a burst: the map is asked for at most this often. */
const refreshMs = 3000;

export function MapPage() {
  const map = useResource((signal) => fetchMap({ signal }), []);
  useEffect(() => refreshOnLive(map.reload), []);
  const query = parameters.value.get('q') ?? '';
  const metric = parseMapMetric(parameters.value.get('metric'));
  const nodes = useComputed(() => [...(map.data.value ?? [])].sort(byName));
  const shown = nodes.value.filter((node) => matches(node, query));
  const { data, error } = map;
  return (
    <main class="page">
      <h1 class="visually-hidden">{t('nav.nodes')}</h1>
      {error.value !== null && <ErrorNotice error={error.value} />}
      {data.value === null && error.value === null && <p class="page-wait">{t('state.loading')}</p>}
      {data.value?.length === 0 && <NoNodes />}
      {data.value !== null && data.value.length > 0 && (
        <>
          <ClusterTiles nodes={nodes.value} />
          <section class="panel" aria-label={t('map.title')}>
            <MapTools nodes={shown} metric={metric} query={query} />
            {shown.length === 0 ? (
              <p class="table-empty">{t('map.noMatch', { query })}</p>
            ) : (
              <NodeMap nodes={shown} metric={metric} />
            )}
          </section>
          <NodeTable nodes={shown} />
        </>
      )}
    </main>
  );
}

interface MapToolsProps {
  readonly nodes: readonly MapNode[];
  readonly metric: MapMetric;
  readonly query: string;
}

function MapTools({ nodes, metric, query }: MapToolsProps) {
  return (
    <header class="panel-head tools">
      <h2>{t('map.title')}</h2>
      <Segmented
        label={t('map.colorBy')}
        choices={mapMetrics.map((value) => ({ value, name: t(`metric.${value}`) }))}
        value={metric}
        onChoose={(value) => setParameters({ metric: value === 'cpu' ? null : value }, 'replace')}
      />
      <RampLegend low={formatMapFigure(metric, 0)} high={formatMapFigure(metric, scaleTop(nodes, metric))} />
      <span class="glyph-legend">
        <span>● {t('state.up')}</span>
        <span>◐ {t('state.silent')}</span>
        <span>✕ {t('state.down')}</span>
      </span>
      <span class="spacer" />
      <SearchField
        label={t('map.search')}
        value={query}
        onInput={(text) => setParameters({ q: text === '' ? null : text }, 'replace')}
      />
    </header>
  );
}

function NoNodes() {
  return (
    <Notice kind="info" title={t('map.empty')}>
      {t('map.emptyRemedy')}
    </Notice>
  );
}

const natural = new Intl.Collator('en', { numeric: true });

function byName(a: MapNode, b: MapNode): number {
  return natural.compare(a.name, b.name);
}

function matches({ name, state, role }: MapNode, query: string): boolean {
  const text = `${name} ${state} ${role}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function refreshOnLive(reload: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (!document.hidden) reload();
    }, refreshMs);
  };
  const ends = [
    onLive((event) => {
      if (event.kind === 'tick' || event.kind === 'node') soon();
    }),
    onReconnect(reload),
  ];
  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
  };
}
