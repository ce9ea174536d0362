// In: a stored segment, the number that its first batch should have. Out: its readable batches in order, and what is
// lost: damaged records, and those that cannot be understood without a damaged one.
import { type BatchRecord, decodeRecord } from './record.ts';
import type { StoredSegment } from './segment-storage.ts';

/** Numbers that are not there; both ends included. */
export interface Loss {
  readonly from: number;
  readonly to: number;
  /** 0 when nobody can know. */
  readonly items: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ScannedSegment {
  readonly records: readonly BatchRecord[];
  /** Ascending, apart from each other. */
  readonly losses: readonly Loss[];
  /** Number after the last one that was ever there. */
  readonly next: number;
  /** Items of the class up to there. */
  readonly itemsNext: number;
  readonly toMs: number;
}

export interface ScanStart {
  readonly sequence: number;
  readonly itemsBefore: number;
  readonly fromMs: number;
}

export function scanSegment({ entries }: StoredSegment, start: ScanStart): ScannedSegment {
  const scan = new Scan(start);
  for (const entry of entries) {
    if ('damaged' in entry) {
      scan.damaged(entry.isTail ? entry.records : 0);
      continue;
    }
    const record = decodeRecord(entry.type, entry.payload);
    if (record === undefined) scan.damaged(0);
    else scan.record(record);
  }
  return scan;
}

class Scan implements ScannedSegment {
  readonly records: BatchRecord[] = [];
  readonly losses: Loss[] = [];
  next: number;
  itemsNext: number;
  toMs: number;
  #isBroken = false;

  constructor({ sequence, itemsBefore, fromMs }: ScanStart) {
    this.next = sequence;
    this.itemsNext = itemsBefore;
    this.toMs = fromMs;
  }

  /** `records`: how many at least, when none follows that would tell. */
  damaged(records: number): void {
    this.#isBroken = true;
    if (records === 0) return;
    const { next, toMs } = this;
    this.#lose({ from: next, to: next + records - 1, items: records, fromMs: toMs, toMs });
    this.next += records;
    this.itemsNext += records;
  }

  record(record: BatchRecord): void {
    const { sequence, itemsBefore, items, fromMs } = record;
    // From an earlier use of the same room.
    if (sequence < this.next) return;
    if (sequence > this.next) {
      const lost = Math.max(0, itemsBefore - this.itemsNext);
      this.#lose({ from: this.next, to: sequence - 1, items: lost, fromMs: this.toMs, toMs: fromMs });
    }
    this.next = sequence + 1;
    this.itemsNext = itemsBefore + items;
    this.toMs = record.toMs;
    this.#isBroken &&= !record.isKeyframe;
    if (this.#isBroken) this.#lose({ from: sequence, to: sequence, items, fromMs, toMs: record.toMs });
    else this.records.push(record);
  }

  #lose(loss: Loss): void {
    const before = this.losses.at(-1);
    if (before === undefined || before.to !== loss.from - 1) this.losses.push(loss);
    else this.losses[this.losses.length - 1] = mergeLosses(before, loss);
  }
}

/** Two that follow each other; one of which nobody knows the items makes both so. */
export function mergeLosses(earlier: Loss, later: Loss): Loss {
  const isKnown = earlier.items > 0 && later.items > 0;
  return {
    from: earlier.from,
    to: later.to,
    items: isKnown ? earlier.items + later.items : 0,
    fromMs: Math.min(earlier.fromMs, later.fromMs),
    toMs: Math.max(earlier.toMs, later.toMs),
  };
}
