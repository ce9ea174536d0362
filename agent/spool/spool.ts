// The buffer between measuring and sending. In: payloads. Out: numbered batches, until they are acknowledged.
// It numbers per class, bounds itself, counts what it drops and declares it as a gap.
//
// A batch has its number from the moment it is put. Loss is declared exactly once: what the spool loses it puts as an
// event with the numbers that were lost; what the collector refuses the collector declares.
import type { Payload, SentBatch } from '../../shared/model/batch.ts';
import type { DataClass, Held, SequenceRange, StoredPosition } from '../../shared/model/delivery.ts';

export interface Spool {
  /** Random UUID; sequence numbers are unique within it. */
  readonly id: string;
  /** Takes a payload. Never throws: what cannot be kept is declared (results are kept in any case). */
  put(payload: Payload): void;
  /** False when the class has used up its share. Results are never dropped, so nothing that makes new ones may begin then. */
  hasRoom(dataClass: DataClass): boolean;
  held(dataClass: DataClass): Held;
  /** Numbers that wait for an acknowledgement: ascending, in pieces that are read at one go. */
  pending(dataClass: DataClass): readonly SequenceRange[];
  /** Some batches after a number and up to another one that wait for an acknowledgement, ascending; none: there are no more. */
  after(dataClass: DataClass, sequence: number, limits: ReadLimits): readonly SentBatch[];
  /**
   * What the collector has of a class when a stream begins. What it lacks and nobody holds any more, as after its
   * restoration from a backup, is declared.
   */
  greet(position: StoredPosition): void;
  /** A receipt: the collector's whole word on a class, and by that what is still wanted. */
  acknowledge(position: StoredPosition): void;
  /** Forgets one batch that the collector refused, and declared. */
  discard(dataClass: DataClass, sequence: number): void;
  /** Forgets one batch that cannot be sent, and declares it. */
  giveUp(dataClass: DataClass, sequence: number): void;
  /** Calls back whenever something was put; returns the function that ends it. */
  onPut(listener: (dataClass: DataClass) => void): () => void;
  /** Always the same object; its figures change. */
  readonly statistics: SpoolStatistics;
}

export interface ReadLimits {
  readonly batches: number;
  readonly upTo?: number;
}

export type DropReason = 'buffer-full' | 'damaged' | 'thinned' | 'refused' | 'restart';

export interface SpoolStatistics {
  readonly place: 'disk' | 'memory';
  /** On disk; in memory where there is no disk. */
  readonly bytes: number;
  /** Of the newest batches, which are in memory too. */
  readonly queueBytes: number;
  /** Waiting for an acknowledgement. */
  readonly batches: number;
  /** Dropped items since start, by class. */
  readonly dropped: Readonly<Record<DataClass, number>>;
  /** The same by reason. */
  readonly droppedFor: Readonly<Record<DropReason, number>>;
  /** Age of the oldest that waits for an acknowledgement, ms; 0 when nothing waits. */
  readonly backlogAgeMs: number;
  readonly writes: number;
  readonly writeErrors: number;
  readonly syncs: number;
}
