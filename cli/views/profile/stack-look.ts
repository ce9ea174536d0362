// How stacks are looked at, whatever the view.
export interface StackLook {
  /** Smaller shares are left out, 0 to 1. */
  readonly min: number;
  /** By frame. */
  readonly classes: readonly string[];
  /** By frame: it was searched for; null: nothing was. */
  readonly isFound: readonly boolean[] | null;
  /** Cells in a line; undefined: as many as it takes. */
  readonly width: number | undefined;
}
