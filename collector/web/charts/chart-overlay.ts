// What lies over the lines of a chart: the chosen moment, the profiles, and the cells of a heat chart. Paints only.
import type uPlot from 'uplot';
import { type ChartMark, markStrip } from './chart-marks.ts';
import type { Line } from './lines.ts';
import type { Palette } from './palette.ts';
import { type RampName, rampColor, toCss } from './ramp.ts';

export interface Overlay {
  /** False where the background carries figures. */
  readonly shaded: boolean;
  readonly moment: number | null;
  readonly marks: readonly ChartMark[];
  readonly palette: Palette;
  readonly reference: number | null;
}

export function paintOverlay(chart: uPlot, { moment, marks, reference, palette, shaded }: Overlay): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = palette.mark;
  for (const { from, to } of marks) {
    const left = chart.valToPos(from, 'x', true);
    const width = Math.max(markStrip.least * ratio, chart.valToPos(to, 'x', true) - left);
    ctx.globalAlpha = 0.08;
    if (shaded) ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.globalAlpha = 0.95;
    ctx.fillRect(left, bbox.top, width, markStrip.painted * ratio);
  }
  if (reference !== null) {
    ctx.globalAlpha = 0.7;
    ctx.fillStyle = palette.axis;
    ctx.fillRect(bbox.left, Math.round(chart.valToPos(reference, 'y', true)), bbox.width, ratio);
  }
  if (moment !== null) {
    ctx.globalAlpha = 1;
    ctx.fillStyle = palette.text;
    const at = Math.round(chart.valToPos(moment, 'x', true));
    ctx.fillRect(at - ratio / 2, bbox.top, ratio, bbox.height);
    ctx.beginPath();
    ctx.moveTo(at - 4 * ratio, bbox.top);
    ctx.lineTo(at + 4 * ratio, bbox.top);
    ctx.lineTo(at, bbox.top + 6 * ratio);
    ctx.fill();
  }
  ctx.restore();
}

export interface HeatCells {
  readonly times: readonly number[];
  readonly rows: readonly Line[];
  readonly ramp: RampName;
}

/** A cell stands for the step that ends at its time. Row 0 is at the bottom. */
export function paintHeat(chart: uPlot, { times, rows, ramp }: HeatCells): void {
  const { ctx, bbox } = chart;
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  if (step <= 0) return;
  const height = bbox.height / Math.max(1, rows.length);
  const gap = height > 6 * devicePixelRatio ? Math.round(devicePixelRatio) : 0;
  const floor = Math.round(bbox.top + bbox.height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  rows.forEach(({ values }, row) => {
    const top = floor - Math.round((row + 1) * height);
    const bottom = floor - Math.round(row * height);
    values.forEach((value, index) => {
      if (value === null) return;
      const time = times[index] ?? 0;
      const left = Math.floor(chart.valToPos(time - step, 'x', true));
      const right = Math.ceil(chart.valToPos(time, 'x', true));
      ctx.fillStyle = toCss(rampColor(ramp, value));
      ctx.fillRect(left, top, right - left, bottom - top - gap);
    });
  });
  ctx.restore();
}
