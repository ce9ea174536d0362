// What the writer thread does for the whole store: removes what is too old or too much, copies it, checks it. Everything small
// and every flush goes before it.
import { deleteOldRecords } from '../catalog/record-retention.ts';
import { parsePartitionPath } from '../partitions/tier.ts';
import type { Damage } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { backupStore } from '../upkeep/backup-store.ts';
import { removeFiles } from '../upkeep/remove-files.ts';
import { verifyStore } from '../upkeep/verify-store.ts';
import { declarePartitionLost, setAsideIfDamaged } from './lost-partitions.ts';
import type { WriterContext } from './writer-context.ts';

export function upkeepHandlers(context: WriterContext) {
  const { data, lanes } = context;
  return {
    retain: (nowMs: number): Promise<number> =>
      lanes.run('patient', (yieldTurn) => retain(context, nowMs, yieldTurn)),
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
  const { data, log } = context;
  const removed = await removeFiles({
    root: data.dataDir,
    settings: data.keep,
    nowMs,
    declareLost: (nodes, partition) =>
      declarePartitionLost(context, partition, { nodes, reason: 'disk-budget' }),
    yieldTurn,
  });
  if (removed.byAge + removed.byBudget > 0) log.info(removed, 'files of old data removed');
  const rows = await deleteOldRecords(context, nowMs - data.recordAgeMs, yieldTurn);
  return removed.byAge + removed.byBudget + rows;
}
