// In: the store's folder. Out: which partition files are in it, and the ways in which one leaves: dropped, or set aside when
// it is damaged. Files that are none of the store's are left alone.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../shared/errors.ts';
import { makeFolder } from '../../../shared/folders.ts';
import { type Partition, parsePartitionPath, type Tier, tiers } from './tier.ts';

export interface PartitionFile extends Partition {
  /** On disk, with what has not been brought into the file itself yet. */
  readonly sizeBytes: number;
}

export const setAsideFolder = 'set-aside';

const besides = ['', '-wal', '-shm'] as const;

/** In the order of tiers, oldest first. */
export function listPartitions(root: string, only: readonly Tier[] = tiers): readonly PartitionFile[] {
  return only.flatMap((tier) =>
    filesIn(join(root, tier))
      .map((file) => parsePartitionPath(`${tier}/${file}`))
      .filter((partition) => partition !== undefined)
      .sort((left, right) => left.fromMs - right.fromMs)
      .map((partition) => ({ ...partition, sizeBytes: partitionBytes(root, partition) })),
  );
}

export function hasPartition(root: string, { path }: Partition): boolean {
  return existsSync(join(root, path));
}

/** Who has it open goes on reading it until closing. Idempotent. */
export function dropPartition(root: string, { path }: Partition): void {
  for (const rest of besides) rmSync(join(root, path) + rest, { force: true });
}

/**
 * Moves a damaged file out of the way, to `set-aside/hot/2026-11-21T14.db`, with a number when that is taken; returns where
 * it is now. The caller declares its times a gap.
 */
export function setAside(root: string, { tier, path }: Partition): string {
  makeFolder(join(root, setAsideFolder, tier));
  let target = join(setAsideFolder, path);
  for (let number = 2; existsSync(join(root, target)); number += 1)
    target = join(setAsideFolder, `${path}.${number}`);
  for (const rest of besides) {
    if (existsSync(join(root, path) + rest)) renameSync(join(root, path) + rest, join(root, target) + rest);
  }
  return target;
}

/** Of the file, and of what has not been brought into it yet; 0: it is not there. */
export function partitionBytes(root: string, { path }: Partition): number {
  return besides.reduce(
    (sum, rest) => sum + (statSync(join(root, path) + rest, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [] : entry.name,
    );
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
