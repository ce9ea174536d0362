// In: the folder of a store and what it may keep. Out: the files that must leave are gone; what was nowhere else is
// declared as a gap of every node that it was about, before it goes.
import { isDamage } from '../partitions/damage.ts';
import { dropPartition, listPartitions } from '../partitions/partition-folder.ts';
import { PartitionReader } from '../partitions/partition-reader.ts';
import type { Partition } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { type KeepSettings, planRemovals } from './removal-plan.ts';
import { folderBytes } from './store-folder.ts';

export interface RemovalOptions {
  readonly root: string;
  readonly settings: KeepSettings;
  readonly nowMs: number;
  /** Resolves once it is on disk. null: of all nodes of which there is a profile of that time. */
  readonly declareLost: (nodes: readonly string[] | null, partition: Partition) => Promise<void>;
  readonly yieldTurn: YieldTurn;
}

export interface RemovalOutcome {
  readonly byAge: number;
  readonly byBudget: number;
  readonly bytes: number;
}

export async function removeFiles(options: RemovalOptions): Promise<RemovalOutcome> {
  const { root, settings, nowMs, declareLost, yieldTurn } = options;
  const files = listPartitions(root);
  const partitionBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const otherBytes = Math.max(0, folderBytes(root) - partitionBytes);
  const removals = planRemovals(files, settings, { nowMs, otherBytes });
  const outcome = { byAge: 0, byBudget: 0, bytes: 0 };
  for (const { file, reason } of removals) {
    if (file.tier === 'hot') await declareLost(nodesOf(root, file), file);
    if (file.tier === 'profiles' && reason === 'budget') await declareLost(null, file);
    dropPartition(root, file);
    outcome[reason === 'age' ? 'byAge' : 'byBudget'] += 1;
    outcome.bytes += file.sizeBytes;
    await yieldTurn();
  }
  return outcome;
}

/** Of a damaged file nobody can say. */
function nodesOf(root: string, partition: Partition): readonly string[] {
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
