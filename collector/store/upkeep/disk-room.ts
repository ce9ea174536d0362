// In: the folder of a store, and what it may take without the log, which has a bound of its own. Out: room for what is about to
// be written: before it is given, as much leaves as must. Every removal goes through here.
// It refuses (StoreError `disk-full`) room for which nothing can leave.
//
// Invariants: what is there and what is promised stay within the budget together; a file of whose time somebody holds room
// stays; what is nowhere else is declared lost, of every node that is in it, before it leaves.
import { isDamage } from '../partitions/damage.ts';
import {
  dropPartition,
  hasPartition,
  listPartitions,
  type PartitionFile,
  partitionBytes,
} from '../partitions/partition-folder.ts';
import { PartitionReader } from '../partitions/partition-reader.ts';
import { isStackTier, type Partition } from '../partitions/tier.ts';
import { StoreError } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { type KeepSettings, planRemovals, type Removal } from './removal-plan.ts';
import { folderBytes, logFolder } from './store-folder.ts';

export interface DiskRoomOptions {
  readonly root: string;
  readonly settings: KeepSettings;
  /** The time by which data ages, ms. */
  readonly nowMs: () => number;
  /** Resolves once it is on disk. null: of all nodes of which there is a profile of that time. */
  readonly declareLost: (nodes: readonly string[] | null, partition: Partition) => Promise<void>;
  readonly onRemoved?: (outcome: RemovalOutcome) => void;
}

export interface RemovalOutcome {
  readonly byAge: number;
  readonly byBudget: number;
  readonly bytes: number;
}

/** Room that somebody holds. */
export interface HeldRoom {
  /** Before more is written: room for as much again. Throws as `take` does. */
  keep(yieldTurn: YieldTurn): Promise<void>;
  /** Idempotent. */
  release(): void;
}

/** Whoever must remove makes so much more room, as a share of the budget: to look at all files takes time. */
const spareShare = 1 / 16;
const leavingAtOnce = 16;

export class DiskRoom {
  readonly #options: DiskRoomOptions;
  /** As last looked at, and what is known to have been written since. */
  #usedBytes = Number.POSITIVE_INFINITY;
  #promisedBytes = 0;
  readonly #held = new Set<{ readonly partition: Partition | null }>();

  constructor(options: DiskRoomOptions) {
    this.#options = options;
  }

  /** `partition`: whose file may grow by so many bytes before `keep` is called; null: whatever it is. */
  async take(partition: Partition | null, bytes: number, yieldTurn: YieldTurn): Promise<HeldRoom> {
    const held = { partition };
    this.#held.add(held);
    this.#promisedBytes += bytes;
    let knownBytes = this.#sizeOf(partition);
    const count = (): void => {
      const nowBytes = this.#sizeOf(partition);
      this.#usedBytes += nowBytes - knownBytes;
      knownBytes = nowBytes;
    };
    const room: HeldRoom = {
      keep: (turn) => {
        count();
        return this.#makeRoom(turn);
      },
      release: () => {
        if (!this.#held.delete(held)) return;
        this.#promisedBytes -= bytes;
        count();
      },
    };
    try {
      await this.#makeRoom(yieldTurn);
      return room;
    } catch (error) {
      room.release();
      throw error;
    }
  }

  /** Others have written: the folder is looked at before room is taken again. */
  lookAgain(): void {
    this.#usedBytes = Number.POSITIVE_INFINITY;
  }

  /** What is too old, or too much. */
  async remove(yieldTurn: YieldTurn): Promise<RemovalOutcome> {
    return await this.#remove(this.#look(), 0, yieldTurn);
  }

  async #makeRoom(yieldTurn: YieldTurn): Promise<void> {
    const { root, settings } = this.#options;
    if (settings.budgetBytes === null || !this.#isShort(0)) return;
    const files = this.#look();
    if (!this.#isShort(0)) return;
    await this.#remove(files, settings.budgetBytes * spareShare, yieldTurn);
    if (!this.#isShort(0)) return;
    throw new StoreError(
      'disk-full',
      `store ${root}: its disk budget is used up, and nothing can leave. Raise diskBudgetGiB, or move set-aside away.`,
    );
  }

  #isShort(spareBytes: number): boolean {
    const { budgetBytes } = this.#options.settings;
    return budgetBytes !== null && this.#usedBytes + this.#promisedBytes + spareBytes > budgetBytes;
  }

  #look(): readonly PartitionFile[] {
    const { root } = this.#options;
    this.#usedBytes = folderBytes(root) - folderBytes(logFolder(root));
    return listPartitions(root);
  }

  async #remove(
    files: readonly PartitionFile[],
    spareBytes: number,
    yieldTurn: YieldTurn,
  ): Promise<RemovalOutcome> {
    const { settings, nowMs, onRemoved } = this.#options;
    const partitionsBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const otherBytes = Math.max(0, this.#usedBytes - partitionsBytes) + this.#promisedBytes + spareBytes;
    const isBusy = (file: Partition): boolean => this.#isBusy(file);
    const outcome = { byAge: 0, byBudget: 0, bytes: 0 };
    const removals = planRemovals(files, settings, { nowMs: nowMs(), otherBytes, isBusy });
    for (let from = 0; from < removals.length; from += leavingAtOnce) {
      // Another removal may have made the room meanwhile.
      const isEnough = !this.#isShort(spareBytes);
      const some = removals
        .slice(from, from + leavingAtOnce)
        .filter(({ reason }) => reason === 'age' || !isEnough);
      // Declarations that come together share a commit.
      await Promise.all(
        some.map(async (removal) => {
          if (!(await this.#leave(removal))) return;
          outcome[removal.reason === 'age' ? 'byAge' : 'byBudget'] += 1;
          outcome.bytes += removal.file.sizeBytes;
        }),
      );
      await yieldTurn();
    }
    if (outcome.bytes > 0) onRemoved?.(outcome);
    return outcome;
  }

  /** False: it is gone already, or somebody writes to it again. */
  async #leave({ file, reason }: Removal): Promise<boolean> {
    const { root, declareLost } = this.#options;
    if (isStackTier(file.tier) && reason === 'budget') await declareLost(null, file);
    const declared = new Set<string>();
    while (file.tier === 'hot') {
      const nodes = nodesOf(root, file).filter((node) => !declared.has(node));
      if (nodes.length === 0) break;
      await declareLost(nodes, file);
      for (const node of nodes) declared.add(node);
    }
    if (!hasPartition(root, file) || this.#isBusy(file)) return false;
    this.#usedBytes -= partitionBytes(root, file);
    dropPartition(root, file);
    return true;
  }

  #isBusy({ fromMs, toMs }: Partition): boolean {
    for (const { partition } of this.#held) {
      if (partition !== null && partition.fromMs < toMs && partition.toMs > fromMs) return true;
    }
    return false;
  }

  #sizeOf(partition: Partition | null): number {
    return partition === null ? 0 : partitionBytes(this.#options.root, partition);
  }
}

/** Of a damaged file nobody can say. */
function nodesOf(root: string, partition: Partition): readonly string[] {
  if (!hasPartition(root, partition)) return [];
  try {
    const reader = PartitionReader.open(root, partition);
    const names = reader.dictionary.nodeNames();
    reader.close();
    return names;
  } catch (error) {
    if (isDamage(error)) return [];
    throw error;
  }
}
