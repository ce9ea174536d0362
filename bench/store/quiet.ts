// When a program has come to rest. In: its process id. Out: a word when it uses next to no CPU any more, or time is up.
import { setTimeout as delay } from 'node:timers/promises';
import { costBetween, readTree } from '../measuring/process-tree.ts';

export interface QuietOptions {
  /** Not before. */
  readonly leastMs?: number;
  readonly mostMs?: number;
}

const lookMs = 1_000;
const quietLooks = 3;
/** Share of one core. */
const restingShare = 0.03;

export async function waitUntilIdle(
  pid: number,
  { leastMs = 0, mostMs = 240_000 }: QuietOptions,
): Promise<void> {
  const beganMs = performance.now();
  let quiet = 0;
  let before = readTree(pid);
  while (quiet < quietLooks || performance.now() - beganMs < leastMs) {
    if (performance.now() - beganMs > mostMs) return;
    await delay(lookMs);
    const after = readTree(pid);
    quiet = costBetween(before, after).cpuSeconds < restingShare * (lookMs / 1000) ? quiet + 1 : 0;
    before = after;
  }
}
