// In: entries of the log once they are on disk, with the number of their segment. Out: what the segments hold that are
// not flushed yet, from memory.
//
// Invariants: a time of a node is there once, the first that came; a segment that is dropped leaves nothing behind but
// the latest ticks. What a segment may hold bounds the head, and how many segments wait bounds the segments.
import type { Clock } from '../../../shared/clock.ts';
import type { DataClass, Gap } from '../../../shared/model/delivery.ts';
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import { LatestTicks } from '../latest-ticks.ts';
import type { LogEntry } from '../log/log-entry.ts';
import type { SeriesLists } from '../log/series-lists.ts';
import { type HeadTicks, joined, NodeHead, noTicks } from './node-head.ts';
import { PackedSnapshots } from './packed-snapshots.ts';
import { FreeSlabs, Slabs } from './slabs.ts';

interface SegmentHead {
  readonly nodes: Map<string, NodeHead>;
  readonly rows: Slabs<Float64Array>;
  readonly records: Slabs<Uint8Array>;
  samples: number;
}

export class Head {
  readonly #lists: SeriesLists;
  readonly #clock: Clock;
  readonly #latest = new LatestTicks();
  /** By number, ascending. */
  readonly #segments = new Map<number, SegmentHead>();
  readonly #freeRows = new FreeSlabs(Float64Array);
  readonly #freeRecords = new FreeSlabs(Uint8Array);
  #duplicates = 0;
  #samples = 0;

  constructor(lists: SeriesLists, clock: Clock) {
    this.#lists = lists;
    this.#clock = clock;
  }

  /** Ticks and snapshots of a time that was there. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Values of all ticks. */
  get samples(): number {
    return this.#samples;
  }

  samplesOf(segment: number): number {
    return this.#segments.get(segment)?.samples ?? 0;
  }

  add(segment: number, { sender, payload, packed }: LogEntry): void {
    if (payload === null) return;
    const held = this.#segmentOf(segment);
    let node = held.nodes.get(sender.node);
    if (node === undefined) {
      node = new NodeHead();
      held.nodes.set(sender.node, node);
    }
    switch (payload.kind) {
      case 'metrics':
        for (const tick of payload.ticks) this.#addTick(sender.node, tick, { held, node });
        break;
      case 'processes':
        this.#addSnapshots(sender.node, { snapshots: payload.snapshots, packed }, { held, node });
        break;
      case 'inventory':
        node.inventory = payload.inventory;
        break;
      case 'gap':
        node.gaps.push(payload.gap);
        break;
    }
  }

  /** The segment is flushed. */
  drop(segment: number): void {
    const held = this.#segments.get(segment);
    if (held === undefined) return;
    this.#samples -= held.samples;
    this.#segments.delete(segment);
    held.rows.release();
    held.records.release();
  }

  latestTicks(node: string): readonly MetricTick[] {
    return this.#latest.of(node);
  }

  /** Both ends included. What comes out is to be read at once, and not to be changed. */
  ticks(node: string, fromMs: number, toMs: number): HeadTicks {
    let found: HeadTicks | undefined;
    for (const { nodes } of this.#segments.values()) {
      const ticks = nodes.get(node)?.ticks(fromMs, toMs);
      if (ticks === undefined || ticks.timesMs.length === 0) continue;
      found = found === undefined ? ticks : joined(found, ticks);
    }
    return found ?? noTicks;
  }

  tickTimes(node: string, fromMs: number, toMs: number): readonly number[] {
    return this.ticks(node, fromMs, toMs).timesMs;
  }

  /** Each series once, as it was defined last. */
  series(node: string, metric: string | undefined): readonly SeriesDefinition[] {
    const lists = new Set(this.#partsOf(node).flatMap((part) => part.lists));
    const found = new Set([...lists].flatMap(({ series }) => series));
    return [...found].filter((definition) => metric === undefined || definition.metric === metric);
  }

  /** Both ends included, oldest first. */
  snapshots(node: string, fromMs: number, toMs: number): readonly ProcessSnapshot[] {
    return this.#partsOf(node)
      .flatMap(({ snapshots }) => snapshots?.within(fromMs, toMs) ?? [])
      .toSorted((a, b) => a.timeMs - b.timeMs);
  }

  /** Of those classes of which there is something. */
  newestTimes(node: string): ReadonlyMap<DataClass, number> {
    const times = new Map<DataClass, number>();
    const note = (dataClass: DataClass, timeMs: number) => {
      if (timeMs > (times.get(dataClass) ?? Number.NEGATIVE_INFINITY)) times.set(dataClass, timeMs);
    };
    for (const { tickTimes, snapshots, inventory } of this.#partsOf(node)) {
      note('metric', tickTimes.newest);
      if (snapshots !== undefined) note('process', snapshots.times.newest);
      if (inventory !== undefined) note('event', inventory.timeMs);
    }
    return times;
  }

  inventory(node: string): Inventory | null {
    return this.#partsOf(node).findLast((part) => part.inventory !== undefined)?.inventory ?? null;
  }

  /** In the order in which they came. */
  gaps(node: string): readonly Gap[] {
    return this.#partsOf(node).flatMap(({ gaps }) => gaps);
  }

  #addTick(name: string, tick: MetricTick, { held, node }: { held: SegmentHead; node: NodeHead }): void {
    const { timeMs, values } = tick;
    for (const { nodes } of this.#segments.values()) {
      if (nodes.get(name)?.tickTimes.has(timeMs) !== true) continue;
      this.#duplicates += 1;
      return;
    }
    const list = this.#lists.listOf(tick.series);
    held.rows.put(values);
    const { slab, offset } = held.rows;
    node.addTick(timeMs, list, { slab, offset, length: values.length });
    held.samples += values.length;
    this.#samples += values.length;
    this.#latest.put(name, { timeMs, series: list.series, values }, this.#clock.now());
  }

  #addSnapshots(
    name: string,
    { snapshots, packed }: { snapshots: readonly ProcessSnapshot[]; packed: Buffer | undefined },
    { held, node }: { held: SegmentHead; node: NodeHead },
  ): void {
    if (packed === undefined) throw new TypeError(`snapshots of ${name} that no record holds`);
    const timesMs = snapshots
      .map(({ timeMs }) => timeMs)
      .filter((timeMs) => !this.#hasSnapshot(name, timeMs));
    this.#duplicates += snapshots.length - timesMs.length;
    held.records.put(packed);
    node.snapshots ??= new PackedSnapshots();
    node.snapshots.add(timesMs, held.records, packed.length);
  }

  #hasSnapshot(name: string, timeMs: number): boolean {
    for (const { nodes } of this.#segments.values()) {
      if (nodes.get(name)?.snapshots?.times.has(timeMs) === true) return true;
    }
    return false;
  }

  #segmentOf(number: number): SegmentHead {
    const known = this.#segments.get(number);
    if (known !== undefined) return known;
    const held = {
      nodes: new Map<string, NodeHead>(),
      rows: new Slabs(this.#freeRows),
      records: new Slabs(this.#freeRecords),
      samples: 0,
    };
    this.#segments.set(number, held);
    return held;
  }

  #partsOf(node: string): readonly NodeHead[] {
    const parts: NodeHead[] = [];
    for (const { nodes } of this.#segments.values()) {
      const part = nodes.get(node);
      if (part !== undefined) parts.push(part);
    }
    return parts;
  }
}
