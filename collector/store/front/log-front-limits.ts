// How much the log and the head hold at a time. Data only.

export interface LogFrontLimits {
  /** Appends wait so long for company, ms. */
  readonly windowMs: number;
  /** A segment is closed when it is so old, ms, so large, or of so many values. */
  readonly rotateMs: number;
  readonly rotateBytes: number;
  readonly rotateSamples: number;
  /** Nothing more is taken while so many values are in memory, or so many closed segments wait for being flushed. */
  readonly maxSamples: number;
  readonly maxWaiting: number;
  /** Nothing more is taken, either, while the log has so many bytes. */
  readonly maxLogBytes: number;
}

/** A value takes 8 bytes in memory: 5,000 nodes with 256 series every 5 s fill a segment of 190 MB in 94 s. */
export const usualLimits: LogFrontLimits = {
  windowMs: 50,
  rotateMs: 120_000,
  rotateBytes: 64 * 1024 * 1024,
  rotateSamples: 24_000_000,
  maxSamples: 80_000_000,
  maxWaiting: 16,
  maxLogBytes: Number.POSITIVE_INFINITY,
};
