// Everything the spool holds of one class: the newest batches as they are in memory, and segments. In: payloads,
// acknowledgements. Out: batches by number.
//
// Invariants: the queue ascends; a batch that is not in a segment is in the queue; what was acknowledged or given up is
// handed out no more.
import type { SentBatch } from '../../shared/model/batch.ts';
import type { DataClass, SequenceRange, StoredPosition } from '../../shared/model/delivery.ts';
import { SequenceRanges } from '../../shared/sequence-ranges.ts';
import { LaneSegments, type LaneSegmentsOptions, type SegmentState } from './lane-segments.ts';
import { without } from './number-ranges.ts';
import type { PayloadFacts } from './payload-facts.ts';
import type { Loss } from './segment-scan.ts';

export interface QueuedBatch extends PayloadFacts {
  readonly batch: SentBatch;
  readonly itemsBefore: number;
  /** In memory, estimated. */
  readonly bytes: number;
  isStored: boolean;
}

/** A loss that was put as an event, and stands in the way of being taken for one that nobody knows of. */
interface Declared extends SequenceRange {
  /** Number of the event. */
  readonly event: number;
}

export interface LaneOptions extends LaneSegmentsOptions {
  readonly shareBytes: number;
}

export class Lane {
  readonly dataClass: DataClass;
  readonly shareBytes: number;
  readonly segments: LaneSegments;
  /** Number that the next batch gets. */
  next = 1;
  /** Items of all batches before. */
  itemsNext = 0;
  queueBytes = 0;
  #acked = new SequenceRanges();
  readonly #queue: QueuedBatch[] = [];
  #declared: Declared[] = [];
  #firstOfRun = 1;
  #isGreeted = false;

  constructor(options: LaneOptions) {
    this.dataClass = options.dataClass;
    this.shareBytes = options.shareBytes;
    this.segments = new LaneSegments(options);
  }

  get queue(): readonly QueuedBatch[] {
    return this.#queue;
  }

  get isAllStored(): boolean {
    return this.#queue.every(({ isStored }) => isStored);
  }

  /** Numbers from here on are this run's own. */
  beginRun(next: number, itemsNext: number): void {
    this.next = next;
    this.itemsNext = itemsNext;
    this.#firstOfRun = next;
  }

  add(
    payload: SentBatch['payload'],
    bootedMs: number | null,
    facts: PayloadFacts & { readonly bytes: number },
  ): QueuedBatch {
    const batch = { sequence: this.next, payload, bootedMs };
    const queued = { ...facts, batch, itemsBefore: this.itemsNext, isStored: false };
    this.next += 1;
    this.itemsNext += facts.items;
    this.#queue.push(queued);
    this.queueBytes += facts.bytes;
    return queued;
  }

  /** Writes a batch of the queue to its segment; 'unsendable' ones leave the queue. Throws the system's error. */
  store(queued: QueuedBatch): 'stored' | 'unsendable' {
    const { batch, itemsBefore, items, fromMs, toMs } = queued;
    const { sequence, bootedMs } = batch;
    const outcome = this.segments.append(batch, { sequence, itemsBefore, items, fromMs, toMs, bootedMs });
    if (outcome === 'stored') queued.isStored = true;
    else this.leaveQueue(queued);
    return outcome;
  }

  leaveQueue(queued: QueuedBatch): void {
    const index = this.#queue.indexOf(queued);
    if (index === -1) return;
    this.#queue.splice(index, 1);
    this.queueBytes -= queued.bytes;
  }

  /** Batches up to this one leave the queue as far as they are in segments. */
  leaveStored(upTo: number): void {
    const unstored = this.#queue.findIndex(({ batch, isStored }) => !isStored || batch.sequence > upTo);
    const removed = this.#queue.splice(0, unstored === -1 ? this.#queue.length : unstored);
    for (const { bytes } of removed) this.queueBytes -= bytes;
  }

