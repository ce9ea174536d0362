// Marks on a chart: profiles that were taken while it was measured. In: a chart, marks, a place of the pointer. Out: the mark
// under it, where it lies in the strip at the top: below belongs to brush and moment. Pure but for the chart's own scale.
import type uPlot from 'uplot';

export interface ChartMark {
  readonly from: number;
  readonly to: number;
  /** What it says when it is pointed at. */
  readonly text: string;
  readonly path: string;
}

/** CSS pixels: what is painted, and what is easy to hit. */
export const markStrip = { painted: 5, hit: 14, least: 5 } as const;

/** Of several the last one: it is painted over the others. */
export function markAt(
  chart: Pick<uPlot, 'valToPos'>,
  marks: readonly ChartMark[],
  { left, top }: { readonly left: number; readonly top: number },
): ChartMark | null {
  if (top < 0 || top > markStrip.hit) return null;
  const found = marks.findLast(({ from, to }) => {
    const begin = chart.valToPos(from, 'x');
    const end = Math.max(begin + markStrip.least, chart.valToPos(to, 'x'));
    return left >= begin - 2 && left <= end + 2;
  });
  return found ?? null;
}
