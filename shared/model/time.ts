// Moments, in ms since the Unix epoch.

/** The latest moment that can travel and be stored: 42 bits, until the year 2109. */
export const maxTimeMs = 2 ** 42 - 1;
