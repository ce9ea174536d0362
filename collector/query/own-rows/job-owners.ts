// Whose jobs ran where, and when: what decides which rows a user may see. Who knows it is told to the query layer: for now the
// process tables of the nodes, later the accounting of the scheduler.
import type { Spans } from '../../../shared/time-spans.ts';
import type { TimeSpan } from '../range.ts';

/** All answers at once, from memory. */
export interface JobOwners {
  /** null: nobody's; it is not known, or more than one user was seen in it. */
  ownerOf(job: string): string | null;
  /** Whether a job of the user is or was on the node at that time, ms. */
  isThere(user: string, node: string, atMs: number): boolean;
  /** Whether the user has or had a job or a process on the node, as far back as is known. */
  knows(user: string, node: string): boolean;
  /** When jobs of the user were on the node, within the times. */
  stays(user: string, node: string, within: TimeSpan): Spans;
}
