// What a writer of partition files is given. The bytes are sealed by their codec, and used up.
import type { Group } from './group-row.ts';

/** What a slot gets of a group of nodes. */
export interface NewGroup extends Pick<Group, 'times'> {
  readonly group: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** By series, ascending. */
  readonly chunks: readonly (readonly [series: number, bytes: Uint8Array])[];
}

/** What a slot gets of a node's processes. */
export interface NewSnapshots {
  readonly node: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly bytes: Uint8Array;
}
