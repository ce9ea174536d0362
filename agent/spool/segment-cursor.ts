// Reads batches back from a segment, slice by slice. In: a segment, which numbers. Out: batches in order, what is lost.
// One segment at a time is in memory.
import type { SentBatch } from '../../shared/model/batch.ts';
import type { DataClass } from '../../shared/model/delivery.ts';
import type { BatchCodec, BatchDecoder } from './batch-codec.ts';
import { type BatchRecord, messageOf } from './record.ts';
import { type Loss, scanSegment } from './segment-scan.ts';
import type { SegmentStorage } from './segment-storage.ts';

export interface CursorOptions {
  readonly dataClass: DataClass;
  readonly storage: SegmentStorage;
  readonly codec: BatchCodec;
}

export interface ReadableSegment {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly itemsBefore: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isOfThisBoot: boolean;
}

export interface ReadBatches {
  readonly batches: readonly SentBatch[];
  readonly losses: readonly Loss[];
  /** Everything up to it was looked at. */
  readonly reached: number;
}

export interface Slice {
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

interface OpenSegment {
  readonly segment: ReadableSegment;
  readonly last: number;
  readonly records: readonly BatchRecord[];
  /** The record that is decoded next. */
  index: number;
  decoder: BatchDecoder | null;
}

export class SegmentCursor {
  readonly #options: CursorOptions;
  #open: OpenSegment | null = null;

  constructor(options: CursorOptions) {
    this.#options = options;
  }

  read(segment: ReadableSegment, { after, upTo, limit }: Slice): ReadBatches {
    const losses: Loss[] = [];
    const open = this.#openAt(segment, after, losses);
    const batches: SentBatch[] = [];
    let reached = after;
    while (open.index < open.records.length && batches.length < limit) {
      const record = open.records[open.index];
      if (record === undefined || record.sequence > upTo) break;
      open.index += 1;
      const batch = this.#decode(open, record, losses);
      reached = record.sequence;
      if (batch !== null && record.sequence > after) batches.push(batch);
    }
    if (open.index === open.records.length) {
      this.#open = null;
      reached = open.last;
    } else if (batches.length < limit) reached = Math.max(reached, upTo);
    return { batches, losses, reached };
  }

  forget({ name }: ReadableSegment): void {
    if (this.#open?.segment.name === name) this.#open = null;
  }

  #openAt(segment: ReadableSegment, after: number, losses: Loss[]): OpenSegment {
    const open = this.#open;
    const upNext = open?.records[open.index]?.sequence ?? 0;
    if (open !== null && open.segment.name === segment.name && upNext === after + 1) return open;
    const records = this.#records(segment, losses);
    // Decoding begins at the last keyframe before what is wanted.
    const wanted = records.findIndex(({ sequence }) => sequence > after);
    const end = wanted === -1 ? records.length : wanted;
    const index = Math.max(
      0,
      records.findLastIndex(({ isKeyframe }, at) => isKeyframe && at <= end),
    );
    this.#open = { segment, last: segment.last, records, index, decoder: null };
    return this.#open;
  }

  #records(segment: ReadableSegment, losses: Loss[]): readonly BatchRecord[] {
    const { first, last, itemsBefore, fromMs, toMs } = segment;
    try {
      const stored = this.#options.storage.read(segment.name);
      const scanned = scanSegment(stored, { sequence: first, itemsBefore, fromMs });
      losses.push(...scanned.losses);
      const { next } = scanned;
      if (next <= last)
        losses.push({ from: next, to: last, items: last - next + 1, fromMs: scanned.toMs, toMs });
      return scanned.records;
    } catch {
      // Not readable at all: everything in it is lost, and declared as that.
      losses.push({ from: first, to: last, items: last - first + 1, fromMs, toMs });
      return [];
    }
  }

  #decode(open: OpenSegment, record: BatchRecord, losses: Loss[]): SentBatch | null {
    const { codec, dataClass } = this.#options;
    if (record.isKeyframe) open.decoder = codec.decoder(dataClass);
    const message = messageOf(record);
    const payload = message && open.decoder?.decode(message);
    const { sequence, items, fromMs, toMs } = record;
    if (payload === undefined) {
      open.decoder = null;
      losses.push({ from: sequence, to: sequence, items, fromMs, toMs });
      return null;
    }
    // A moment of boot is told of the present boot alone.
    return { sequence, payload, bootedMs: open.segment.isOfThisBoot ? record.bootedMs : null };
  }
}
