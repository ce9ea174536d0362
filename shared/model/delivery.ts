// How data is numbered, acknowledged and declared lost.

/** A class of data has its own sequence, its own share of the buffer and its own urgency. */
export type DataClass = 'result' | 'event' | 'metric' | 'process' | 'profile';

export const dataClasses: readonly DataClass[] = ['result', 'event', 'metric', 'process', 'profile'];

/** Everything of the class up to and including `sequence` is stored or declared lost. */
export interface Position {
  readonly dataClass: DataClass;
  readonly sequence: number;
}

/** Declared loss: `count` items of the class between the two times (ms since the Unix epoch). */
export interface Gap {
  readonly dataClass: DataClass;
  readonly fromTimeMs: number;
  readonly toTimeMs: number;
  readonly count: number;
  readonly reason: string;
}

/** Who sends: the node and the buffer whose sequence numbers it uses. */
export interface Sender {
  readonly node: string;
  /** Random UUID of the agent's buffer; changes when the buffer starts anew. */
  readonly spoolId: string;
}
