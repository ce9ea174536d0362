// One chart. In: lines on the shared grid, the window, a moment and marks. Out: a canvas whose crosshair moves with
// all others, brushes that zoom, clicks that choose a moment or open the profile that is marked there. The chart is made anew only when its make-up changes.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { t } from '../i18n/language.ts';
import { navigate } from '../state/navigation.ts';
import { theme } from '../state/theme.ts';
import type { TimeWindow } from '../state/time-range.ts';
import { type ChartMark, markAt } from './chart-marks.ts';
import { type ChartShape, chartOptions } from './chart-options.ts';
import { paintHeat, paintOverlay } from './chart-overlay.ts';
import { type Line, stack } from './lines.ts';
import { paletteOf } from './palette.ts';

export interface TimeChartProps extends ChartShape {
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly window: TimeWindow;
  readonly moment: number | null;
  readonly marks: readonly ChartMark[];
  /** A value to compare with, drawn as a thin line where the axis reaches it. */
  readonly reference: number | null;
  readonly height: number;
  readonly onBrush: (from: number, to: number) => void;
  readonly onMoment: (time: number) => void;
  readonly onCursor: (index: number | null) => void;
}

export function TimeChart(props: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const pointed = useSignal<PointedMark | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { shape, unit, lineCount, top, height } = props;
  const themeName = theme.value;

  useEffect(() => {
    const host = place.current;
    if (host === null) return undefined;
    const made = makeChart(host, () => latest.current);
    const stopMarks = followMarks(made, () => latest.current.marks, pointed);
    chart.current = made;
    const observer = new ResizeObserver(() => {
      if (host.clientWidth > 0) made.setSize({ width: host.clientWidth, height });
    });
    observer.observe(host);
    return () => {
      observer.disconnect();
      stopMarks();
      made.destroy();
      chart.current = null;
    };
  }, [shape, unit, lineCount, top, height, themeName]);

  useEffect(() => {
    chart.current?.setData(toData(props), true);
  }, [props.times, props.lines, props.window.from, props.window.to]);

  useEffect(() => {
    chart.current?.redraw(false, false);
  }, [props.moment, props.marks, props.reference]);

  return (
    <>
      <div class="chart" ref={place} />
      {pointed.value !== null && <MarkTooltip {...pointed.value} />}
    </>
  );
}

function makeChart(host: HTMLDivElement, latest: () => TimeChartProps): uPlot {
  const palette = paletteOf(theme.peek());
  const ramp = theme.peek();
  const { height } = latest();
  const size = { width: host.clientWidth || 400, height };
  const options = chartOptions(latest(), palette, size, {
    window: () => [latest().window.from, latest().window.to],
    onBrush: (from, to) => latest().onBrush(from, to),
    onCursor: (index) => latest().onCursor(index),
    onDraw: (made) => {
      const { shape, times, lines, moment, marks, reference } = latest();
      if (shape === 'heat') paintHeat(made, { times, rows: lines, ramp });
      paintOverlay(made, { moment, marks, reference, palette, shaded: shape !== 'heat' });
    },
  });
  const made = new uPlot(options, toData(latest()), host);
  made.over.addEventListener('click', () => {
    const { left = -1, top = -1 } = made.cursor;
    const mark = markAt(made, latest().marks, { left, top });
    if (mark !== null) navigate(mark.path);
    else if (left >= 0) latest().onMoment(made.posToVal(left, 'x'));
  });
  return made;
}

interface PointedMark {
  readonly mark: ChartMark;
  readonly x: number;
  readonly y: number;
}

/** Returns the function that ends it. */
function followMarks(
  chart: uPlot,
  marks: () => readonly ChartMark[],
  pointed: { value: PointedMark | null },
): () => void {
  const { over } = chart;
  const onMove = (event: MouseEvent): void => {
    const mark = markAt(chart, marks(), { left: event.offsetX, top: event.offsetY });
    over.style.cursor = mark === null ? '' : 'pointer';
    pointed.value = mark === null ? null : { mark, x: event.clientX, y: event.clientY };
  };
  const onLeave = (): void => {
    pointed.value = null;
  };
  over.addEventListener('mousemove', onMove);
  over.addEventListener('mouseleave', onLeave);
  return () => {
    over.removeEventListener('mousemove', onMove);
    over.removeEventListener('mouseleave', onLeave);
    onLeave();
  };
}

function MarkTooltip({ mark, x, y }: PointedMark) {
  const left = Math.max(8, Math.min(x + 14, innerWidth - 300));
  return (
    <div class="tooltip" style={{ left: `${left}px`, top: `${y + 16}px` }} data-testid="mark-tooltip">
      <b>{mark.text}</b>
      <span class="muted">{t('profile.openMark')}</span>
    </div>
  );
}

function toData({ times, lines, shape }: TimeChartProps): uPlot.AlignedData {
  const drawn = shape === 'stack' ? stack(lines) : lines;
  return [[...times], ...drawn.map(({ values }) => [...values])];
}
