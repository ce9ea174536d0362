// What one record of the log says, in terms of the model. Data only.
import type { Payload } from '../../../shared/model/batch.ts';
import type { DataClass, Sender, SequenceRange } from '../../../shared/model/delivery.ts';

/** Numbers that are there from now on: stored or declared lost. */
export interface Mark {
  readonly dataClass: DataClass;
  readonly range: SequenceRange;
}

/** The other payloads do not go through the log. */
export type LogPayload = Extract<Payload, { kind: 'metrics' | 'processes' | 'inventory' | 'gap' }>;

export interface LogEntry {
  readonly sender: Sender;
  readonly marks: readonly Mark[];
  /** What is to be stored; null when the numbers are all there is to it. A gap counts what is lost in truth. */
  readonly payload: LogPayload | null;
  /** The record of process snapshots: whoever writes or reads it puts it here. */
  packed?: Buffer;
}

/** What the records of a segment are, by the type that each names. */
export const recordType = {
  sender: 1,
  series: 2,
  list: 3,
  ticks: 4,
  snapshots: 5,
  /** An entry of any other kind. */
  entry: 6,
  /** The last one of a segment that was closed in order. */
  contents: 7,
} as const;

/** A chain of differences begins anew after so many records of a sender: what one damaged record takes with it. */
export const chainLength = 12;
