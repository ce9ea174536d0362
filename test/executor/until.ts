// Waits for something outside this process to become true; fails after the deadline.
import { setTimeout as delay } from 'node:timers/promises';

export async function until(isTrue: () => boolean, withinMs = 5_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${isTrue.toString()}`);
    await delay(20);
  }
}
