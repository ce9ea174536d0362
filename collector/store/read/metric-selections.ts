// In: selections of raw samples, the series and the tick times of a node. Out: what the hot and the raw files have of them,
// merged with the head where it is given.
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { HeadSamples } from '../front/reader-door.ts';
import type { SeriesData, SeriesSelection } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { gatherFiles } from './file-samples.ts';
import type { Piece } from './frame-samples.ts';
import { SampleGatherer, withoutAbsent } from './sample-gatherer.ts';
import { type StoreFiles, seriesKey } from './store-files.ts';

const rawTiers = ['hot', 'raw'] as const;
/** What is in minute files only, of days between these, is in the file of its month, too. */
const namingTiers = ['ten-minutes', 'raw', 'hot'] as const;

export async function selectSamples(
  files: StoreFiles,
  selection: SeriesSelection,
  { head, yieldTurn }: { readonly head: HeadSamples; readonly yieldTurn: YieldTurn },
): Promise<readonly SeriesData[]> {
  const { nodes, fromMs, toMs } = selection;
  const into = new SampleGatherer();
  for (const tier of rawTiers) {
    const partitions = files.partitions(tier, fromMs, toMs);
    await gatherFiles(files, partitions, selection, { into, nodes: null, yieldTurn });
  }
  into.addHead(head, fromMs, toMs);
  const found: SeriesData[] = [];
  for (const { node, series, pieces } of into.all()) {
    const { timesMs, values } = joined(pieces, fromMs, toMs);
    const { metric, kind, labels } = series;
    if (timesMs.length > 0) found.push({ node: nodes[node] ?? '', metric, kind, labels, timesMs, values });
  }
  return found;
}

/** Newest definitions win: the files are gone through from the oldest tier to the newest. */
export function seriesOfNode(files: StoreFiles, node: string, metric?: string): readonly SeriesDefinition[] {
  const found = new Map<string, SeriesDefinition>();
  for (const tier of namingTiers) {
    for (const partition of files.partitions(tier, 0, Number.MAX_SAFE_INTEGER)) {
      for (const series of files.seriesOfNode(partition, node)) {
        if (metric !== undefined && series.metric !== metric) continue;
        const { metric: name, kind, decimals, labels } = series;
        found.set(seriesKey(series), { metric: name, kind, decimals, labels });
      }
    }
  }
  return [...found.values()];
}

export function tickTimesOf(files: StoreFiles, node: string, fromMs: number, toMs: number): Float64Array {
  const times = new Set<number>();
  for (const tier of rawTiers) {
    for (const partition of files.partitions(tier, fromMs, toMs)) {
      files.read(partition, (reader) => {
        const id = reader.dictionary.nodeId(node);
        if (id === undefined) return;
        const { group, place } = reader.placeOf(id);
        for (const slot of reader.slotsBetween(fromMs, toMs)) {
          for (const timeMs of files.group(reader, slot, group)?.times[place] ?? []) {
            if (timeMs >= fromMs && timeMs <= toMs) times.add(timeMs);
          }
        }
      });
    }
  }
  return Float64Array.from(times).sort();
}

/** One array of what lies between the two times, both included, without absent samples. */
function joined(pieces: readonly Piece[], fromMs: number, toMs: number): Piece {
  const cut = pieces.map((piece) => cutOut(withoutAbsent(piece), fromMs, toMs));
  const length = cut.reduce((sum, piece) => sum + piece.timesMs.length, 0);
  const timesMs = new Float64Array(length);
  const values = new Float64Array(length);
  let at = 0;
  for (const piece of cut) {
    timesMs.set(piece.timesMs, at);
    values.set(piece.values, at);
    at += piece.timesMs.length;
  }
  return { timesMs, values };
}

function cutOut({ timesMs, values }: Piece, fromMs: number, toMs: number): Piece {
  const from = countBelow(timesMs, fromMs);
  const to = countBelow(timesMs, toMs + 1);
  return { timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) };
}

/** How many of the ascending times lie before one. */
function countBelow(timesMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
