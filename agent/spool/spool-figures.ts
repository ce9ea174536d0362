// What the spool counts. In: lanes, counts. Out: figures, worked out when they are asked for.
import type { Clock } from '../../shared/clock.ts';
import { type DataClass, dataClasses } from '../../shared/model/delivery.ts';
import type { Lane } from './lane.ts';
import type { SegmentStorage } from './segment-storage.ts';
import type { DropReason, SpoolStatistics } from './spool.ts';

export interface FiguresOptions {
  readonly clock: Clock;
  readonly storage: SegmentStorage;
}

export class SpoolFigures implements SpoolStatistics {
  readonly place: 'disk' | 'memory';
  readonly dropped: Readonly<Record<DataClass, number>>;
  readonly droppedFor: Readonly<Record<DropReason, number>>;
  writes = 0;
  writeErrors = 0;
  syncs = 0;
  readonly #lanes: ReadonlyMap<DataClass, Lane>;
  readonly #clock: Clock;
  readonly #dropped = { result: 0, event: 0, metric: 0, process: 0, profile: 0 };
  readonly #droppedFor = { 'buffer-full': 0, damaged: 0, thinned: 0, refused: 0, restart: 0 };

  constructor(lanes: ReadonlyMap<DataClass, Lane>, { clock, storage }: FiguresOptions) {
    this.#lanes = lanes;
    this.#clock = clock;
    this.place = storage.isDurable ? 'disk' : 'memory';
    this.dropped = this.#dropped;
    this.droppedFor = this.#droppedFor;
  }

  get bytes(): number {
    let bytes = this.place === 'memory' ? this.queueBytes : 0;
    for (const { segments } of this.#lanes.values()) bytes += segments.bytes;
    return bytes;
  }

  /** As the limit counts it: what is set aside for results is in use. */
  get occupiedBytes(): number {
    let bytes = 0;
    for (const { dataClass, segments, shareBytes } of this.#lanes.values()) {
      bytes += dataClass === 'result' ? Math.max(shareBytes, segments.bytes) : segments.bytes;
    }
    return bytes;
  }

  get queueBytes(): number {
    let bytes = 0;
    for (const lane of this.#lanes.values()) bytes += lane.queueBytes;
    return bytes;
  }

  get batches(): number {
    let count = 0;
    for (const dataClass of dataClasses) {
      for (const { from, to } of this.#lanes.get(dataClass)?.pending() ?? []) count += to - from + 1;
    }
    return count;
  }

  get backlogAgeMs(): number {
    const nowMs = this.#clock.now();
    let oldestMs = nowMs;
    for (const lane of this.#lanes.values()) oldestMs = Math.min(oldestMs, lane.oldestPendingMs ?? nowMs);
    return nowMs - oldestMs;
  }

  count(dataClass: DataClass, reason: DropReason, items: number): void {
    this.#dropped[dataClass] += items;
    this.#droppedFor[reason] += items;
  }
}
