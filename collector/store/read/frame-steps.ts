// In: a selection, the times of which its samples are read, the store's files and the head. Out: the samples are counted in a
// frame. All samples of a node and a series are counted together: what grew from one hour to the next counts.
import type { HeadSamples } from '../front/reader-door.ts';
import type { PartitionReader } from '../partitions/partition-reader.ts';
import type { SeriesSelection } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { BucketRuns } from './bucket-runs.ts';
import { addPlainCounter } from './frame-counters.ts';
import { addGaugeSamples } from './frame-gauges.ts';
import { addCounterSamples, type Before, type Piece } from './frame-samples.ts';
import { HeadRuns } from './head-runs.ts';
import type { SampleRead } from './hour-plan.ts';
import type { FrameBuilder } from './rolled-frame.ts';
import { type Gathered, SampleGatherer } from './sample-gatherer.ts';
import { type SampleStep, sampleFiles, sampleSteps } from './sample-steps.ts';
import { SlotJoiner, type SlotPart } from './slot-joiner.ts';
import { type StoreFiles, seriesIn, seriesKey } from './store-files.ts';

export interface FrameSteps {
  readonly wish: SeriesSelection;
  readonly builder: FrameBuilder;
  readonly reads: readonly SampleRead[];
  readonly head: HeadSamples;
  readonly lookbackMs: number;
  /** The sample before the first one of a series of a node, when it is known. */
  readonly before: (gathered: Gathered, pieces: readonly Piece[]) => Before | undefined;
  readonly yieldTurn: YieldTurn;
}

export async function addSamples(files: StoreFiles, scope: FrameSteps): Promise<void> {
  const { wish, reads, head, builder, yieldTurn } = scope;
  if (reads.length === 0) return;
  const runs = new HeadRuns(head);
  const joiner = new SlotJoiner();
  const buckets = new BucketRuns(builder.grid, wish);
  for (const step of sampleSteps(files, wish, { reads, head })) {
    const into = new SampleGatherer();
    joiner.reset();
    for (const read of reads) gatherRead(files, read, { ...scope, step, into, joiner });
    for (const node of step.nodes) runs.addTo(into, node, { ...scope, step });
    countAll(into, buckets, scope);
    await yieldTurn();
  }
}

interface StepScope extends FrameSteps {
  readonly step: SampleStep;
  readonly into: SampleGatherer;
  readonly joiner: SlotJoiner;
}

function gatherRead(files: StoreFiles, read: SampleRead, scope: StepScope): void {
  const { wish, lookbackMs, step } = scope;
  const fromMs = Math.max(read.fromMs, wish.fromMs - lookbackMs);
  const toMs = Math.min(read.toMs, wish.toMs);
  const nodes = read.nodes === null ? step.nodes : step.nodes.filter((node) => read.nodes?.has(node));
  for (const partition of nodes.length === 0 ? [] : sampleFiles(files, fromMs, toMs)) {
    const groups = files.read(partition, (reader) => numbersIn(reader, wish.nodes, nodes)) ?? [];
    files.readAll(partition, groups, (reader, [group, numbers]) => {
      gatherGroup(files, reader, { ...scope, group, numbers, fromMs, toMs });
    });
  }
}

interface GroupScope extends StepScope {
  readonly group: number;
  readonly numbers: Int32Array;
  readonly fromMs: number;
  readonly toMs: number;
}

function gatherGroup(files: StoreFiles, reader: PartitionReader, scope: GroupScope): void {
  const { wish, step, group, numbers, fromMs, toMs, into, joiner } = scope;
  const slots = reader.slotsBetween(fromMs, toMs);
  const found = slots.flatMap((slot) => files.group(reader, slot, group) ?? []);
  if (found.length === 0) return;
  for (const series of seriesIn(reader, wish.selectors)) {
    if (!step.series.has(seriesKey(series))) continue;
    const parts: SlotPart[] = [];
    for (const one of found) {
      const content = files.chunk(reader, one, series.id);
      if (content !== undefined) parts.push({ content, times: one.times });
    }
    const number = into.seriesNumber(series);
    joiner.join(parts, numbers, (node, piece) => into.add(node, number, piece));
  }
}

function countAll(into: SampleGatherer, runs: BucketRuns, scope: FrameSteps): void {
  const { builder, wish, lookbackMs, before } = scope;
  const { fromMs, toMs } = wish;
  for (const gathered of into.all()) {
    const { node, key, series, pieces } = gathered;
    const row = builder.row(node, builder.seriesNumber(key, series));
    if (series.kind === 'gauge') {
      addGaugeSamples(row, pieces, runs);
      continue;
    }
    const options = { lookbackMs, before: before(gathered, pieces), fromMs, toMs };
    if (!addPlainCounter(row, pieces, { ...options, runs }))
      addCounterSamples(row, builder.grid, pieces, options);
  }
}

/** Where some nodes are in a file: their groups, and by place in the group which they are; -1: none of them. */
function numbersIn(
  reader: PartitionReader,
  names: readonly string[],
  nodes: readonly number[],
): readonly (readonly [group: number, numbers: Int32Array])[] {
  const groups = new Map<number, Int32Array>();
  for (const node of nodes) {
    const id = reader.dictionary.nodeId(names[node] ?? '');
    if (id === undefined) continue;
    const { group, place } = reader.placeOf(id);
    const numbers = groups.get(group) ?? new Int32Array(reader.nodesPerGroup).fill(-1);
    numbers[place] = node;
    groups.set(group, numbers);
  }
  return [...groups];
}
