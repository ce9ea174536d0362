// In: what a segment of the log has of one hour. Out: its slot in the file of that hour, on disk once `commit` returns.
//
// Invariant: a slot is emptied before the first of a segment is put into it, so one that comes again leaves no doubles.
import { columnsOf } from '../../../shared/column-snapshot.ts';
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { NewGroup } from '../partitions/new-rows.ts';
import {
  type GroupColumns,
  mergeNodeColumns,
  type NodeColumns,
  readGroupColumns,
  toNewGroup,
} from '../partitions/node-columns.ts';
import { PartitionWriter } from '../partitions/partition-writer.ts';
import { putProcesses } from '../partitions/stored-processes.ts';
import type { Partition } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { encodeBlocks, toNodeColumns } from './block-group.ts';
import { layoutOf, type SeriesLayout } from './series-layout.ts';
import { BlockRoom, blockOf, type TickBlock } from './tick-block.ts';

const maxLayouts = 1_000;
/** About. */
const bytesPerProcess = 6;
const bytesPerSeries = 64;
const bytesPerCommit = 1024 * 1024;

export interface PutOptions {
  /** A number that a node keeps in all files, if possible. */
  readonly numberOf: (node: string) => number | undefined;
  readonly yieldTurn: YieldTurn;
}

export interface HotFileOptions {
  readonly segment: number;
  /** Nothing of this segment has been put into the file since it was begun. */
  readonly isNew: boolean;
  /** Memory of blocks, by place in the group that is written; more are added. */
  readonly rooms: BlockRoom[];
}

interface Member {
  /** Number in the file. */
  readonly node: number;
  readonly ticks: readonly MetricTick[];
}

export class HotFile {
  readonly #writer: PartitionWriter;
  readonly #slot: number;
  readonly #lists = new Map<readonly SeriesDefinition[], number>();
  readonly #layouts = new Map<string, SeriesLayout>();
  readonly #numbers = new Map<SeriesDefinition, number>();
  /** Groups that are in the slot already. */
  #done = new Set<number>();
  readonly #refused = new Set<string>();
  readonly #rooms: BlockRoom[];
  #doubles = 0;
  #pendingBytes = 0;

  constructor(root: string, partition: Partition, { segment, isNew, rooms }: HotFileOptions) {
    this.#rooms = rooms;
    this.#writer = PartitionWriter.open(root, partition);
    try {
      this.#writer.begin();
      this.#slot = this.#writer.slot(segment);
      if (isNew) this.#writer.clearSlot(this.#slot);
      else this.#done = new Set(this.#writer.slotNow(this.#slot).groups);
    } catch (error) {
      this.#writer.close();
      throw error;
    }
  }

  /** Series of nodes that were not kept. */
  get refusedSeries(): number {
    return this.#refused.size;
  }

  get doubles(): number {
    return this.#doubles;
  }

  /** `nodes`: ticks in order of time, each time once. */
  async put(
    nodes: ReadonlyMap<string, readonly MetricTick[]>,
    { numberOf, yieldTurn }: PutOptions,
  ): Promise<void> {
    const groups = new Map<number, (Member | null)[]>();
    const { reader } = this.#writer;
    for (const [name, ticks] of nodes) {
      const node = this.#writer.addNode(name, numberOf(name));
      const { group, place } = reader.placeOf(node);
      const members = groups.get(group) ?? Array.from({ length: reader.nodesPerGroup }, () => null);
      members[place] = { node, ticks };
      groups.set(group, members);
    }
    for (const [group, members] of groups) {
      while (members.at(-1) === null) members.pop();
      await this.#putGroup(group, members, yieldTurn);
    }
  }

