// In: a selection of series and a grid. Out: the same series, in which only what was measured while the user had a job on the node
// counts; those of strangers' jobs are left out.
// Nodes on which the user was at the same times are read together. Of what is kept as minutes or ten minutes only those count that
// lie within the times as a whole.
import type { BucketGrid, RolledSeries } from '../../store/buckets.ts';
import { mergeBuckets } from '../../store/columns/merge-buckets.ts';
import type { RollUpOptions, SeriesSelection, Store } from '../../store/store.ts';
import { QueryError } from '../query.ts';
import { lastMs } from '../sample-grid.ts';
import type { OwnScope } from './own-scope.ts';

/** So many different times are read one after another. */
const mostTimes = 512;
const atOnce = 4;

export interface RollUpQuestion {
  readonly selection: SeriesSelection;
  readonly grid: BucketGrid;
  readonly options: RollUpOptions;
}

/** Nodes of which the same times are read. */
interface Stay {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nodes: string[];
}

export async function rollUpOwn(
  store: Pick<Store, 'rollUp'>,
  own: OwnScope,
  { selection, grid, options }: RollUpQuestion,
): Promise<readonly RolledSeries[]> {
  const fromMs = Math.max(selection.fromMs, grid.firstMs - grid.stepMs + 1);
  const toMs = Math.min(selection.toMs, lastMs(grid));
  const { stays, isAnyTwice } = staysIn(own, selection.nodes, { fromMs, toMs });
  if (stays.length > mostTimes) throw tooManyTimes(stays.length);
  // Averages alone cannot be put together.
  const onlyAverage = options.onlyAverage === true && !isAnyTwice;
  const read = async (stay: Stay): Promise<readonly RolledSeries[]> => {
    const isWhole = stay.fromMs === fromMs && stay.toMs === toMs;
    const times = isWhole ? selection : { ...selection, fromMs: stay.fromMs, toMs: stay.toMs };
    const wanted = { ...options, onlyAverage, wholeBuckets: !isWhole };
    return store.rollUp({ ...times, nodes: stay.nodes }, grid, wanted);
  };
  const found: RolledSeries[] = [];
  for (let place = 0; place < stays.length; place += atOnce) {
    for (const series of await Promise.all(stays.slice(place, place + atOnce).map(read))) {
      for (const one of series) if (own.isOwnSeries(one.labels) && hasSamples(one)) found.push(one);
    }
  }
  const [only] = stays;
  return only === undefined || stays.length === 1 ? found : inOrder(joined(found), selection.nodes);
}

/** In order of time for each node. */
function staysIn(
  own: OwnScope,
  nodes: readonly string[],
  within: { readonly fromMs: number; readonly toMs: number },
): { readonly stays: readonly Stay[]; readonly isAnyTwice: boolean } {
  const byTimes = new Map<string, Stay>();
  let isAnyTwice = false;
  if (within.fromMs > within.toMs) return { stays: [], isAnyTwice };
  for (const node of nodes) {
    const spans = own.stays(node, within);
    isAnyTwice ||= spans.length > 2;
    for (let place = 0; place < spans.length; place += 2) {
      const [fromMs, toMs] = [spans[place] ?? 0, spans[place + 1] ?? 0];
      const key = `${fromMs} ${toMs}`;
      const known = byTimes.get(key);
      if (known === undefined) byTimes.set(key, { fromMs, toMs, nodes: [node] });
      else known.nodes.push(node);
    }
  }
  return { stays: [...byTimes.values()].toSorted((a, b) => a.fromMs - b.fromMs), isAnyTwice };
}

/** What was read of a series in several times, as one; they are in order of time. */
function joined(all: readonly RolledSeries[]): RolledSeries[] {
  const byKey = new Map<string, RolledSeries>();
  for (const one of all) {
    const labels = Object.entries(one.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([one.node, one.metric, labels]);
    const known = byKey.get(key);
    const isSameKind = known?.buckets.kind === one.buckets.kind;
    byKey.set(key, isSameKind ? { ...one, buckets: mergeBuckets(known.buckets, one.buckets) } : one);
  }
  return [...byKey.values()];
}

function inOrder(series: readonly RolledSeries[], nodes: readonly string[]): readonly RolledSeries[] {
  const places = new Map(nodes.map((node, place) => [node, place]));
  return series.toSorted((a, b) => (places.get(a.node) ?? 0) - (places.get(b.node) ?? 0));
}

function hasSamples({ buckets }: RolledSeries): boolean {
  return buckets.counts.some((count) => count > 0);
}

function tooManyTimes(count: number): QueryError {
  return new QueryError(
    'too-many-samples',
    `metrics: your jobs ran at ${count} different times on these nodes, at most ${mostTimes} are read at once`,
    'Ask for a shorter range or fewer nodes.',
  );
}
