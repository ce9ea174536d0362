// What the writer thread does for the whole store: removes what is too old or too much, copies it, checks it. Everything small
// and every flush goes before it.
import { deleteOldRecords, type RecordTimes } from '../catalog/record-retention.ts';
import { parsePartitionPath } from '../partitions/tier.ts';
import type { Damage } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { backupStore } from '../upkeep/backup-store.ts';
import { removeFiles } from '../upkeep/remove-files.ts';
import { verifyStore } from '../upkeep/verify-store.ts';
import { declarePartitionLost, setAsideIfDamaged } from './lost-partitions.ts';
import type { StoreThreadData } from './thread-data.ts';
import type { WriterContext } from './writer-context.ts';

export function upkeepHandlers(context: WriterContext, afterRetain: () => void) {
  const { data, lanes } = context;
  return {
    retain: (nowMs: number): Promise<number> =>
      lanes.run('patient', async (yieldTurn) => {
        const removed = await retain(context, nowMs, yieldTurn);
        afterRetain();
        return removed;
      }),
    /** For a file in which a reader found damage. Resolves with whether it left. */
    setAsideIfDamaged: (path: string): Promise<boolean> =>
      lanes.run('patient', async () => {
        const partition = parsePartitionPath(path);
        return partition !== undefined && (await setAsideIfDamaged(context, partition));
      }),
    backup: (folder: string): Promise<void> =>
      lanes.run('patient', async () => {
        await backupStore(data.dataDir, folder);
      }),
    verify: (): Promise<readonly Damage[]> =>
      lanes.run('patient', (yieldTurn) => verifyStore(data.dataDir, { yieldTurn })),
  };
}

/** Resolves with the number of files and rows. */
async function retain(context: WriterContext, nowMs: number, yieldTurn: YieldTurn): Promise<number> {
  const { data, log, catalog } = context;
  const removed = await removeFiles({
    root: data.dataDir,
    settings: data.keep,
    nowMs,
    declareLost: (nodes, partition) =>
      declarePartitionLost(context, partition, {
        nodes: nodes ?? catalog.profiles.nodesBetween(partition.fromMs, partition.toMs),
        reason: 'disk-budget',
      }),
    yieldTurn,
  });
  if (removed.byAge + removed.byBudget > 0) log.info(removed, 'files of old data removed');
  const rows = await deleteOldRecords(context, beforeTimes(data, nowMs), yieldTurn);
  return removed.byAge + removed.byBudget + rows;
}

function beforeTimes({ recordAgeMs, keep }: StoreThreadData, nowMs: number): RecordTimes {
  return { beforeMs: nowMs - recordAgeMs, profilesBeforeMs: nowMs - keep.ageMs.profiles };
}