  /** Returns how many were left out, because there was one of that time before. */
  putSnapshots(name: string, snapshots: readonly ProcessSnapshot[], wish: number | undefined): number {
    const node = this.#writer.addNode(name, wish);
    const put = { slot: this.#slot, node, snapshots, compression: 'none' as const };
    for (const snapshot of snapshots) {
      this.#pendingBytes += columnsOf(snapshot).definitions.length * bytesPerProcess;
    }
    return putProcesses(this.#writer, put);
  }

  /** Commits what there is, if it is some megabytes. Who reads it meanwhile sees a part of the slot. Returns whether it did. */
  commitMuch(): boolean {
    if (this.#pendingBytes < bytesPerCommit) return false;
    this.#writer.commit();
    this.#pendingBytes = 0;
    this.#writer.begin();
    return true;
  }

  commit(): void {
    this.#writer.commit();
  }

  /** Gives up what was not committed. Idempotent. */
  close(): void {
    this.#writer.close();
  }

  async #putGroup(group: number, members: readonly (Member | null)[], yieldTurn: YieldTurn): Promise<void> {
    const blocks: (TickBlock | null)[] = [];
    for (const [place, member] of members.entries()) {
      blocks.push(member === null ? null : this.#blockOf(member, place));
      await yieldTurn();
    }
    const isNew = !this.#done.has(group);
    const added = isNew ? await encodeBlocks(group, blocks, yieldTurn) : this.#mergedGroup(group, blocks);
    await yieldTurn();
    if (added !== undefined) {
      for (const [, bytes] of added.chunks) this.#pendingBytes += bytes.length;
      this.#writer.putGroup(this.#slot, added);
    }
    this.#done.add(group);
  }

  #blockOf({ node, ticks }: Member, place: number): TickBlock {
    const lists = new Set(ticks.map(({ series }) => series));
    const layout = this.#layoutOf(lists);
    const refused = new Set(this.#writer.addSeriesOfNode(node, layout.numbers));
    const room = (this.#rooms[place] ??= new BlockRoom());
    if (refused.size === 0) return blockOf(ticks, layout, room);
    for (const number of refused) this.#refused.add(`${node} ${number}`);
    return blockOf(
      ticks,
      layoutOf(lists, this.#numberOf, (number) => !refused.has(number)),
      room,
    );
  }

  /** Nodes mostly have the same lists. */
  #layoutOf(lists: ReadonlySet<readonly SeriesDefinition[]>): SeriesLayout {
    const key = [...lists].map((list) => this.#listNumber(list)).join(' ');
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const layout = layoutOf(lists, this.#numberOf);
    if (this.#layouts.size >= maxLayouts) this.#layouts.clear();
    this.#layouts.set(key, layout);
    return layout;
  }

  #listNumber(list: readonly SeriesDefinition[]): number {
    const known = this.#lists.get(list);
    if (known !== undefined) return known;
    this.#lists.set(list, this.#lists.size);
    return this.#lists.size - 1;
  }

  #mergedGroup(group: number, blocks: readonly (TickBlock | null)[]): NewGroup | undefined {
    const before = this.#groupSoFar(group);
    const merged = Array.from({ length: Math.max(before.length, blocks.length) }, (_, place) => {
      const block = blocks[place] ?? null;
      return this.#merge(before[place] ?? null, block === null ? null : toNodeColumns(block));
    });
    return toNewGroup(group, merged, 'none');
  }

  #merge(before: NodeColumns | null, node: NodeColumns | null): NodeColumns | null {
    if (before === null || node === null) return before ?? node;
    const { merged, doubles } = mergeNodeColumns(before, node);
    this.#doubles += doubles;
    return merged;
  }

  #groupSoFar(group: number): GroupColumns {
    const { reader } = this.#writer;
    const found = reader.group(this.#writer.slotNow(this.#slot), group);
    return found === undefined ? [] : readGroupColumns(reader, found);
  }

  readonly #numberOf = (definition: SeriesDefinition): number | undefined => {
    const known = this.#numbers.get(definition);
    if (known !== undefined) return known;
    const number = this.#writer.addSeries(definition);
    if (number !== undefined) this.#numbers.set(definition, number);
    this.#pendingBytes += bytesOfDefinition(definition);
    return number;
  };
}

/** About; one that is in the file already counts, too. */
function bytesOfDefinition({ metric, labels }: SeriesDefinition): number {
  let bytes = bytesPerSeries + metric.length;
  for (const name of Object.keys(labels)) bytes += name.length + (labels[name]?.length ?? 0) + 6;
  return bytes;
}
