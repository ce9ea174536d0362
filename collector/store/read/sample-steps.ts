// In: a selection and the times of which its samples are read. Out: the steps in which that is done: some nodes and some of
// their series each, so few that a step takes some milliseconds and its samples fit into the cache of a processor.
import type { HeadSamples } from '../front/reader-door.ts';
import type { Partition } from '../partitions/tier.ts';
import type { SeriesSelection } from '../store.ts';
import type { SampleRead } from './hour-plan.ts';
import type { GatheredSeries } from './sample-gatherer.ts';
import { type StoreFiles, seriesIn, seriesKey, wantedGroups } from './store-files.ts';

export interface SampleStep {
  /** Numbers of the nodes in the question. */
  readonly nodes: readonly number[];
  /** By key. */
  readonly series: ReadonlyMap<string, GatheredSeries>;
}

/** Nodes times series in one step. */
const runsPerStep = 256;
const nodesPerGroup = 64;

/** The hot file first: once it is gone, the raw one has everything. */
export function sampleFiles(files: StoreFiles, fromMs: number, toMs: number): readonly Partition[] {
  return [...files.partitions('hot', fromMs, toMs), ...files.partitions('raw', fromMs, toMs)];
}

export function sampleSteps(
  files: StoreFiles,
  wish: SeriesSelection,
  { reads, head }: { readonly reads: readonly SampleRead[]; readonly head: HeadSamples },
): readonly SampleStep[] {
  const series = new Map<string, GatheredSeries>();
  for (const one of head.series) series.set(seriesKey(one), one);
  const left = new Set(wish.nodes.keys());
  const groups: (readonly number[])[] = [];
  const partitions = new Set(reads.flatMap(({ fromMs, toMs }) => sampleFiles(files, fromMs, toMs)));
  for (const partition of partitions) {
    files.read(partition, (reader) => {
      for (const one of seriesIn(reader, wish.selectors)) series.set(seriesKey(one), one);
      // Nodes that share chunks are read together.
      for (const [, placed] of wantedGroups(reader, wish, left)) {
        groups.push(placed.map(({ node }) => node));
        for (const { node } of placed) left.delete(node);
      }
    });
  }
  if (left.size > 0) groups.push(...cut([...left], nodesPerGroup));
  const full = inFull(groups);
  const most = Math.max(1, ...full.map(({ length }) => length));
  const perStep = cut([...series], Math.ceil(runsPerStep / most));
  const together = Math.max(1, Math.floor(runsPerStep / (most * Math.max(1, series.size))));
  return cut(full, together).flatMap((some) =>
    perStep.map((own) => ({ nodes: some.flat(), series: new Map(own) })),
  );
}

/** Groups of few nodes become one. */
function inFull(groups: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const full: number[][] = [];
  for (const group of groups) {
    const last = full.at(-1);
    if (last !== undefined && last.length + group.length <= nodesPerGroup) last.push(...group);
    else full.push([...group]);
  }
  return full;
}

function cut<T>(items: readonly T[], length: number): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
}
