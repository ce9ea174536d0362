// In: what a segment of the log has of one hour. Out: its slot in the file of that hour, on disk once `commit` returns.
//
// Invariant: the slot is emptied before the first of a segment is put into it, so one that comes again leaves no doubles.
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
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

export class HotFile {
  readonly #writer: PartitionWriter;
  readonly #slot: number;
  readonly #numbers = new Map<readonly SeriesDefinition[], Int32Array>();
  readonly #numberOf = new Map<SeriesDefinition, number>();
  /** Groups that are in the slot already. */
  #done = new Set<number>();
  readonly #refused = new Set<string>();
  #doubles = 0;

  /** `isNew`: nothing of this segment has been put into the file since it was begun. */
  constructor(root: string, partition: Partition, { segment, isNew }: { segment: number; isNew: boolean }) {
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

  /** For columns of this file. */
  readonly numbersOf = (series: readonly SeriesDefinition[]): Int32Array => {
    const known = this.#numbers.get(series);
    if (known !== undefined) return known;
    const numbers = Int32Array.from(series, (definition) => this.#numberOfSeries(definition));
    this.#numbers.set(series, numbers);
    return numbers;
  };

  put(nodes: ReadonlyMap<string, NodeColumns>, wishOf: (node: string) => number | undefined): void {
    const groups = new Map<number, (NodeColumns | null)[]>();
    const { nodesPerGroup } = this.#writer.reader;
    for (const [name, columns] of nodes) {
      const node = this.#writer.addNode(name, wishOf(name));
      const { group, place } = this.#writer.reader.placeOf(node);
      const members = groups.get(group) ?? Array.from({ length: nodesPerGroup }, () => null);
      members[place] = this.#kept(node, columns);
      groups.set(group, members);
    }
    for (const [group, members] of groups) this.#putGroup(group, members);
  }

  /** Returns how many were left out, because there was one of that time before. */
  putSnapshots(name: string, snapshots: readonly ProcessSnapshot[], wish: number | undefined): number {
    const node = this.#writer.addNode(name, wish);
    const put = { slot: this.#slot, node, snapshots, compression: 'none' as const };
    return putProcesses(this.#writer, put);
  }

  commit(): void {
    this.#writer.commit();
  }

  /** Gives up what was not committed. Idempotent. */
  close(): void {
    this.#writer.close();
  }

  #putGroup(group: number, members: (NodeColumns | null)[]): void {
    while (members.at(-1) === null) members.pop();
    const before = this.#done.has(group) ? this.#groupSoFar(group) : [];
    const merged = Array.from({ length: Math.max(before.length, members.length) }, (_, place) =>
      this.#merge(before[place] ?? null, members[place] ?? null),
    );
    const added = toNewGroup(group, merged, 'none');
    if (added !== undefined) this.#writer.putGroup(this.#slot, added);
    this.#done.add(group);
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

  /** Without the series that are too many. */
  #kept(node: number, columns: NodeColumns): NodeColumns {
    const numbers = [...columns.columns.keys()].sort((left, right) => left - right);
    const refused = this.#writer.addSeriesOfNode(node, numbers);
    if (refused.length === 0) return columns;
    const without = new Map(columns.columns);
    for (const number of refused) {
      without.delete(number);
      this.#refused.add(`${node} ${number}`);
    }
    return { timesMs: columns.timesMs, columns: without };
  }

  #numberOfSeries(definition: SeriesDefinition): number {
    const known = this.#numberOf.get(definition);
    if (known !== undefined) return known;
    const number = this.#writer.addSeries(definition) ?? 0;
    this.#numberOf.set(definition, number);
    return number;
  }
}
