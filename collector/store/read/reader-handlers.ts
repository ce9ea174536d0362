// What the reader thread answers about metrics and processes, and the front's end of it: large answers move as few large arrays and become
// plain data where they arrive.
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { BucketGrid, RolledSeries } from '../buckets.ts';
import type { HeadSamples } from '../front/reader-door.ts';
import type { RollUpOptions, SeriesData, SeriesSelection } from '../store.ts';
import { Transferred } from '../threads/calls.ts';
import { createTurns, type YieldTurn } from '../turns.ts';
import { selectSamples, seriesOfNode, tickTimesOf } from './metric-selections.ts';
import { rollUpSelection } from './roll-up-selection.ts';
import { arraysOf, type RolledFrame, seriesOfFrame } from './rolled-frame.ts';
import { snapshotAt, snapshotsBetween } from './snapshot-selections.ts';
import type { StoreFiles } from './store-files.ts';

const turnMs = 2;

export function metricReaderHandlers(files: StoreFiles, turns: () => YieldTurn) {
  return {
    async select(selection: SeriesSelection, head: HeadSamples) {
      const found = await selectSamples(files, selection, { head, yieldTurn: turns() });
      const arrays = found.flatMap(({ timesMs, values }) => [timesMs, values]);
      return new Transferred(found, arrays.filter(isMovable));
    },
    async rollUp(
      selection: SeriesSelection,
      grid: BucketGrid,
      options: RollUpOptions & { readonly head: HeadSamples },
    ) {
      const scope = { ...options, grid, yieldTurn: turns() };
      const frame = await rollUpSelection(files, selection, scope);
      return new Transferred(frame, arraysOf(frame));
    },
    series: (node: string, metric?: string): readonly SeriesDefinition[] => seriesOfNode(files, node, metric),
    tickTimes: (node: string, fromMs: number, toMs: number): Float64Array =>
      tickTimesOf(files, node, fromMs, toMs),
    snapshotAt: (node: string, timeMs: number, maxAgeMs: number) =>
      snapshotAt(files, node, { timeMs, maxAgeMs }),
    snapshots: (node: string, range: { fromMs: number; toMs: number; limit: number }) =>
      snapshotsBetween(files, node, range, turns()),
  };
}

function isMovable(array: Float64Array): array is Float64Array<ArrayBuffer> {
  return array.buffer instanceof ArrayBuffer;
}

/** The same calls as ReaderDoor has them. */
export interface MetricReads {
  select(selection: SeriesSelection, head: HeadSamples): Promise<readonly SeriesData[]>;
  rollUp(
    selection: SeriesSelection,
    grid: BucketGrid,
    options: RollUpOptions & { readonly head: HeadSamples },
  ): Promise<readonly RolledSeries[]>;
}

export interface MetricReaderCalls {
  select(selection: SeriesSelection, head: HeadSamples): Promise<readonly SeriesData[]>;
  rollUp(
    selection: SeriesSelection,
    grid: BucketGrid,
    options: RollUpOptions & { readonly head: HeadSamples },
  ): Promise<RolledFrame>;
}

export function metricReads(calls: MetricReaderCalls): MetricReads {
  return {
    select: (selection, head) => calls.select(selection, head),
    rollUp: async (selection, grid, options) =>
      unpacked(await calls.rollUp(selection, grid, options), selection.nodes),
  };
}

/** Others of the thread where it arrives have their turn in between. */
async function unpacked(frame: RolledFrame, nodes: readonly string[]): Promise<readonly RolledSeries[]> {
  const yieldTurn = createTurns(turnMs);
  const found: RolledSeries[] = [];
  for (const series of seriesOfFrame(frame, nodes)) {
    found.push(series);
    if (found.length % 64 === 0) await yieldTurn();
  }
  return found;
}
