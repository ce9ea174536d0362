// The buffer between measuring and sending. In: payloads. Out: numbered batches, until they are acknowledged.
// It numbers per class, bounds itself, counts what it drops and declares it as a gap.
//
// Loss is declared exactly once: a batch gets its number when it is first handed out. One that is dropped before was
// never numbered, so the spool declares it; one that is dropped afterwards leaves a hole, which the collector declares.
import type { Payload, SentBatch } from '../../shared/model/batch.ts';
import type { DataClass, Position } from '../../shared/model/delivery.ts';

export interface Spool {
  /** Random UUID; sequence numbers are unique within it. */
  readonly id: string;
  /** Takes a payload; when its class is full, the oldest of the class goes and is declared (results never go). */
  put(payload: Payload): void;
  /** False when the class has used up its share. Results are never dropped, so nothing that makes new ones may begin then. */
  hasRoom(dataClass: DataClass): boolean;
  /** Up to `limit` batches of the class after the sequence number, oldest first; numbers those that have none yet. */
  after(dataClass: DataClass, sequence: number, limit: number): readonly SentBatch[];
  /** Forgets everything up to the position. */
  acknowledge(position: Position): void;
  /** Forgets one batch that the collector refused. */
  discard(dataClass: DataClass, sequence: number): void;
  /** Calls back whenever something was put; returns the function that ends it. */
  onPut(listener: (dataClass: DataClass) => void): () => void;
  /** Always the same object; its figures change. */
  readonly statistics: SpoolStatistics;
}

export interface SpoolStatistics {
  readonly bytes: number;
  readonly batches: number;
  /** Dropped items since start, by class. */
  readonly dropped: Readonly<Record<DataClass, number>>;
}
