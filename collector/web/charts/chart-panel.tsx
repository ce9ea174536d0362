// A chart with its head: title, legend with the figures under the crosshair, and the table twin.

import type { ReadonlySignal, Signal } from '@preact/signals';
import { useComputed, useSignal } from '@preact/signals';
import { visible } from '../../../shared/text.ts';
import { say, t } from '../i18n/language.ts';
import { errorText } from '../parts/error-text.ts';
import { Icon } from '../parts/icon.tsx';
import { serverNow } from '../state/server-clock.ts';
import type { TimeWindow } from '../state/time-range.ts';
import { type ChartContent, chartContent, legendFigure } from './chart-content.ts';
import { ChartLegend } from './chart-legend.tsx';
import type { ChartMark } from './chart-marks.ts';
import { type Line, summarize } from './lines.ts';
import type { FeedState } from './metric-feed.ts';
import type { Panel } from './panel.ts';
import { RampLegend } from './ramp-legend.tsx';
import { TimeChart } from './time-chart.tsx';
import { formatClock } from './time-format.ts';
import { formatFigure } from './units.ts';

export interface ChartPanelProps {
  readonly panel: Panel;
  readonly feed: ReadonlySignal<FeedState>;
  readonly window: TimeWindow;
  readonly moment: number | null;
  readonly marks: readonly ChartMark[];
  /** Logical CPUs of the node: what a load is compared with. */
  readonly processors: number | null;
  readonly onBrush: (from: number, to: number) => void;
  readonly onMoment: (time: number) => void;
}

const chartHeight = 168;

export function ChartPanel(props: ChartPanelProps) {
  const { panel, feed } = props;
  const content = useComputed(() =>
    chartContent(panel, feed.value, {
      min: t('band.min'),
      median: t('band.median'),
      max: t('band.max'),
      now: serverNow(),
    }),
  );
  const asTable = useSignal(false);
  const cursor = useSignal<number | null>(null);
  const { lines } = content.value;
  const title = say(panel.title);
  return (
    <section class="panel chart-panel" aria-label={title} data-panel={panel.id} data-lines={lines.length}>
      <ChartHead
        title={title}
        content={content.value}
        cursor={cursor}
        asTable={asTable}
        reference={referenceOf(props)}
      />
      {panel.shape === 'heat' ? (
        <HeatLegend content={content.value} cursor={cursor} />
      ) : (
        <ChartLegend unit={panel.unit} content={content.value} cursor={cursor} />
      )}
      {asTable.value ? (
        <SummaryTable panel={panel} lines={lines} />
      ) : (
        <ChartBody {...props} content={content.value} cursor={cursor} />
      )}
    </section>
  );
}

interface ContentProps {
  readonly content: ChartContent;
  readonly cursor: Signal<number | null>;
}

interface ChartHeadProps extends ContentProps {
  readonly title: string;
  readonly asTable: Signal<boolean>;
  readonly reference: number | null;
}

function ChartHead({ title, content, cursor, asTable, reference }: ChartHeadProps) {
  const { bandOf, idle, aside, times } = content;
  const pointed = cursor.value === null ? undefined : times[cursor.value];
  return (
    <header class="panel-head">
      <h3>{title}</h3>
      {bandOf !== null && <span class="muted">{t('band.of', { n: bandOf })}</span>}
      {reference !== null && <span class="muted">{t('load.processors', { n: reference })}</span>}
      {aside !== null && <span class="muted">{t(aside)}</span>}
      {idle > 0 && <span class="muted">{t('chart.idle', { n: idle })}</span>}
      <span class="spacer" />
      {pointed !== undefined && <span class="pointed">{formatClock(pointed)}</span>}
      <button
        type="button"
        class="icon-button small"
        aria-pressed={asTable.value}
        title={t('chart.asTable')}
        aria-label={`${title}: ${t('chart.asTable')}`}
        onClick={() => {
          asTable.value = !asTable.value;
        }}
      >
        <Icon name={asTable.value ? 'chart' : 'table'} />
      </button>
    </header>
  );
}

function referenceOf({ panel, processors }: ChartPanelProps): number | null {
  return panel.id === 'load' ? processors : null;
}

function ChartBody(props: ChartPanelProps & ContentProps) {
  const { panel, window, moment, marks, onBrush, onMoment, content, cursor } = props;
  const { times, lines, bandOf, loading, error } = content;
  if (lines.length === 0) {
    const text = loading ? t('state.loading') : error !== null ? errorText(error) : t(panel.missing);
    return <p class="chart-empty">{text}</p>;
  }
  return (
    <TimeChart
      shape={bandOf === null ? panel.shape : 'band'}
      unit={panel.unit}
      lineCount={lines.length}
      top={panel.top}
      times={times}
      lines={lines}
      window={window}
      moment={moment}
      marks={marks}
      reference={referenceOf(props)}
      height={chartHeight}
      onBrush={onBrush}
      onMoment={onMoment}
      onCursor={(index) => {
        cursor.value = index;
      }}
    />
  );
}

function HeatLegend({ content, cursor }: ContentProps) {
  const busiest = content.lines
    .map((line) => ({ name: line.name, value: legendFigure(content, line, cursor.value) }))
    .reduce<{ name: string; value: number | null } | null>(
      (best, one) => ((one.value ?? -1) > (best?.value ?? -1) ? one : best),
      null,
    );
  return (
    <div class="legend">
      <RampLegend low="0 %" high="100 %" />
      {busiest !== null && (
        <span>
          {t('core.busiest')} <span class="legend-name">{busiest.name}</span>{' '}
          <b>{formatFigure('ratio', busiest.value)}</b>
        </span>
      )}
    </div>
  );
}

function SummaryTable({ panel, lines }: { readonly panel: Panel; readonly lines: readonly Line[] }) {
  return (
    <div class="summary-scroll">
      <table class="table compact">
        <thead>
          <tr>
            <th>{t('chart.series')}</th>
            <th class="number">{t('chart.last')}</th>
            <th class="number">{t('band.min')}</th>
            <th class="number">{t('chart.mean')}</th>
            <th class="number">{t('band.max')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const { last, min, mean, max } = summarize(line.values);
            return (
              <tr key={line.name}>
                <th scope="row">{visible(line.name)}</th>
                {[last, min, mean, max].map((value, column) => (
                  <td class="number" key={column}>
                    {formatFigure(panel.unit, value)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
