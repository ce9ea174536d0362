// Says to others that the laboratory is being prepared in this cache folder, so that they wait instead of doing the same.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, ownMark } from './owner.ts';

const fileOf = (cache: string): string => join(cache, 'preparing');

/** Returns what ends it. */
export function beginPreparing(cache: string): () => void {
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(cache), ownMark());
  return () => rmSync(fileOf(cache), { force: true });
}

/** Resolves when nobody prepares it any more. */
export async function awaitPrepared(cache: string): Promise<void> {
  while (isRunning(fileOf(cache))) await delay(500);
}
