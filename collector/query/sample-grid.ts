// In: a range and a step. Out: the moments at which samples stand: whole multiples of the step, so many that their
// buckets cover the range. The sample at time e stands for the bucket (e - step, e]; the last bucket may still be open.

export interface SampleGrid {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly count: number;
}

const defaultSamples = 500;

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Steps that people read with ease. */
const niceStepsMs: readonly number[] = [
  ...[1, 2, 5, 10, 15, 20, 30].map((seconds) => seconds * secondMs),
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
];

/** The smallest easy step that is not below the interval and gives at most 500 samples. */
export function defaultStepMs(fromMs: number, toMs: number, intervalMs: number): number {
  const isEnough = (stepMs: number) =>
    stepMs >= intervalMs && Math.floor((toMs - fromMs) / stepMs) + 2 <= defaultSamples;
  const nice = niceStepsMs.find(isEnough);
  if (nice !== undefined) return nice;
  return Math.max(1, Math.ceil((toMs - fromMs) / ((defaultSamples - 2) * dayMs))) * dayMs;
}

export function sampleGrid(fromMs: number, toMs: number, stepMs: number): SampleGrid {
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  return { firstMs, stepMs, count: Math.max(0, Math.ceil((toMs - firstMs) / stepMs) + 1) };
}

export function lastMs({ firstMs, stepMs, count }: SampleGrid): number {
  return firstMs + (count - 1) * stepMs;
}

/** Number of the bucket that a moment lies in; outside of 0 … count - 1 when it lies in none. */
export function bucketOf({ firstMs, stepMs }: SampleGrid, timeMs: number): number {
  return Math.ceil((timeMs - firstMs) / stepMs);
}
