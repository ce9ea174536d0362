// Some charts of a node side by side, with a feed of their own: what is not in sight is not asked for.
import { useEffect, useMemo } from 'preact/hooks';
import type { NodeDetail } from '../../../shared/api/node.ts';
import { onReconnect } from '../api/live.ts';
import { fetchSeries, type SeriesQuery } from '../api/resources.ts';
import type { ChartMark } from '../charts/chart-marks.ts';
import { ChartPanel } from '../charts/chart-panel.tsx';
import { chooseStep } from '../charts/grid.ts';
import { MetricFeed, queryKey } from '../charts/metric-feed.ts';
import type { Panel } from '../charts/panel.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { chooseRange } from '../parts/range-picker.tsx';
import { setParameters } from '../state/navigation.ts';
import { brushedRange, type TimeRange, type TimeWindow, trim } from '../state/time-range.ts';

export interface ChartGridProps {
  readonly node: NodeDetail;
  readonly panels: readonly Panel[];
  readonly label: string;
  readonly range: TimeRange;
  readonly window: TimeWindow;
  readonly moment: number | null;
  readonly marks: readonly ChartMark[];
}

const pointsPerChart = 360;

export function ChartGrid({ node, panels, label, range, window, moment, marks }: ChartGridProps) {
  const { name, interval } = node;
  const queries = allQueries(panels);
  const asked = queries.map(queryKey).join(' ');
  const feed = useMemo(
    () => new MetricFeed(queries, (query, wanted, signal) => fetchSeries(name, query, wanted, { signal })),
    [name, asked],
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
      <section class="charts" aria-label={label} data-step={step} data-range={range.kind}>
        {panels.map((panel) => (
          <ChartPanel
            key={`${name} ${panel.id} ${asked}`}
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

function allQueries(panels: readonly Panel[]): readonly SeriesQuery[] {
  const byKey = new Map<string, SeriesQuery>();
  for (const { queries } of panels) for (const query of queries) byKey.set(queryKey(query), query);
  return [...byKey.values()];
}
