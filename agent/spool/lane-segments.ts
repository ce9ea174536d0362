// The segments of one class. In: batches, numbered. Out: the same batches again, also after a restart, and what of them
// is lost. It refuses (system errors) what the storage refuses: then nothing was appended.
//
// Invariants: segments ascend and do not overlap; only the newest is appended to; every keyframe is understood without
// the records before it; the name of the newest segment outlives the deletion of all others, and with it the next number.
import { errorCode } from '../../shared/errors.ts';
import type { SentBatch } from '../../shared/model/batch.ts';
import type { DataClass, SequenceRange } from '../../shared/model/delivery.ts';
import type { BatchCodec, BatchEncoder } from './batch-codec.ts';
import { isWithin, joined, withHoles } from './number-ranges.ts';
import { encodeRecord, type RecordFacts } from './record.ts';
import { type ReadBatches, SegmentCursor } from './segment-cursor.ts';
import { headOf, namesOf, newName, type SegmentHead, spoolFormat } from './segment-name.ts';
import { type Loss, scanSegment } from './segment-scan.ts';
import type { SegmentAppender, SegmentStorage, StoredSegment } from './segment-storage.ts';

export interface LaneSegmentsOptions {
  readonly dataClass: DataClass;
  readonly storage: SegmentStorage;
  readonly codec: BatchCodec;
  readonly spoolId: string;
  readonly bootId: string;
  readonly segmentBytes: number;
}

/** What is known of a segment without reading it. */
export interface SegmentState {
  readonly name: string;
  readonly first: number;
  /** Below `first` while it is empty. */
  last: number;
  readonly itemsBefore: number;
  fromMs: number;
  toMs: number;
  sizeBytes: number;
  readonly isOfThisBoot: boolean;
  /** Numbers in it that can no longer be read; ascending. */
  holes: readonly SequenceRange[];
}

export interface OpenedSegments {
  readonly losses: readonly Loss[];
  readonly next: number;
  readonly itemsNext: number;
  /** 0 when there never was a batch. */
  readonly toMs: number;
}

/** A damaged record takes with it what comes until the next keyframe. */
const keyframeEveryBytes = 128 * 1024;

export class LaneSegments {
  readonly #options: LaneSegmentsOptions;
  readonly #segments: SegmentState[] = [];
  readonly #cursor: SegmentCursor;
  #appender: SegmentAppender | null = null;
  #encoder: BatchEncoder | null = null;
  #sinceKeyframe = 0;
  #bytes = 0;

  constructor(options: LaneSegmentsOptions) {
    this.#options = options;
    this.#cursor = new SegmentCursor(options);
  }

