// In: nodes and metrics. Out: the newest sample of each series, from memory, and how fast a counter grows.
// It refuses (QueryError) an answer beyond a bound.
import type { LatestSample } from '../../shared/api/range.ts';
import type { MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';
import { matches, matchesAny } from '../store/series-selector.ts';
import type { Store } from '../store/store.ts';
import { createTurns } from '../store/turns.ts';
import { knownNodes } from './node-index.ts';
import { samePlace, valueOf } from './node-load.ts';
import { QueryError } from './query.ts';
import { type LatestQuery, type MetricSelector, rangeLimits } from './range.ts';
import { seconds } from './views/seconds.ts';

const turnMs = 2;

export async function readLatest(
  store: Pick<Store, 'nodes' | 'latestTicks'>,
  { nodes, selectors }: LatestQuery,
): Promise<readonly LatestSample[]> {
  const yieldTurn = createTurns(turnMs);
  const samples: LatestSample[] = [];
  for (const { name } of await knownNodes(store, nodes)) {
    for (const sample of latestOf(store.latestTicks(name), selectors)) {
      samples.push({ node: name, ...sample });
    }
    if (samples.length > rangeLimits.latestSeries) throw tooMany();
    await yieldTurn();
  }
  return samples;
}

function latestOf(
  ticks: readonly MetricTick[],
  selectors: readonly MetricSelector[] | null,
): Omit<LatestSample, 'node'>[] {
  const newest = ticks.at(-1);
  if (newest === undefined) return [];
  const samples: Omit<LatestSample, 'node'>[] = [];
  for (const [place, one] of newest.series.entries()) {
    if (selectors !== null && !matchesAny(one, selectors)) continue;
    const value = valueOf(newest, place);
    if (value === null) continue;
    const { metric, labels, kind } = one;
    const perSecond = kind === 'counter' ? growthPerSecond(ticks, place) : null;
    samples.push({ metric, labels: { ...labels }, kind, time: seconds(newest.timeMs), value, perSecond });
  }
  return samples;
}

/** What a counter grew by each second between the two newest ticks (oldest first); a fallen one counted from 0 again. */
export function growthPerSecond(ticks: readonly MetricTick[], place: number): number | null {
  const [before, newest] = ticks;
  if (before === undefined || newest === undefined) return null;
  const elapsed = seconds(newest.timeMs - before.timeMs);
  const now = valueOf(newest, place);
  const then = valueOf(before, samePlace(before, newest, place));
  if (now === null || then === null || elapsed <= 0) return null;
  return (now < then ? now : now - then) / elapsed;
}

/** Newest value of each series of a tick that a selector names: what a top list compares now. */
export function newestValues(
  ticks: readonly MetricTick[],
  selector: MetricSelector,
): readonly { readonly series: SeriesDefinition; readonly value: number }[] {
  const newest = ticks.at(-1);
  if (newest === undefined) return [];
  const found: { series: SeriesDefinition; value: number }[] = [];
  for (const [place, series] of newest.series.entries()) {
    if (!matches(series, selector)) continue;
    const value = series.kind === 'counter' ? growthPerSecond(ticks, place) : valueOf(newest, place);
    if (value !== null) found.push({ series, value });
  }
  return found;
}

function tooMany(): QueryError {
  return new QueryError(
    'too-many-samples',
    `latest samples: more than ${rangeLimits.latestSeries} series`,
    'Name fewer nodes, or the metrics that are wanted.',
  );
}
