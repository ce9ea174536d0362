// A clock whose hands the test turns.
import type { Clock } from '../../../shared/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

export class TurnedClock implements Clock {
  private wallMs: number;
  private elapsedMs = 1_000_000;
  private readonly timers = new Set<Timer>();

  constructor(wallMs: number) {
    this.wallMs = wallMs;
  }

  now(): number {
    return this.wallMs;
  }

  monotonic(): number {
    return this.elapsedMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.elapsedMs + delayMs, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  get armed(): number {
    return this.timers.size;
  }

  /** Time passes; timers run when due, and what they set going runs on before the next. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.elapsedMs + durationMs;
    for (;;) {
      const due = [...this.timers].sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined || due.dueMs > endMs) break;
      this.pass(Math.max(0, due.dueMs - this.elapsedMs));
      this.timers.delete(due);
      due.run();
      await settle();
    }
    this.pass(endMs - this.elapsedMs);
    await settle();
  }

  /** Time passes while the program cannot run: nothing becomes due before the end. */
  pass(durationMs: number): void {
    this.elapsedMs += durationMs;
    this.wallMs += durationMs;
  }

  /** Somebody sets the wall clock. */
  step(byMs: number): void {
    this.wallMs += byMs;
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
