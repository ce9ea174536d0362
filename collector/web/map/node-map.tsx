// The node map. In: nodes and the metric. Out: a canvas for one to thousands of nodes, steered by pointer or arrows;
// the node in focus is told beside it in words. A click or Enter opens the node.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { MapNode } from '../../../shared/api/node.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { type PagePoint, Picture } from '../parts/picture.tsx';
import { useWidth } from '../parts/use-width.ts';
import { navigate } from '../state/navigation.ts';
import { nodePath } from '../state/route.ts';
import { theme } from '../state/theme.ts';
import { hitCell, layoutMap, moveCell, placeOf } from './map-layout.ts';
import { figureOf, formatMapFigure, type MapMetric, mapMetrics, scaleTop } from './map-metric.ts';
import { paintMap } from './map-paint.ts';
import { MapTooltip } from './map-tooltip.tsx';

export interface NodeMapProps {
  readonly nodes: readonly MapNode[];
  readonly metric: MapMetric;
}

/** Room for the ring around the node in focus. */
const margin = 2;

export function NodeMap({ nodes, metric }: NodeMapProps) {
  const { ref, width: measured } = useWidth();
  const focus = useSignal(-1);
  const pointer = useSignal<PagePoint | null>(null);
  const width = measured.value;
  const layout = layoutMap(nodes.length, Math.max(100, width - margin * 2));
  const focused = nodes[focus.value];
  const picture = { nodes, layout, metric, width, top: scaleTop(nodes, metric), theme: theme.value };
  const keyPoint = useRef<PagePoint>({ x: 0, y: 0 });
  return (
    <div class="node-map" ref={ref}>
      <Picture
        {...{ width, focus, pointer }}
        height={layout.height + margin * 2}
        role="application"
        label={t('map.label', { n: nodes.length })}
        data={{ 'data-testid': 'node-map', 'data-cells': nodes.length }}
        paint={(context) => paintMap(context, { ...picture, focus: focus.value })}
        locate={(x, y) => hitCell(x - margin, y - margin, layout, nodes.length)}
        onOpen={(index) => {
          const node = nodes[index];
          if (node !== undefined) navigate(nodePath(node.name));
        }}
        onKey={(key) => {
          if (!/^(Arrow|Home|End)/.test(key)) return false;
          focus.value = focus.peek() < 0 ? 0 : moveCell(focus.peek(), key, layout, nodes.length);
          const { left, top } = placeOf(focus.peek(), layout);
          const box = ref.current?.getBoundingClientRect();
          keyPoint.current = { x: (box?.left ?? 0) + left, y: (box?.top ?? 0) + top + layout.cellHeight };
          return true;
        }}
      />
      <p class="visually-hidden" aria-live="polite" data-testid="map-line">
        {focused === undefined ? '' : describe(focused)}
      </p>
      {focused !== undefined && <MapTooltip node={focused} at={pointer.value ?? keyPoint.current} />}
    </div>
  );
}

function describe(node: MapNode): string {
  const figures = mapMetrics.map(
    (metric) => `${t(`metric.${metric}`)} ${formatMapFigure(metric, figureOf(node, metric))}`,
  );
  return [visible(node.name), t(`state.${node.state}`), ...figures].join(', ');
}
