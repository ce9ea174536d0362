// For tests: a store on a folder of its own that goes when the test ends.
import { onTestFinished } from 'vitest';
import type { Store } from '../../../../collector/store/store.ts';
import { handClock, t0, tempDir } from '../open-store.ts';
import { type InProcessOptions, openInProcess } from './in-process-store.ts';

/** Its clock stands an hour after t0. */
export async function openFront(options: Partial<InProcessOptions> = {}): Promise<Store> {
  const clock = handClock(t0 + 3_600_000);
  const store = await openInProcess({ dataDir: tempDir(), clock, ...options });
  onTestFinished(() => store.close());
  return store;
}