  /** The lowest number that can still be sent, or that is declared lost by an event which can still be sent. */
  get first(): number {
    const stored = this.segments.all.find(({ first, last }) => last >= first)?.first ?? this.next;
    const queued = this.#queue[0]?.batch.sequence ?? this.next;
    return Math.min(stored, queued, ...this.#declared.map(({ from }) => from));
  }

  /** Numbers that wait for an acknowledgement, ascending, cut where a segment ends. */
  pending(): readonly SequenceRange[] {
    const ranges: SequenceRange[] = [];
    let stored = 0;
    for (const { first, last, holes } of this.segments.all) {
      stored = Math.max(stored, last);
      for (const range of this.#acked.missing({ from: first, to: last }))
        ranges.push(...without(range, holes));
    }
    for (const { batch } of this.#queue.slice(this.#placeAfter(stored))) {
      const { sequence } = batch;
      const before = ranges.at(-1);
      if (before === undefined || before.to !== sequence - 1) ranges.push({ from: sequence, to: sequence });
      else ranges[ranges.length - 1] = { from: before.from, to: sequence };
    }
    return ranges;
  }

  /** Time of the oldest that waits, within a segment as far as its number tells; undefined when nothing waits. */
  get oldestPendingMs(): number | undefined {
    const [oldest] = this.pending();
    if (oldest === undefined) return undefined;
    const queued = this.#queue[this.#placeAfter(oldest.from - 1)];
    if (queued?.batch.sequence === oldest.from) return queued.fromMs;
    const segment = this.segments.all.find(({ last }) => last >= oldest.from);
    if (segment === undefined) return undefined;
    const { first, last, fromMs, toMs } = segment;
    return fromMs + ((toMs - fromMs) * (oldest.from - first)) / Math.max(1, last - first);
  }

  /** Batches after a number up to another one that wait for an acknowledgement, ascending; what is lost on the way. */
  after(
    sequence: number,
    upTo: number,
    limit: number,
  ): { batches: readonly SentBatch[]; losses: readonly Loss[] } {
    const losses: Loss[] = [];
    let reached = sequence;
    for (;;) {
      const place = this.#placeAfter(reached);
      const queued = this.#queue[place]?.batch.sequence ?? this.next;
      if (this.#acked.missing({ from: reached + 1, to: Math.min(upTo, queued - 1) }).length === 0) {
        const batches = this.#queue.slice(place, place + limit).map(({ batch }) => batch);
        return { batches: batches.filter((batch) => batch.sequence <= upTo), losses };
      }
      const read = this.segments.read(reached, Math.min(upTo, queued - 1), limit);
      losses.push(...read.losses.filter((loss) => this.#acked.missing(loss).length > 0));
      const batches = read.batches.filter((batch) => !this.#acked.has(batch.sequence));
      if (batches.length > 0) return { batches, losses };
      // Only holes, or what was acknowledged.
      reached = Math.max(read.reached, reached + 1);
      if (reached >= upTo) return { batches, losses };
    }
  }

  acknowledge({ sequence, beyond }: StoredPosition): void {
    this.#acked = new SequenceRanges(sequence, beyond);
    // A number that the collector has already would be taken for a batch sent twice.
    this.next = Math.max(this.next, this.#acked.highest + 1);
    for (const { from, to } of [{ from: 0, to: sequence }, ...beyond]) {
      const start = this.#placeAfter(from - 1);
      const removed = this.#queue.splice(start, this.#placeAfter(to) - start);
      for (const { bytes } of removed) this.queueBytes -= bytes;
    }
  }

  /**
   * Batches of this run that the collector takes for others: a former run sent those under the same numbers, and no
   * disk remembers. To be asked before the first acknowledgement.
   */
  mistaken({ sequence, beyond }: StoredPosition): readonly QueuedBatch[] {
    const isGreeted = this.#isGreeted;
    this.#isGreeted = true;
    const theirs = new SequenceRanges(sequence, beyond);
    if (isGreeted || theirs.highest < this.#firstOfRun) return [];
    return this.#queue.filter(({ batch }) => theirs.has(batch.sequence));
  }

  /** Numbers that the collector lacks, that are not here and that no event declares. */
  unaccounted(): readonly SequenceRange[] {
    const here = [...this.pending(), ...this.#declared].toSorted((one, other) => one.from - other.from);
    return this.#acked
      .missing({ from: this.first, to: this.next - 1 })
      .flatMap((range) => without(range, here));
  }

  /** One batch is no longer wanted. Returns it when it is in memory. */
  forget(sequence: number): QueuedBatch | undefined {
    const queued = this.#queue[this.#placeAfter(sequence - 1)];
    this.#acked.add({ from: sequence, to: sequence });
    if (queued?.batch.sequence !== sequence) return undefined;
    this.leaveQueue(queued);
    return queued;
  }

  /** Segments of which nothing is waited for. */
  done(): readonly SegmentState[] {
    const newest = this.segments.all.at(-1);
    return this.segments.all.filter(
      (segment) =>
        segment !== newest &&
        this.#acked
          .missing({ from: segment.first, to: segment.last })
          .every((range) => without(range, segment.holes).length === 0),
    );
  }

  /** A segment goes whose batches are accounted for. Throws the system's error. */
  removeSegment(segment: SegmentState): void {
    for (const queued of this.#queue.filter(({ batch }) => batch.sequence <= segment.last)) {
      this.leaveQueue(queued);
    }
    this.segments.remove(segment);
  }

  /** The oldest segment goes. Out: what of it was not delivered, batch by batch. Throws the system's error. */
  dropOldest(): readonly Loss[] {
    const [segment] = this.segments.all;
    if (segment === undefined) return [];
    if (this.segments.all.length === 1) {
      const itemsBefore = this.#queue.find(({ isStored }) => !isStored)?.itemsBefore ?? this.itemsNext;
      this.segments.begin({ sequence: segment.last + 1, itemsBefore });
    }
    const losses = this.segments.losses(segment).filter(({ from }) => !this.#acked.has(from));
    this.removeSegment(segment);
    return losses;
  }

  missing(range: SequenceRange): readonly SequenceRange[] {
    return this.#acked.missing(range);
  }

  isAcknowledged(range: SequenceRange): boolean {
    return this.#acked.missing(range).length === 0;
  }

  declared(loss: Declared): void {
    this.#declared.push(loss);
  }

  /** The collector knows of the losses that these events told. */
  settleDeclared(isSettled: (event: number) => boolean): void {
    if (this.#declared.length > 0) this.#declared = this.#declared.filter(({ event }) => !isSettled(event));
  }

  /** Index of the first batch in the queue that has a higher number. */
  #placeAfter(sequence: number): number {
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#queue[middle]?.batch.sequence ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
