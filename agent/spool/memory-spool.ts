// A spool in memory: what is not sent when the agent ends is lost, which a restarted agent's new spool id makes plain.
//
// Invariants: in each lane the numbered batches come first, in order; a lane may use room that nobody needs, and gives
// it back to one that is within its share; the share of results is theirs alone; all lanes together stay within the
// limit, unless one holds a single batch beyond it; every dropped item is in `statistics`, and, when its batch had no
// number, in exactly one gap.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { classOf, type Payload, type SentBatch } from '../../shared/model/batch.ts';
import { type DataClass, dataClasses, type Gap, type Position } from '../../shared/model/delivery.ts';
import { estimateBytes } from './payload-size.ts';
import type { Spool } from './spool.ts';

export interface MemorySpoolOptions {
  readonly limitBytes: number;
  readonly clock: Clock;
}

/** Shares of the limit, in 64ths. A profile arrives at once and is of no use in parts; metrics trickle. */
const shares: Readonly<Record<DataClass, number>> = {
  result: 4,
  event: 4,
  metric: 20,
  process: 4,
  profile: 32,
};

interface Held {
  /** 0 until it is handed out for the first time. */
  sequence: number;
  readonly payload: Payload;
  readonly bootedMs: null;
  readonly bytes: number;
  readonly putTimeMs: number;
}

interface Lane {
  readonly dataClass: DataClass;
  readonly shareBytes: number;
  readonly held: Held[];
  bytes: number;
  lastSequence: number;
  /** Lost and not declared yet. */
  pendingGap: Gap | null;
}

export class MemorySpool implements Spool {
  readonly id = randomUUID();
  readonly statistics = { bytes: 0, batches: 0, dropped: noDrops() };
  readonly #clock: Clock;
  readonly #limitBytes: number;
  readonly #lanes: ReadonlyMap<DataClass, Lane>;
  readonly #listeners = new Set<(dataClass: DataClass) => void>();

  constructor({ limitBytes, clock }: MemorySpoolOptions) {
    this.#clock = clock;
    this.#limitBytes = limitBytes;
    this.#lanes = new Map(dataClasses.map((name) => [name, emptyLane(name, limitBytes)]));
  }

  put(payload: Payload): void {
    const dataClass = classOf(payload);
    const lane = this.#lane(dataClass);
    const bytes = estimateBytes(payload);
    lane.held.push({ sequence: 0, payload, bootedMs: null, bytes, putTimeMs: this.#clock.now() });
    lane.bytes += bytes;
    this.statistics.bytes += bytes;
    this.statistics.batches += 1;
    this.#shrink();
    this.#tell(dataClass);
  }

  hasRoom(dataClass: DataClass): boolean {
    const lane = this.#lane(dataClass);
    return lane.bytes < lane.shareBytes;
  }

  after(dataClass: DataClass, sequence: number, limit: number): readonly SentBatch[] {
    if (dataClass === 'event') this.#declareGaps();
    const lane = this.#lane(dataClass);
    const first = lane.held.findIndex((batch) => batch.sequence === 0 || batch.sequence > sequence);
    if (first === -1) return [];
    const batches = lane.held.slice(first, first + limit);
    for (const batch of batches) if (batch.sequence === 0) batch.sequence = ++lane.lastSequence;
    return batches;
  }

  acknowledge({ dataClass, sequence }: Position): void {
    const lane = this.#lane(dataClass);
    const kept = lane.held.findIndex((batch) => batch.sequence === 0 || batch.sequence > sequence);
    this.#remove(lane, 0, kept === -1 ? lane.held.length : kept);
    // A number that the collector has already would be taken for a batch sent twice.
    lane.lastSequence = Math.max(lane.lastSequence, sequence);
  }

  discard(dataClass: DataClass, sequence: number): void {
    const lane = this.#lane(dataClass);
    const index = sequence === 0 ? -1 : lane.held.findIndex((batch) => batch.sequence === sequence);
    if (index === -1) return;
    for (const { payload } of this.#remove(lane, index, 1))
      this.statistics.dropped[dataClass] += itemsOf(payload);
  }

  onPut(listener: (dataClass: DataClass) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #lane(dataClass: DataClass): Lane {
    const lane = this.#lanes.get(dataClass);
    if (lane === undefined) throw new TypeError(`unknown class ${dataClass}`);
    return lane;
  }

  #remove(lane: Lane, start: number, count: number): readonly Held[] {
    const removed = lane.held.splice(start, count);
    for (const { bytes } of removed) {
      lane.bytes -= bytes;
      this.statistics.bytes -= bytes;
    }
    this.statistics.batches -= removed.length;
    return removed;
  }

  #shrink(): void {
    let lost = false;
    for (let lane = this.#debtor(); lane !== undefined; lane = this.#debtor()) {
      for (const batch of this.#remove(lane, 0, 1)) {
        this.statistics.dropped[lane.dataClass] += itemsOf(batch.payload);
        if (batch.sequence !== 0) continue;
        const gap = gapOf(lane.dataClass, batch);
        const owner = this.#lane(gap.dataClass);
        owner.pendingGap = merge(owner.pendingGap, gap);
        lost = true;
      }
    }
    if (lost) this.#tell('event');
  }

  /** When there is no room left: the lane that is furthest beyond its share. */
  #debtor(): Lane | undefined {
    // As a rule there is plenty of room, and nothing to add up.
    if (this.statistics.bytes + this.#lane('result').shareBytes <= this.#limitBytes) return undefined;
    let occupied = 0;
    let debtor: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      const isReserved = lane.dataClass === 'result';
      occupied += isReserved ? Math.max(lane.shareBytes, lane.bytes) : lane.bytes;
      if (!isReserved && lane.held.length > 1 && debtOf(lane) > debtOf(debtor)) debtor = lane;
    }
    return occupied > this.#limitBytes ? debtor : undefined;
  }

  #declareGaps(): void {
    for (const lane of this.#lanes.values()) {
      const gap = lane.pendingGap;
      lane.pendingGap = null;
      if (gap !== null) this.put({ kind: 'gap', gap });
    }
  }

  #tell(dataClass: DataClass): void {
    for (const listener of this.#listeners) listener(dataClass);
  }
}

function emptyLane(dataClass: DataClass, limitBytes: number): Lane {
  const shareBytes = (limitBytes * shares[dataClass]) / 64;
  return { dataClass, shareBytes, held: [], bytes: 0, lastSequence: 0, pendingGap: null };
}

function noDrops(): Record<DataClass, number> {
  return { result: 0, event: 0, metric: 0, process: 0, profile: 0 };
}

function debtOf(lane: Lane | undefined): number {
  return lane === undefined ? 0 : lane.bytes - lane.shareBytes;
}

function itemsOf(payload: Payload): number {
  if (payload.kind === 'metrics') return payload.ticks.length;
  if (payload.kind === 'processes') return payload.snapshots.length;
  return 1;
}

/** A lost gap batch was itself a declaration; it stays one. */
function gapOf(dataClass: DataClass, { payload, putTimeMs }: Held): Gap {
  if (payload.kind === 'gap') return payload.gap;
  return {
    dataClass,
    fromTimeMs: putTimeMs,
    toTimeMs: putTimeMs,
    count: itemsOf(payload),
    reason: 'buffer-full',
    sequences: null,
  };
}

function merge(earlier: Gap | null, later: Gap): Gap {
  if (earlier === null) return later;
  return {
    ...earlier,
    fromTimeMs: Math.min(earlier.fromTimeMs, later.fromTimeMs),
    toTimeMs: Math.max(earlier.toTimeMs, later.toTimeMs),
    count: earlier.count + later.count,
  };
}
