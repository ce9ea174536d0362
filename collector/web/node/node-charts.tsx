// The charts of a node on one time axis. A brush in any of them zooms all; a click chooses the moment.
import { useEffect, useMemo } from 'preact/hooks';
import type { NodeDetail } from '../../../shared/api/node.ts';
import { onReconnect } from '../api/live.ts';
import { fetchSeries, type SeriesQuery } from '../api/resources.ts';
import type { ChartMark } from '../charts/chart-overlay.ts';
import { ChartPanel } from '../charts/chart-panel.tsx';
import { chooseStep } from '../charts/grid.ts';
import { MetricFeed, queryKey } from '../charts/metric-feed.ts';
import { panels } from '../charts/panels.ts';
import { t } from '../i18n/language.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { chooseRange } from '../parts/range-picker.tsx';
import { setParameters } from '../state/navigation.ts';
import { brushedRange, type TimeRange, type TimeWindow, trim } from '../state/time-range.ts';

export interface NodeChartsProps {
  readonly node: NodeDetail;
  readonly range: TimeRange;
  readonly window: TimeWindow;
  readonly moment: number | null;
  readonly marks: readonly ChartMark[];
}

const pointsPerChart = 360;

export function NodeCharts({ node, range, window, moment, marks }: NodeChartsProps) {
  const { name, interval } = node;
  const feed = useMemo(
    () =>
      new MetricFeed(allQueries(), (query, wanted, signal) => fetchSeries(name, query, wanted, { signal })),
    [name],
  );
  const { from, to } = window;
  const step = chooseStep(to - from, interval, pointsPerChart);
  useEffect(() => () => feed.stop(), [feed]);
  useEffect(() => {
    void feed.show({ from, to, step });
  }, [feed, from, to, step]);
  useEffect(() => onReconnect(() => void feed.show({ from, to, step })), [feed, from, to, step]);

  const error = [...feed.state.value.errors.values()].find(({ code }) => code === 'unreachable');
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} />}
      <section class="charts" aria-label={t('charts.title')} data-step={step} data-range={range.kind}>
        <h2 class="visually-hidden">{t('charts.title')}</h2>
        {panels.map((panel) => (
          <ChartPanel
            key={`${name} ${panel.id}`}
            panel={panel}
            feed={feed.state}
            window={window}
            moment={moment}
            marks={marks}
            processors={node.inventory?.threads ?? null}
            onBrush={(begin, end) => chooseRange(brushedRange(begin, end))}
            onMoment={(time) => setParameters({ at: trim(time) }, 'push')}
          />
        ))}
      </section>
    </>
  );
}

function allQueries(): readonly SeriesQuery[] {
  const byKey = new Map<string, SeriesQuery>();
  for (const { queries } of panels) for (const query of queries) byKey.set(queryKey(query), query);
  return [...byKey.values()];
}
