// How data is numbered, acknowledged and declared lost.

/** A class of data has its own sequence, its own share of the buffer and its own urgency. */
export type DataClass = 'result' | 'event' | 'metric' | 'process' | 'profile';

export const dataClasses: readonly DataClass[] = ['result', 'event', 'metric', 'process', 'profile'];

/** Sequence numbers, both ends included. */
export interface SequenceRange {
  readonly from: number;
  readonly to: number;
}

/** One place in the sequence of a class. */
export interface Position {
  readonly dataClass: DataClass;
  readonly sequence: number;
}

/** Everything of the class up to and including `sequence`, and all of `beyond`, is stored or declared lost. */
export interface StoredPosition extends Position {
  /** Ascending, apart from each other and from `sequence`. */
  readonly beyond: readonly SequenceRange[];
}

/** What a buffer holds of a class: what lies below `first` can no longer be sent. */
export interface Held {
  readonly dataClass: DataClass;
  readonly first: number;
  /** Number that the next batch will get. */
  readonly next: number;
}

/** Declared loss between the two times (ms since the Unix epoch). */
export interface Gap {
  readonly dataClass: DataClass;
  readonly fromTimeMs: number;
  readonly toTimeMs: number;
  /** Items (ticks, snapshots, reports); 0 when nobody can know. */
  readonly count: number;
  readonly reason: string;
  /** Numbers of what was lost; null when it had none. */
  readonly sequences: SequenceRange | null;
}

/** Who sends: the node and the buffer whose sequence numbers it uses. */
export interface Sender {
  readonly node: string;
  /** Random UUID of the agent's buffer; changes when the buffer starts anew. */
  readonly spoolId: string;
}
