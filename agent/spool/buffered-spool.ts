// The spool: five lanes, their common bounds, their losses. In: payloads. Out: numbered batches, from memory or storage.
//
// Invariants: on disk a batch is written as soon as it is put, when the disk takes it; what it does not take stays in the
// queue until it does; queue and storage stay within their bounds; results are never dropped; each item that is dropped
// is counted once, and declared unless the collector did.
import { classOf, type Payload, type SentBatch } from '../../shared/model/batch.ts';
import {
  type DataClass,
  type Held,
  type SequenceRange,
  type StoredPosition,
} from '../../shared/model/delivery.ts';
import { DiskMood } from './disk-mood.ts';
import { GapLedger } from './gap-ledger.ts';
import type { Lane, QueuedBatch } from './lane.ts';
import { createLanes, type LaneSetOptions, openLanes, type SpoolStart } from './lane-set.ts';
import { factsOf } from './payload-facts.ts';
import { estimateBytes } from './payload-size.ts';
import type { Loss } from './segment-scan.ts';
import type { DropReason, ReadLimits, Spool } from './spool.ts';
import { SpoolFigures } from './spool-figures.ts';
import { SyncSchedule } from './sync-schedule.ts';
import { Thinning } from './thinning.ts';

export interface BufferedSpoolOptions extends LaneSetOptions {
  /** Bytes of all segments. */
  readonly limitBytes: number;
  /** Bytes of batches in memory. */
  readonly queueBytes: number;
  readonly start: SpoolStart;
  /** Moment of the boot by the wall clock as it is now, ms since the Unix epoch. */
  readonly bootedMs: () => number | null;
  /** The storage refuses; null: it takes everything again. Told once for each change. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Who gives way first when there is no room. */
const firstToGo: readonly DataClass[] = ['profile', 'process', 'metric', 'event'];
const declareAfterMs = 1_000;
const mostDeclaringRounds = 8;
/** Segments that are free when it begins: by the time it is done they are written. */
const roomForThinning = 2;

export class BufferedSpool implements Spool {
  readonly id: string;
  readonly statistics: SpoolFigures;
  readonly syncing: SyncSchedule;
  readonly #options: BufferedSpoolOptions;
  readonly #lanes: ReadonlyMap<DataClass, Lane>;
  readonly #ledger = new GapLedger();
  readonly #disk: DiskMood;
  readonly #listeners = new Set<(dataClass: DataClass) => void>();
  #thinning: Thinning | null = null;
  #cancelDeclaring: (() => void) | null = null;