  get all(): readonly SegmentState[] {
    return this.#segments;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Reads what is there. What cannot be read is damaged as a whole: the next one tells what is lost with it. Of the
   * newest nobody would: throws the system's error.
   */
  open(names: readonly string[]): OpenedSegments {
    const { dataClass } = this.#options;
    const found = namesOf(dataClass, names);
    let state: OpenedSegments = { losses: [], next: found[0]?.first ?? 1, itemsNext: 0, toMs: 0 };
    for (const { name, first } of found) {
      const stored = this.#read(name, name === found.at(-1)?.name);
      state = this.#openOne(stored, { name, first }, state);
    }
    return state;
  }

  /** 'unsendable': no message can hold it. Throws the system's error. */
  append(batch: SentBatch, facts: RecordFacts): 'stored' | 'unsendable' {
    const { dataClass, codec } = this.#options;
    const standsAlone = codec.standsAlone(dataClass);
    // Without a dictionary it is known first how long it becomes, and room that was set aside does not overflow.
    const early = standsAlone ? this.#encode(batch) : undefined;
    if (standsAlone && early === undefined) return 'unsendable';
    if (this.#needsAnother(facts, early?.length ?? 0)) this.begin(facts);
    if (this.#sinceKeyframe >= keyframeEveryBytes) this.#encoder = null;
    const isKeyframe = this.#encoder === null || standsAlone;
    const message = early ?? this.#encode(batch);
    if (message === undefined) return 'unsendable';
    const { type, payload } = encodeRecord(facts, message, isKeyframe);
    this.#write(type, payload);
    this.#sinceKeyframe = isKeyframe ? 0 : this.#sinceKeyframe + payload.length;
    const segment = this.#segments.at(-1);
    if (segment !== undefined) this.#grew(segment, facts);
    return 'stored';
  }

  /** Another segment, whose first batch has this number. Throws the system's error. */
  begin({ sequence, itemsBefore }: Pick<RecordFacts, 'sequence' | 'itemsBefore'>): void {
    const { storage, dataClass, spoolId, bootId } = this.#options;
    const newest = this.#segments.at(-1);
    const accountedFrom = newest === undefined ? sequence : newest.last + 1;
    const head: SegmentHead = { format: spoolFormat, spoolId, dataClass, bootId, itemsBefore, accountedFrom };
    const name = newName(dataClass, sequence, this.#segments);
    const appender = storage.create({ name, head, isReserved: dataClass === 'result' });
    try {
      appender.write();
    } catch (error) {
      appender.close();
      storage.remove(name);
      throw error;
    }
    this.#release();
    this.#appender = appender;
    const { sizeBytes } = appender;
    const empty = { last: sequence - 1, fromMs: 0, toMs: 0, sizeBytes, isOfThisBoot: true, holes: [] };
    this.#segments.push({ name, first: sequence, itemsBefore, ...empty });
    this.#bytes += sizeBytes;
  }

  /** Batches after a number up to another one, at most so many; and what turned out to be lost on the way. */
  read(after: number, upTo: number, limit: number): ReadBatches {
    const segment = this.#segments.find(({ last, first }) => last > after && first <= last);
    if (segment === undefined || segment.first > upTo) return { batches: [], losses: [], reached: upTo };
    const read = this.#cursor.read(segment, { after, upTo, limit });
    const losses = read.losses.filter(({ from }) => !isWithin(segment.holes, from));
    segment.holes = withHoles(segment.holes, losses);
    return { ...read, losses };
  }

  /** What is lost when a segment goes, batch by batch. */
  losses({ name, first, last, itemsBefore, fromMs, toMs }: SegmentState): readonly Loss[] {
    try {
      const stored = this.#options.storage.read(name);
      const { records } = scanSegment(stored, { sequence: first, itemsBefore, fromMs });
      return records.map((record) => ({ ...record, from: record.sequence, to: record.sequence }));
    } catch {
      // Not readable any more: at least its numbers are known.
      const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      return numbers.map((number) => ({ from: number, to: number, items: 1, fromMs, toMs }));
    }
  }

  /** The newest is kept: it is what the numbers go on from. Throws the system's error. */
  remove(segment: SegmentState): void {
    if (segment === this.#segments.at(-1)) return;
    this.#options.storage.remove(segment.name);
    this.#cursor.forget(segment);
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    this.#bytes -= segment.sizeBytes;
  }

  /** Waits until everything written so far is on disk. */
  async sync(): Promise<void> {
    await this.#appender?.sync();
  }

  close(): void {
    this.#appender?.close();
    this.#appender = null;
  }

  #read(name: string, isNewest: boolean): StoredSegment {
    try {
      return this.#options.storage.read(name);
    } catch (error) {
      if (isNewest || errorCode(error) === undefined) throw error;
      return { head: undefined, sizeBytes: 0, entries: [] };
    }
  }

  #openOne(
    stored: StoredSegment,
    { name, first }: { readonly name: string; readonly first: number },
    before: OpenedSegments,
  ): OpenedSegments {
    const head = headOf(stored.head);
    const itemsBefore = head?.itemsBefore ?? before.itemsNext;
    const losses = [...before.losses];
    const from = before.next;
    // An earlier segment may have lost its end, which its successor tells.
    if (first > from && (head === undefined || head.accountedFrom > from)) {
      const to = (head?.accountedFrom ?? first) - 1;
      const items = Math.max(0, itemsBefore - before.itemsNext);
      losses.push({ from, to, items, fromMs: before.toMs, toMs: before.toMs });
    }
    const scanned = scanSegment(stored, { sequence: first, itemsBefore, fromMs: before.toMs });
    losses.push(...scanned.losses);
    const { next, itemsNext, toMs } = scanned;
    const isOfThisBoot = head?.bootId === this.#options.bootId;
    const fromMs = scanned.records[0]?.fromMs ?? toMs;
    const { sizeBytes } = stored;
    const holes = withHoles([], scanned.losses);
    this.#segments.push({
      name,
      first,
      last: next - 1,
      itemsBefore,
      fromMs,
      toMs,
      sizeBytes,
      isOfThisBoot,
      holes,
    });
    this.#bytes += sizeBytes;
    return { losses: joined(losses), next, itemsNext, toMs };
  }

  #needsAnother({ sequence }: RecordFacts, messageBytes: number): boolean {
    const newest = this.#segments.at(-1);
    if (this.#appender === null || newest?.last !== sequence - 1) return true;
    const isEmpty = newest.last < newest.first;
    return !isEmpty && this.#appender.sizeBytes + messageBytes >= this.#options.segmentBytes;
  }

  #encode(batch: SentBatch): Uint8Array | undefined {
    this.#encoder ??= this.#options.codec.encoder(this.#options.dataClass);
    const message = this.#encoder.encode(batch);
    if (message === undefined) this.#encoder = null;
    return message;
  }

  #write(type: number, payload: Buffer): void {
    const appender = this.#appender;
    if (appender === null) return;
    appender.append(type, payload);
    try {
      appender.write();
    } catch (error) {
      appender.discard();
      // The next record must not need this one.
      this.#encoder = null;
      throw error;
    }
  }

  #grew(segment: SegmentState, { sequence, fromMs, toMs }: RecordFacts): void {
    const sizeBytes = this.#appender?.sizeBytes ?? segment.sizeBytes;
    this.#bytes += sizeBytes - segment.sizeBytes;
    segment.sizeBytes = sizeBytes;
    if (segment.last < segment.first) segment.fromMs = fromMs;
    segment.last = sequence;
    segment.toMs = toMs;
  }

  /** The segment written so far: what is in it reaches the disk, then its file is let go. */
  #release(): void {
    const before = this.#appender;
    this.#appender = null;
    this.#encoder = null;
    this.#sinceKeyframe = 0;
    // When the disk refuses, the next sync of this class tells.
    void before
      ?.sync()
      .catch(() => undefined)
      .finally(() => before.close());
  }
}
