// A node of the map in words and figures, beside the pointer and always within the window.
import type { MapNode } from '../../../shared/api/node.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import type { PagePoint } from '../parts/picture.tsx';
import { figureOf, formatMapFigure, mapMetrics } from './map-metric.ts';

export interface MapTooltipProps {
  readonly node: MapNode;
  readonly at: PagePoint;
}

export function MapTooltip({ node, at }: MapTooltipProps) {
  const left = Math.max(8, Math.min(at.x + 14, innerWidth - 250));
  const top = Math.max(8, Math.min(at.y + 16, innerHeight - 190));
  return (
    <div class="tooltip map-tooltip" style={{ left: `${left}px`, top: `${top}px` }} aria-hidden="true">
      <b>{visible(node.name)}</b>
      <span class="muted">{`${t(`state.${node.state}`)} · ${t(`role.${node.role}`)}${node.quiet ? ` · ${t('pace.quiet')}` : ''}`}</span>
      <dl>
        {mapMetrics.map((metric) => (
          <div key={metric}>
            <dt>{t(`metric.${metric}`)}</dt>
            <dd>{formatMapFigure(metric, figureOf(node, metric))}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