  /** Throws the system's error when the storage cannot be read. */
  constructor(options: BufferedSpoolOptions) {
    this.id = options.spoolId;
    this.#options = options;
    this.#lanes = createLanes(options);
    this.statistics = new SpoolFigures(this.#lanes, options);
    this.#disk = new DiskMood({
      ...options,
      isAllStored: () => [...this.#lanes.values()].every(({ isAllStored }) => isAllStored),
      refused: () => {
        this.statistics.writeErrors += 1;
      },
    });
    this.syncing = new SyncSchedule({ clock: options.clock, sync: (dataClass) => this.#sync(dataClass) });
    const lost = openLanes(this.#lanes, options, (act) => this.#disk.try(act));
    for (const { lane, loss, reason } of lost) this.#lose(lane, loss, reason);
    this.#declare();
  }

  put(payload: Payload): void {
    const nowMs = this.#options.clock.now();
    const dataClass = classOf(payload);
    const lane = this.#lane(dataClass);
    const facts = { ...factsOf(payload, nowMs), bytes: estimateBytes(payload) };
    lane.add(payload, this.#options.bootedMs(), facts);
    if (this.#options.storage.isDurable) this.#store(lane);
    if (dataClass === 'metric') this.#thin(lane);
    this.#bound();
    for (const listener of this.#listeners) listener(dataClass);
  }

  hasRoom(dataClass: DataClass): boolean {
    const { segments, queueBytes, shareBytes } = this.#lane(dataClass);
    const used = this.#options.storage.isDurable ? segments.bytes : segments.bytes + queueBytes;
    // The rest is for what runs already and may still tell its end.
    return used < shareBytes * 0.75;
  }

  held(dataClass: DataClass): Held {
    this.#declare();
    const { first, next } = this.#lane(dataClass);
    return { dataClass, first, next };
  }

  pending(dataClass: DataClass): readonly SequenceRange[] {
    return this.#lane(dataClass).pending();
  }

  after(dataClass: DataClass, sequence: number, { batches: limit, upTo }: ReadLimits): readonly SentBatch[] {
    const lane = this.#lane(dataClass);
    const { batches, losses } = lane.after(sequence, upTo ?? lane.next - 1, limit);
    for (const loss of losses) this.#lose(lane, loss, 'damaged');
    const last = batches.at(-1)?.sequence;
    // Until its receipt comes it would grow old in memory; after a connection that was lost it is read from the disk.
    if (last !== undefined && this.#options.storage.isDurable) lane.leaveStored(last);
    return batches;
  }

  greet(position: StoredPosition): void {
    const lane = this.#lane(position.dataClass);
    for (const mistaken of lane.mistaken(position)) this.#lose(lane, lossOf(mistaken), 'damaged', null);
    this.acknowledge(position);
    this.#declare();
    const nowMs = this.#options.clock.now();
    for (const { from, to } of lane.unaccounted()) {
      this.#lose(lane, { from, to, items: to - from + 1, fromMs: nowMs, toMs: nowMs }, 'damaged');
    }
  }

  acknowledge(position: StoredPosition): void {
    const lane = this.#lane(position.dataClass);
    lane.acknowledge(position);
    for (const segment of lane.done()) this.#disk.try(() => lane.segments.remove(segment));
    if (position.dataClass !== 'event') return;
    const isSettled = (event: number) => lane.isAcknowledged({ from: event, to: event });
    for (const each of this.#lanes.values()) each.settleDeclared(isSettled);
  }

  discard(dataClass: DataClass, sequence: number): void {
    const lane = this.#lane(dataClass);
    this.statistics.count(dataClass, 'refused', lane.forget(sequence)?.items ?? 1);
  }

  giveUp(dataClass: DataClass, sequence: number): void {
    const lane = this.#lane(dataClass);
    const queued = lane.forget(sequence);
    const nowMs = this.#options.clock.now();
    const unknown = { from: sequence, to: sequence, items: 1, fromMs: nowMs, toMs: nowMs };
    this.#lose(lane, queued === undefined ? unknown : lossOf(queued), 'refused');
  }

  onPut(listener: (dataClass: DataClass) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Everything that was put is on disk when it is done; true when that is certain. */
  async close(): Promise<boolean> {
    this.#declare();
    this.syncing.stop();
    await this.syncing.all();
    const lanes = [...this.#lanes.values()];
    for (const { segments } of lanes) segments.close();
    this.#options.storage.close();
    return this.#disk.code === null && lanes.every(({ isAllStored }) => isAllStored);
  }

  #lane(dataClass: DataClass): Lane {
    const lane = this.#lanes.get(dataClass);
    if (lane === undefined) throw new TypeError(`unknown class ${dataClass}`);
    return lane;
  }

  /** Writes what of the class is not written yet, oldest first. */
  #store(lane: Lane): boolean {
    const { queue } = lane;
    let index = queue.length;
    while (queue[index - 1]?.isStored === false) index -= 1;
    for (let queued = queue[index]; queued !== undefined; queued = queue[index]) {
      if (!this.#storeOne(lane, queued)) return false;
      if (queued.isStored) index += 1;
    }
    return true;
  }

  #storeOne(lane: Lane, queued: QueuedBatch): boolean {
    const before = lane.segments.bytes;
    let isUnsendable = false;
    const isDone = this.#disk.try(() => {
      isUnsendable = lane.store(queued) === 'unsendable';
    });
    if (isUnsendable) this.#lose(lane, lossOf(queued), 'refused');
    else if (isDone && this.#options.storage.isDurable) {
      this.statistics.writes += 1;
      this.syncing.wrote(lane.dataClass, lane.segments.bytes - before);
    }
    return isDone;
  }

  #bound(): void {
    while (this.statistics.queueBytes > this.#options.queueBytes && this.#evict());
    while (this.statistics.occupiedBytes > this.#options.limitBytes && this.#dropOldest(this.#debtor()));
  }

  /** The oldest batch of the fullest queue leaves memory. */
  #evict(): boolean {
    let fullest: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      const isStuck = lane.dataClass === 'result' && lane.queue[0]?.isStored !== true;
      if (!isStuck && lane.queueBytes > (fullest?.queueBytes ?? 0)) fullest = lane;
    }
    const [oldest] = fullest?.queue ?? [];
    if (fullest === undefined || oldest === undefined) return false;
    if (!oldest.isStored && !this.#storeOne(fullest, oldest) && !this.#storeAfterAll(fullest, oldest)) {
      this.#lose(fullest, lossOf(oldest), 'buffer-full');
    }
    fullest.leaveQueue(oldest);
    return true;
  }

  /** The disk is full: what is older, or of less use, makes room for metrics and events. */
  #storeAfterAll(lane: Lane, queued: QueuedBatch): boolean {
    if (lane.dataClass !== 'metric' && lane.dataClass !== 'event') return false;
    if (!this.#disk.isFull) return false;
    const others = ['profile', 'process', 'metric'] as const;
    const giver = others.map((name) => this.#lane(name)).find(({ segments }) => segments.all.length > 1);
    return this.#dropOldest(giver) && this.#storeOne(lane, queued);
  }

  /** Before metrics must go they become few: a slice of work at each tick, begun while there still is some room. */
  #thin(lane: Lane): void {
    const { limitBytes, segmentBytes } = this.#options;
    if (this.#thinning === null) {
      const isNeeded = this.statistics.occupiedBytes + roomForThinning * segmentBytes > limitBytes;
      this.#thinning = isNeeded && this.#debtor() === lane ? Thinning.begin(lane) : null;
    }
    const thinned = this.#thinning?.advance() ?? null;
    if (thinned === null) return;
    this.#thinning = null;
    if (thinned === 'given up') return;
    for (const { bootedMs, ticks } of thinned.kept) {
      const payload: Payload = { kind: 'metrics', ticks };
      lane.add(payload, bootedMs, { ...factsOf(payload, 0), bytes: estimateBytes(payload) });
    }
    // Should the disk refuse, they wait in memory, and the segment that goes makes room for them.
    if (this.#options.storage.isDurable) this.#store(lane);
    this.#lose(lane, thinned.loss, 'thinned');
    this.#declare();
    this.#disk.try(() => lane.removeSegment(thinned.segment));
  }

  #debtor(): Lane | undefined {
    const lanes = firstToGo.map((name) => this.#lane(name));
    return lanes.find(({ segments, shareBytes }) => segments.bytes > shareBytes);
  }

  /** The oldest segment of a class goes, and what of it was not delivered is declared. */
  #dropOldest(lane: Lane | undefined): boolean {
    if (lane === undefined || lane.segments.all.length === 0) return false;
    return this.#disk.try(() => {
      for (const loss of lane.dropOldest()) this.#lose(lane, loss, 'buffer-full');
    });
  }

  /** Counts a loss, and remembers to declare it. */
  #lose(lane: Lane, loss: Loss, reason: DropReason, sequences: SequenceRange | null = loss): void {
    const { dataClass } = lane;
    const { from, to, items } = loss;
    this.statistics.count(dataClass, reason, items);
    const numbers = sequences === null ? null : { from, to };
    const times = { fromTimeMs: loss.fromMs, toTimeMs: Math.max(loss.fromMs, loss.toMs) };
    this.#ledger.add({ dataClass, ...times, count: items, reason, sequences: numbers });
    this.#cancelDeclaring ??= this.#options.clock.after(declareAfterMs, () => this.#declare());
  }

  #declare(): void {
    this.#cancelDeclaring?.();
    this.#cancelDeclaring = null;
    // What is put may push out something else, which is rare, and never for long.
    for (let round = 0; round < mostDeclaringRounds && !this.#ledger.isEmpty; round += 1) {
      for (const gap of this.#ledger.take()) {
        const event = this.#lane('event').next;
        if (gap.sequences !== null) this.#lane(gap.dataClass).declared({ ...gap.sequences, event });
        this.put({ kind: 'gap', gap });
      }
    }
  }

  async #sync(dataClass: DataClass): Promise<void> {
    try {
      await this.#lane(dataClass).segments.sync();
      await this.#options.storage.syncNames();
      this.statistics.syncs += 1;
    } catch (error) {
      this.#disk.refused(error);
    }
  }
}

function lossOf({ batch, items, fromMs, toMs }: QueuedBatch): Loss {
  return { from: batch.sequence, to: batch.sequence, items, fromMs, toMs };
}
