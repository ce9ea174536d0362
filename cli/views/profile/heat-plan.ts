// How fine a heat map of a profile is: a line for some seconds, a cell for a part of them. In: how long, how many cells a line of
// the screen has. Out: the step to ask the collector for.

export interface HeatPlan {
  /** Seconds of a cell. */
  readonly step: number;
  /** Of a line. */
  readonly cells: number;
}

const usualWidth = 100;
const mostLines = 60;
const lineSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];
/** What stands beside the cells. */
const besideCells = 28;
/** In a cell, on average, so that finer ones tell more. */
const samplesPerCell = 2;

export function planHeat(
  { seconds, samples }: { readonly seconds: number; readonly samples: number },
  width = usualWidth,
  step?: number,
): HeatPlan {
  const line = lineSeconds.find((each) => seconds / each <= mostLines) ?? 3600;
  const isWide = width >= 100 + besideCells;
  const isDense = samples / Math.max(seconds, 1) >= (samplesPerCell * 100) / line;
  const cells = width < 50 + besideCells ? 25 : isWide && (isDense || step !== undefined) ? 100 : 50;
  return { step: step ?? line / cells, cells };
}
