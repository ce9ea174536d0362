// Options of one uPlot chart. In: what is to be drawn and with which colours. Out: options; nothing is drawn here.
import type uPlot from 'uplot';
import { lonelyIndices } from './lines.ts';
import type { Palette } from './palette.ts';
import { seriesColor } from './palette.ts';
import { formatTimeSplits } from './time-format.ts';
import { byteSplits, formatAxis, type Unit } from './units.ts';

export interface ChartShape {
  readonly shape: 'lines' | 'stack' | 'heat' | 'band';
  readonly unit: Unit;
  readonly lineCount: number;
  readonly top: number | undefined;
}

export interface ChartEvents {
  readonly window: () => readonly [from: number, to: number];
  readonly onBrush: (from: number, to: number) => void;
  readonly onCursor: (index: number | null) => void;
  readonly onDraw: (chart: uPlot) => void;
}

const font = '11px "Inter", system-ui, "Noto Sans SC", sans-serif';
const syncKey = 'node';

export function chartOptions(
  shape: ChartShape,
  palette: Palette,
  size: { readonly width: number; readonly height: number },
  events: ChartEvents,
): uPlot.Options {
  return {
    ...size,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    scales: { x: { time: true, range: () => [...events.window()] }, y: { range: valueRange(shape) } },
    axes: [timeAxis(palette), valueAxis(shape, palette)],
    series: [{}, ...Array.from({ length: shape.lineCount }, (_, index) => lineStyle(shape, palette, index))],
    bands: bandsOf(shape, palette),
    cursor: {
      y: false,
      points: { show: shape.shape !== 'heat', size: 6 },
      drag: { x: true, y: false, setScale: false, dist: 4 },
      bind: { dblclick: () => () => null },
      sync: { key: syncKey, setSeries: false, filters: { pub: isMove, sub: isMove } },
    },
    hooks: {
      setSelect: [(chart) => brush(chart, events.onBrush)],
      setCursor: [(chart) => events.onCursor(chart.cursor.idx ?? null)],
      draw: [events.onDraw],
    },
  };
}

function isMove(type: string): boolean {
  return type === 'mousemove' || type === 'mouseleave' || type === 'mouseenter';
}

function brush(chart: uPlot, onBrush: ChartEvents['onBrush']): void {
  const { left, width } = chart.select;
  if (width < 4) return;
  const from = chart.posToVal(left, 'x');
  const to = chart.posToVal(left + width, 'x');
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onBrush(from, to);
}

/** What an axis reaches at least, so that noise does not look like much. */
const leastTop: Partial<Record<Unit, number>> = {
  ratio: 0.01,
  bytes: 1024,
  bytesPerSecond: 1024,
  seconds: 1e-5,
};

function valueRange(shape: ChartShape): uPlot.Scale.Range {
  if (shape.shape === 'heat') return [0, Math.max(1, shape.lineCount)];
  if (shape.top !== undefined) return [0, shape.top];
  const least = leastTop[shape.unit] ?? 1;
  return (_chart, min, max) => [
    Math.min(0, (Number.isFinite(min) ? min : 0) * 1.08),
    Math.max(least, (Number.isFinite(max) ? max : 0) * 1.08),
  ];
}

function timeAxis(palette: Palette): uPlot.Axis {
  return {
    stroke: palette.axis,
    font,
    size: 26,
    gap: 6,
    space: 74,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
    values: (_chart, splits) => formatTimeSplits(splits),
  };
}

function valueAxis({ shape, unit, lineCount }: ChartShape, palette: Palette): uPlot.Axis {
  const base: uPlot.Axis = {
    stroke: palette.axis,
    font,
    size: unit === 'bytesPerSecond' || unit === 'perSecond' ? 66 : 54,
    gap: 6,
    space: 32,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
    values: (_chart, splits) => splits.map((value) => formatAxis(unit, value)),
  };
  if (shape === 'heat') {
    const step = Math.max(1, 2 ** Math.ceil(Math.log2(lineCount / 8)));
    const rows = Array.from({ length: Math.ceil(lineCount / step) }, (_, index) => index * step);
    return {
      ...base,
      grid: { show: false },
      splits: () => rows.map((row) => row + 0.5),
      values: (_chart, splits) => splits.map((value) => String(Math.floor(value))),
    };
  }
  if (unit === 'bytes' || unit === 'bytesPerSecond') {
    return { ...base, splits: (_chart, _axis, _min, max) => byteSplits(max, 5) };
  }
  return base;
}

function lineStyle({ shape }: ChartShape, palette: Palette, index: number): uPlot.Series {
  const color = seriesColor(palette, shape === 'band' ? 0 : index);
  const edge = shape === 'band' && index !== 1;
  return {
    stroke: edge ? `${color}66` : color,
    width: shape === 'stack' ? 0 : edge ? 1 : 1.5,
    ...(shape === 'stack' && index === 0 ? { fill: `${color}a6` } : {}),
    show: shape !== 'heat',
    points: {
      show: true,
      size: 4,
      fill: color,
      filter: (chart, seriesIndex) => lonelyIndices([...(chart.data[seriesIndex] ?? [])]),
    },
  };
}

function bandsOf({ shape, lineCount }: ChartShape, palette: Palette): uPlot.Band[] {
  if (shape === 'band') return [{ series: [3, 1], fill: `${seriesColor(palette, 0)}33` }];
  if (shape !== 'stack') return [];
  return Array.from({ length: Math.max(0, lineCount - 1) }, (_, index) => ({
    series: [index + 2, index + 1] as [number, number],
    fill: `${seriesColor(palette, index + 1)}a6`,
  }));
}
