// In: a selection, a grid and what the head has. Out: a frame of its series in the buckets of the grid, each hour from the tier
// that serves it with the least reading; what is damaged of a roll-up, from the samples that it was made of, if they are kept.
import type { BucketGrid } from '../buckets.ts';
import type { HeadSamples } from '../front/reader-door.ts';
import { hourMs, type Partition } from '../partitions/tier.ts';
import type { RollUpOptions, SeriesSelection } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { addSlots, type Tail, type Tails } from './file-buckets.ts';
import type { Before, Piece } from './frame-samples.ts';
import { addSamples } from './frame-steps.ts';
import { type BucketRead, floorTo, type HourPlan, planHours, type SampleRead } from './hour-plan.ts';
import { FrameBuilder, type RolledFrame } from './rolled-frame.ts';
import type { Gathered } from './sample-gatherer.ts';
import type { StoreFiles } from './store-files.ts';

/** Ten minutes, minutes, samples. */
const mostTries = 3;

export interface RollUpScope extends RollUpOptions {
  readonly grid: BucketGrid;
  readonly head: HeadSamples;
  readonly yieldTurn: YieldTurn;
}

export async function rollUpSelection(
  files: StoreFiles,
  selection: SeriesSelection,
  scope: RollUpScope,
): Promise<RolledFrame> {
  const { grid } = scope;
  const beginMs = grid.firstMs - grid.stepMs + 1;
  const endMs = grid.firstMs + (grid.count - 1) * grid.stepMs;
  const fromMs = Math.max(beginMs, selection.fromMs);
  const wish = { ...selection, fromMs, toMs: Math.min(endMs, selection.toMs) };
  if (grid.count === 0 || wish.fromMs > wish.toMs)
    return new FrameBuilder(selection.nodes.length, grid, scope.onlyAverage === true).frame();
  const lost: SampleRead[] = [];
  for (let tries = 1; ; tries += 1) {
    const known = lost.length;
    const frame = await rollUp(files, wish, scope, lost);
    if (lost.length === known || tries === mostTries) return frame;
  }
}

/** Adds to `lost` what of the roll-ups is damaged: once more, and it is made of the samples. */
async function rollUp(
  files: StoreFiles,
  wish: SeriesSelection,
  scope: RollUpScope,
  lost: SampleRead[],
): Promise<RolledFrame> {
  const { grid, head, lookbackMs, wholeBuckets = false, yieldTurn } = scope;
  const builder = new FrameBuilder(wish.nodes.length, grid, scope.onlyAverage === true);
  const plan = planHours(files, wish, { grid, head, lost });
  const tails: ReadonlyMap<number, Tails> = new Map(
    hoursBeforeSamples(plan).map((hour) => [hour, new Map()]),
  );
  for (const [partition, reads] of byFile(plan.buckets)) {
    lost.push(
      ...(await addSlots(files, partition, reads, { wish, builder, wholeBuckets, tails, yieldTurn })),
    );
  }
  const before = ({ node, key }: Gathered, pieces: readonly Piece[]) =>
    sampleBefore(pieces, { node, key, tails, lookbackMs });
  await addSamples(files, { wish, builder, reads: plan.samples, head, lookbackMs, before, yieldTurn });
  return builder.frame();
}

/** Hours behind which samples are read. */
function hoursBeforeSamples({ samples }: HourPlan): readonly number[] {
  return samples.map(({ fromMs }) => fromMs - hourMs);
}

/** Neighbours that are of the same file. */
function byFile(reads: readonly BucketRead[]): readonly (readonly [Partition, readonly BucketRead[]])[] {
  const runs: (readonly [Partition, BucketRead[]])[] = [];
  for (const read of reads) {
    const last = runs.at(-1);
    if (last?.[0].path === read.partition.path) last[1].push(read);
    else runs.push([read.partition, [read]]);
  }
  return runs;
}

interface TailScope extends Pick<Gathered, 'node' | 'key'> {
  readonly tails: ReadonlyMap<number, Tails>;
  readonly lookbackMs: number;
}

/**
 * The last sample of the hour before, of which only the buckets were read. Its time is not in them: it is known when the node
 * measured regularly up to the end of that hour, at the spacing with which it goes on.
 */
function sampleBefore(
  [first]: readonly Piece[],
  { node, key, tails, lookbackMs }: TailScope,
): Before | undefined {
  const [firstMs, secondMs] = [first?.timesMs[0], first?.timesMs[1]];
  if (firstMs === undefined || secondMs === undefined) return undefined;
  const tail: Tail | undefined = tails
    .get(floorTo(firstMs, hourMs) - hourMs)
    ?.get(node)
    ?.get(key);
  const spacingMs = secondMs - firstMs;
  if (tail === undefined || Number.isNaN(tail.value) || spacingMs > lookbackMs) return undefined;
  const isRegular = tail.count >= Math.max(1, Math.floor(60_000 / spacingMs) - 1);
  return isRegular && firstMs % hourMs < spacingMs
    ? { timeMs: firstMs - spacingMs, value: tail.value }
    : undefined;
}
