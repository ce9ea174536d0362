// In: the times of the samples of a series. Out: whether two neighbours lie apart because the node measured less often
// for a while (an agent that restrains itself, or an interval that was changed), or because something is missing.
// Only neighbours tell: a single wide spacing is a gap, a row of them is another interval.

/** An agent does not widen its interval beyond this: wider spacings are always gaps. */
export const widestIntervalMs = 60_000;

const tolerance = 1.5;

/** The larger of the spacings before and after the one that ends at `place`, within what an agent may choose. */
export function spacingBeside(timesMs: Float64Array, place: number): number {
  const before = spacingAt(timesMs, place - 1);
  const after = spacingAt(timesMs, place + 1);
  return Math.max(within(before), within(after));
}

/** True when the samples at `place - 1` and `place` lie further apart than `intervalMs`, and so do those beside them. */
export function isMeasuredLessOften(timesMs: Float64Array, place: number, intervalMs: number): boolean {
  const spacingMs = spacingAt(timesMs, place);
  return spacingMs > tolerance * intervalMs && spacingMs <= tolerance * spacingBeside(timesMs, place);
}

/** 0 where there are no two samples. */
function spacingAt(timesMs: Float64Array, place: number): number {
  const before = timesMs[place - 1];
  const time = timesMs[place];
  return before === undefined || time === undefined ? 0 : time - before;
}

function within(spacingMs: number): number {
  return spacingMs > widestIntervalMs ? 0 : spacingMs;
}
