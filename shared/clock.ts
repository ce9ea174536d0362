// Time and timers behind one narrow door, so that tests can turn the hands.

export interface Clock {
  /** Wall clock, ms since the Unix epoch. */
  now(): number;
  /** Monotonic, ms since an arbitrary moment. */
  monotonic(): number;
  /** Runs once after the delay; returns the function that cancels it. Does not hold the process. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
