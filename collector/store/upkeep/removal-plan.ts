// In: the partition files, how long each tier is kept, and how many bytes the store may take. Out: which files leave now, and
// why. Pure.
//
// Under the budget the finest data leaves first, oldest first, because what it was rolled up to stays: raw days, then days
// of continuous profiles and of minutes, then months of profiles that somebody asked for and of ten minutes. What is not rolled up yet leaves only when nothing else is left – but
// before all that leaves what came late for hours so old that their raw days are gone: data of long ago takes no room from
// what is younger.
import type { PartitionFile } from '../partitions/partition-folder.ts';
import { hourMs, isStackTier, type Partition, partitionAt, type Tier } from '../partitions/tier.ts';

export interface KeepSettings {
  /** Age beyond which a file leaves, ms. What is hot is compacted, not kept. */
  readonly ageMs: Readonly<Record<Exclude<Tier, 'hot'>, number>>;
  /** Bytes of the folder without the log; null: no bound but the disk. */
  readonly budgetBytes: number | null;
}

export interface Removal {
  readonly file: PartitionFile;
  readonly reason: 'age' | 'budget';
}

export interface StoreMoment {
  readonly nowMs: number;
  /** What counts against the budget and is no partition. */
  readonly otherBytes: number;
  /** Those that cannot leave now. */
  readonly isBusy?: (file: Partition) => boolean;
}

/** The coarser tier that holds what a file says, too. */
const rolledUpTo: Readonly<Record<Exclude<Tier, 'hot'>, Tier | null>> = {
  raw: 'minute',
  minute: 'ten-minutes',
  'ten-minutes': null,
  profiles: null,
  continuous: null,
};

const orderUnderBudget: readonly Tier[] = ['raw', 'continuous', 'minute', 'profiles', 'ten-minutes', 'hot'];

export function planRemovals(
  files: readonly PartitionFile[],
  settings: KeepSettings,
  { nowMs, otherBytes, isBusy = () => false }: StoreMoment,
): readonly Removal[] {
  const { ageMs, budgetBytes } = settings;
  const known = new KnownFiles(files);
  const isOld = ({ tier, toMs }: PartitionFile): boolean => tier !== 'hot' && nowMs - toMs > ageMs[tier];
  const hasWhatStays = (file: PartitionFile): boolean =>
    file.tier !== 'minute' || ageMs['ten-minutes'] <= ageMs.minute || known.isRolledUp(file);
  const removals: Removal[] = files
    .filter((file) => isOld(file) && !known.isAwaited(file) && hasWhatStays(file) && !isBusy(file))
    .map((file) => ({ file, reason: 'age' }));
  if (budgetBytes === null) return removals;
  const leaving = new Set(removals.map(({ file }) => file));
  const left = files.filter((file) => !leaving.has(file));
  let excess = otherBytes + left.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - budgetBytes;
  if (excess <= 0) return removals;
  for (const file of inOrderOfLeaving(left, known, nowMs)) {
    if (excess <= 0) break;
    if (isBusy(file)) continue;
    removals.push({ file, reason: 'budget' });
    excess -= file.sizeBytes;
  }
  return removals;
}

function inOrderOfLeaving(
  files: readonly PartitionFile[],
  known: KnownFiles,
  nowMs: number,
): readonly PartitionFile[] {
  const rankOf = (file: PartitionFile): number => {
    const { tier, toMs } = file;
    if (tier === 'hot' && known.hasRawAfter(toMs)) return -1;
    const place = orderUnderBudget.indexOf(tier);
    // What is still written to, and what exists nowhere else, comes last.
    const isOpen = toMs > nowMs || known.isAwaited(file);
    return known.isRolledUp(file) && !isOpen ? place : place + orderUnderBudget.length;
  };
  const ranked = files.map((file) => ({ file, rank: rankOf(file) }));
  return ranked.toSorted((a, b) => a.rank - b.rank || a.file.fromMs - b.file.fromMs).map(({ file }) => file);
}

/** There may be thousands. */
class KnownFiles {
  readonly #oldestRawMs: number;
  readonly #paths: ReadonlySet<string>;
  readonly #hotHours: ReadonlySet<number>;

  constructor(files: readonly PartitionFile[]) {
    this.#paths = new Set(files.map(({ path }) => path));
    this.#hotHours = new Set(files.flatMap(({ tier, fromMs }) => (tier === 'hot' ? fromMs : [])));
    const rawMs = files.flatMap(({ tier, fromMs }) => (tier === 'raw' ? fromMs : []));
    this.#oldestRawMs = rawMs.reduce((oldest, ms) => Math.min(oldest, ms), Number.POSITIVE_INFINITY);
  }

  /** True when raw days are kept, and all of them lie after the moment. */
  hasRawAfter(timeMs: number): boolean {
    return Number.isFinite(this.#oldestRawMs) && this.#oldestRawMs >= timeMs;
  }

  /** True while something finer of the same time has still to be rolled up into it or from it. */
  isAwaited({ tier, fromMs, toMs }: PartitionFile): boolean {
    if (isStackTier(tier) || tier === 'hot') return false;
    for (let hour = fromMs; hour < toMs; hour += hourMs) if (this.#hotHours.has(hour)) return true;
    return false;
  }

  isRolledUp({ tier, fromMs }: PartitionFile): boolean {
    // A hot file that was compacted is gone.
    if (tier === 'hot') return false;
    const coarser = rolledUpTo[tier];
    return coarser === null || this.#paths.has(partitionAt(coarser, fromMs).path);
  }
}
