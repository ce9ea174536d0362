// In: what a question is about. Out: nothing, or a QueryError that names what it would cost and how it becomes cheap enough.
// The cost is estimated before anything is read, from what is in memory: the newest ticks of some of the nodes.
import type { BucketGrid } from '../store/buckets.ts';
import { matches } from '../store/series-selector.ts';
import type { NodeRecord, Store } from '../store/store.ts';
import { QueryError } from './query.ts';
import { type MetricSelector, rangeLimits } from './range.ts';

/** So many nodes tell how many series all of them have. */
const askedNodes = 256;

const minuteMs = 60_000;
const tenMinutesMs = 10 * minuteMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const largerSteps: readonly (readonly [stepMs: number, text: string])[] = [
  [minuteMs, '1m'],
  [tenMinutesMs, '10m'],
  [hourMs, '1h'],
  [dayMs, '1d'],
];

export interface Scope {
  readonly nodes: readonly NodeRecord[];
  readonly selectors: readonly MetricSelector[];
  readonly grid: BucketGrid;
}

/** Throws QueryError when the answer or the reading would be too large. */
export function refuseCostly(store: Pick<Store, 'latestTicks'>, scope: Scope): void {
  const { grid } = scope;
  if (grid.count > rangeLimits.samplesPerSeries) {
    throw tooMany(
      `a series would have ${grid.count} samples, at most ${rangeLimits.samplesPerSeries} are given`,
      largerStep(grid, (stepMs) => rangeMs(grid) / stepMs + 2 <= rangeLimits.samplesPerSeries),
    );
  }
  const series = countSeries(store, scope);
  const cost = (stepMs: number) => costOf(scope, series, stepMs);
  const { samples, readValues } = cost(grid.stepMs);
  const isCheap = (stepMs: number) =>
    cost(stepMs).samples <= rangeLimits.samples && cost(stepMs).readValues <= rangeLimits.readValues;
  if (isCheap(grid.stepMs)) return;
  const what =
    samples > rangeLimits.samples
      ? `the answer would have about ${samples} samples, at most ${rangeLimits.samples} are given`
      : `about ${readValues} stored values would be read, at most ${rangeLimits.readValues} are`;
  throw tooMany(what, largerStep(grid, isCheap));
}

interface Cost {
  readonly samples: number;
  readonly readValues: number;
}

function costOf({ nodes, grid }: Scope, series: number, stepMs: number): Cost {
  const intervalMs = Math.min(...nodes.map((node) => Math.max(node.intervalMs, 1000)));
  const spanMs = rangeMs(grid);
  return {
    samples: Math.ceil(series * (spanMs / stepMs)),
    readValues: Math.ceil(series * storedValues(spanMs, stepMs, intervalMs)),
  };
}

/** The last hour or two are not rolled up; before them there are buckets for steps of whole minutes. */
function storedValues(spanMs: number, stepMs: number, intervalMs: number): number {
  const rolledMs = stepMs % tenMinutesMs === 0 ? tenMinutesMs : minuteMs;
  if (stepMs % minuteMs !== 0) return spanMs / intervalMs;
  const freshMs = Math.min(spanMs, 2 * hourMs);
  return freshMs / intervalMs + (spanMs - freshMs) / rolledMs;
}

/** How many series there are, from at most 256 of the nodes, evenly chosen. A node that tells nothing now has one of each. */
function countSeries(store: Pick<Store, 'latestTicks'>, { nodes, selectors }: Scope): number {
  const every = Math.max(1, Math.ceil(nodes.length / askedNodes));
  const asked = nodes.filter((_, place) => place % every === 0);
  let found = 0;
  for (const { name } of asked) {
    const tick = store.latestTicks(name).at(-1);
    if (tick === undefined) found += selectors.length;
    for (const one of tick?.series ?? []) {
      for (const selector of selectors) if (matches(one, selector)) found += 1;
    }
  }
  return asked.length === 0 ? 0 : (found * nodes.length) / asked.length;
}

function rangeMs({ count, stepMs }: BucketGrid): number {
  return count * stepMs;
}

function largerStep({ stepMs }: BucketGrid, isEnough: (stepMs: number) => boolean): string | null {
  return largerSteps.find(([one]) => one > stepMs && isEnough(one))?.[1] ?? null;
}

function tooMany(message: string, step: string | null): QueryError {
  const remedy =
    step === null
      ? 'Ask for a shorter range, fewer nodes, fewer metrics or more labels.'
      : `Ask with a step of ${step} or more, for a shorter range, fewer nodes, or more labels.`;
  return new QueryError('too-many-samples', `metric range: ${message}`, remedy);
}
