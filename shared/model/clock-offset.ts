// How far the clock of a node may be off, in ms, before it matters.

/** From here on a clock is worth a word. */
export const notableOffsetMs = 2_000;
/** From here on times of the node are corrected. */
export const correctedOffsetMs = 60_000;
