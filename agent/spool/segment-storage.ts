// Where segments are: on disk, or in memory where there is none. The rest of the spool does not see the difference.
import type { SegmentRecord } from '../../shared/segment-file/segment-reader.ts';

export interface SegmentStorage {
  readonly isDurable: boolean;
  /** Throws the system's error. */
  create(request: SegmentRequest): SegmentAppender;
  /** Throws the system's error when it cannot be read at all. */
  read(name: string): StoredSegment;
  /** Idempotent. Throws the system's error. */
  remove(name: string): void;
  /** Names, in no order. Throws the system's error. */
  list(): readonly string[];
  /** Makes it certain that the names of what was created outlive the machine. */
  syncNames(): Promise<void>;
  close(): void;
}

export interface SegmentRequest {
  readonly name: string;
  readonly head: object;
  /** It lies in room that was set aside for it, where there still is some. */
  readonly isReserved: boolean;
}

export interface SegmentAppender {
  readonly sizeBytes: number;
  append(type: number, payload: Uint8Array): void;
  /** Throws the system's error; what was not written stays pending. */
  write(): void;
  discard(): void;
  sync(): Promise<void>;
  close(): void;
}

export interface StoredSegment {
  readonly head: unknown;
  readonly sizeBytes: number;
  readonly entries: Iterable<SegmentRecord | DamagedRecords>;
}

export interface DamagedRecords {
  readonly damaged: true;
  /** How many records were there, as far as that can be told. */
  readonly records: number;
  readonly isTail: boolean;
}
