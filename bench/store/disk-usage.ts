// What a folder occupies on disk, everything below it counted: blocks, not lengths. In: a path. Out: bytes. Hard links count once.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const blockBytes = 512;

export function occupiedBytes(path: string, seen: Set<number> = new Set()): number {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined || seen.has(facts.ino)) return 0;
  seen.add(facts.ino);
  const own = facts.blocks * blockBytes;
  if (!facts.isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + occupiedBytes(join(path, name), seen), own);
}
