// The node map. In: nodes and the metric. Out: a canvas for one to thousands of nodes, steered by pointer or arrows;
// the node in focus is told beside it in words. A click or Enter opens the node.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { MapNode } from '../../../shared/api/node.ts';
import { visible } from '../../../shared/text.ts';
import { type MessageKey, t } from '../i18n/language.ts';
import { navigate } from '../state/navigation.ts';
import { nodePath } from '../state/route.ts';
import { theme } from '../state/theme.ts';
import { hitCell, layoutMap, type MapLayout, moveCell, placeOf } from './map-layout.ts';
import { figureOf, formatMapFigure, type MapMetric, mapMetrics, scaleTop } from './map-metric.ts';
import { paintMap } from './map-paint.ts';

export interface NodeMapProps {
  readonly nodes: readonly MapNode[];
  readonly metric: MapMetric;
}

const margin = 2;

export function NodeMap({ nodes, metric }: NodeMapProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const focus = useSignal(-1);
  const pointer = useSignal<PagePoint | null>(null);
  const layout = layoutMap(nodes.length, Math.max(100, width.value - margin * 2));
  const focused = nodes[focus.value];

  useEffect(() => {
    const host = place.current;
    if (host === null) return undefined;
    const observer = new ResizeObserver(() => {
      width.value = host.clientWidth;
    });
    observer.observe(host);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined || width.value === 0) return;
    const top = scaleTop(nodes, metric);
    paintMap(context, {
      nodes,
      layout,
      metric,
      top,
      theme: theme.value,
      focus: focus.value,
      width: width.value,
    });
  });

  const locate = (event: MouseEvent): number =>
    hitCell(event.offsetX - margin, event.offsetY - margin, layout, nodes.length);
  const open = (index: number): void => {
    const node = nodes[index];
    if (node !== undefined) navigate(nodePath(node.name));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') open(focus.peek());
    else if (!/^(Arrow|Home|End)/.test(event.key)) return;
    else focus.value = moveCell(Math.max(0, focus.peek()), event.key, layout, nodes.length);
    event.preventDefault();
  };
  return (
    <div class="node-map" ref={place}>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={t('map.label', { n: nodes.length })}
        aria-describedby="map-line"
        data-testid="node-map"
        data-cells={nodes.length}
        width={Math.round(width.value * devicePixelRatio)}
        height={Math.round((layout.height + margin * 2) * devicePixelRatio)}
        style={{ width: `${width.value}px`, height: `${layout.height + margin * 2}px` }}
        onMouseMove={(event) => {
          focus.value = locate(event);
          pointer.value = { x: event.clientX, y: event.clientY };
        }}
        onMouseLeave={() => {
          focus.value = -1;
          pointer.value = null;
        }}
        onFocus={() => {
          if (focus.peek() < 0 && pointer.peek() === null) focus.value = 0;
        }}
        onBlur={() => {
          focus.value = -1;
        }}
        onClick={(event) => open(locate(event))}
        onKeyDown={onKey}
      />
      <p class="visually-hidden" id="map-line" aria-live="polite" data-testid="map-line">
        {focused === undefined ? '' : describe(focused)}
      </p>
      {focused !== undefined && (
        <MapTooltip node={focused} at={pointer.value ?? cellCorner(canvas.current, layout, focus.value)} />
      )}
    </div>
  );
}

interface PagePoint {
  readonly x: number;
  readonly y: number;
}

function MapTooltip({ node, at }: { readonly node: MapNode; readonly at: PagePoint }) {
  const left = Math.max(8, Math.min(at.x + 14, innerWidth - 250));
  const top = Math.max(8, Math.min(at.y + 16, innerHeight - 190));
  return (
    <div class="tooltip map-tooltip" style={{ left: `${left}px`, top: `${top}px` }} aria-hidden="true">
      <b>{visible(node.name)}</b>
      <span class="muted">{`${t(`state.${node.state}`)} · ${t(`role.${node.role}`)}`}</span>
      <dl>
        {mapMetrics.map((metric) => (
          <div key={metric}>
            <dt>{t(metricName(metric))}</dt>
            <dd>{formatMapFigure(metric, figureOf(node, metric))}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function metricName(metric: MapMetric): MessageKey {
  return `metric.${metric}`;
}

function describe(node: MapNode): string {
  const figures = mapMetrics.map(
    (metric) => `${t(metricName(metric))} ${formatMapFigure(metric, figureOf(node, metric))}`,
  );
  return [visible(node.name), t(`state.${node.state}`), ...figures].join(', ');
}

function cellCorner(canvas: HTMLCanvasElement | null, layout: MapLayout, index: number): PagePoint {
  const box = canvas?.getBoundingClientRect();
  const { left, top } = placeOf(index, layout);
  return { x: (box?.left ?? 0) + left, y: (box?.top ?? 0) + top + layout.cellHeight };
}
