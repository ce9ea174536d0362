// The legend of a chart with the figures under the crosshair. Two whole rows of it; a button shows how many more there
// are, and opens them.
import { type Signal, useSignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { useWidth } from '../parts/use-width.ts';
import { theme } from '../state/theme.ts';
import { type ChartContent, legendFigure } from './chart-content.ts';
import { paletteOf, seriesColor } from './palette.ts';
import { formatFigure, type Unit } from './units.ts';

export interface ChartLegendProps {
  readonly unit: Unit;
  readonly content: ChartContent;
  readonly cursor: Signal<number | null>;
}

export function ChartLegend({ unit, content, cursor }: ChartLegendProps) {
  const { ref, width } = useWidth();
  const open = useSignal(false);
  const hidden = useSignal(0);
  useLayoutEffect(() => {
    hidden.value = ref.current === null ? 0 : itemsBelow(ref.current);
  }, [content, width.value, open.value]);
  const palette = paletteOf(theme.value);
  const index = cursor.value;
  const words = open.value ? t('chart.fewer') : t('chart.more', { n: hidden.value });
  return (
    <div class="legend-row">
      <div class={`legend${open.value ? ' open' : ''}`} ref={ref} role="list">
        {content.lines.map((line, place) => (
          <span key={line.name} class="legend-item" role="listitem">
            <i style={{ background: seriesColor(palette, content.bandOf === null ? place : 0) }} />
            <span class="legend-name">{visible(line.name)}</span>
            <b>{formatFigure(unit, legendFigure(content, line, index))}</b>
          </span>
        ))}
      </div>
      {(open.value || hidden.value > 0) && (
        <button
          type="button"
          class="link"
          aria-expanded={open.value}
          aria-label={words}
          title={words}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          {open.value ? '−' : `+${hidden.value}`}
        </button>
      )}
    </div>
  );
}

/** How many items lie below what is in sight. */
function itemsBelow(legend: HTMLElement): number {
  const edge = legend.getBoundingClientRect().bottom;
  return [...legend.children].filter((item) => item.getBoundingClientRect().top >= edge - 1).length;
}
