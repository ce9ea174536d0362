// In: the partition files, how long each tier is kept, and how many bytes the whole store may take. Out: which files leave
// now, and why. Pure.
//
// Under the budget the finest data leaves first, oldest first, because what it was rolled up to stays: raw days, then days
// of minutes, then months of profiles and of ten minutes. What is not rolled up yet leaves only when nothing else is left.
import type { PartitionFile } from '../partitions/partition-folder.ts';
import { dayMs, type Tier } from '../partitions/tier.ts';

export interface KeepSettings {
  /** Age beyond which a file leaves, ms. What is hot is compacted, not kept. */
  readonly ageMs: Readonly<Record<Exclude<Tier, 'hot'>, number>>;
  /** Bytes of the whole folder; null: no bound but the disk. */
  readonly budgetBytes: number | null;
}

export interface Removal {
  readonly file: PartitionFile;
  readonly reason: 'age' | 'budget';
}

export interface StoreMoment {
  readonly nowMs: number;
  /** Bytes in the folder that are no partition: catalog, log, what was set aside. */
  readonly otherBytes: number;
}

/**
 * A clock that is further ahead of the newest data than this is not believed: one that is years ahead would empty the store
 * within a minute.
 */
const mostSilenceMs = 2 * dayMs;

/** The coarser tier that holds what a file says, too. */
const rolledUpTo: Readonly<Record<Exclude<Tier, 'hot'>, Tier | null>> = {
  raw: 'minute',
  minute: 'ten-minutes',
  'ten-minutes': null,
  profiles: null,
};

const orderUnderBudget: readonly Tier[] = ['raw', 'minute', 'profiles', 'ten-minutes', 'hot'];

export function planRemovals(
  files: readonly PartitionFile[],
  settings: KeepSettings,
  { nowMs, otherBytes }: StoreMoment,
): readonly Removal[] {
  const believedMs = Math.min(nowMs, Math.max(...files.map(({ toMs }) => toMs)) + mostSilenceMs);
  const isOld = ({ tier, toMs }: PartitionFile): boolean =>
    tier !== 'hot' && believedMs - toMs > settings.ageMs[tier];
  const hasWhatStays = (file: PartitionFile): boolean =>
    file.tier !== 'minute' ||
    settings.ageMs['ten-minutes'] <= settings.ageMs.minute ||
    isRolledUp(file, files);
  const removals: Removal[] = files
    .filter((file) => isOld(file) && !isAwaited(file, files) && hasWhatStays(file))
    .map((file) => ({ file, reason: 'age' }));
  const leaving = new Set(removals.map(({ file }) => file));
  const left = files.filter((file) => !leaving.has(file));
  const { budgetBytes } = settings;
  if (budgetBytes === null) return removals;
  let excess = otherBytes + left.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - budgetBytes;
  for (const file of inOrderOfLeaving(left, nowMs)) {
    if (excess <= 0) break;
    removals.push({ file, reason: 'budget' });
    excess -= file.sizeBytes;
  }
  return removals;
}

/** True while something finer of the same time has still to be rolled up into it or from it. */
function isAwaited(file: PartitionFile, files: readonly PartitionFile[]): boolean {
  if (file.tier === 'profiles') return false;
  return files.some(
    (other) => other.tier === 'hot' && other.fromMs < file.toMs && other.toMs > file.fromMs && file !== other,
  );
}

function inOrderOfLeaving(files: readonly PartitionFile[], nowMs: number): readonly PartitionFile[] {
  const rank = (file: PartitionFile): number => {
    const place = orderUnderBudget.indexOf(file.tier);
    // What is still written to, and what exists nowhere else, comes last.
    const isOpen = file.toMs > nowMs || isAwaited(file, files);
    return isRolledUp(file, files) && !isOpen ? place : place + orderUnderBudget.length;
  };
  return files.toSorted((a, b) => rank(a) - rank(b) || a.fromMs - b.fromMs);
}

function isRolledUp(file: PartitionFile, files: readonly PartitionFile[]): boolean {
  // A hot file that was compacted is gone.
  if (file.tier === 'hot') return false;
  const coarser = rolledUpTo[file.tier];
  if (coarser === null) return true;
  return files.some(
    (other) => other.tier === coarser && other.fromMs <= file.fromMs && other.toMs >= file.toMs,
  );
}
