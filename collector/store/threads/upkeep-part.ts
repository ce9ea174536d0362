// What the writer thread does for the whole store: removes what is too old or too much, copies it, checks it. Everything small
// and every flush goes before it.
import { deleteOldRecords } from '../catalog/record-retention.ts';
import { parsePartitionPath } from '../partitions/tier.ts';
import type { Damage } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { backupStore } from '../upkeep/backup-store.ts';
import { verifyStore } from '../upkeep/verify-store.ts';
import { setAsideIfDamaged } from './lost-partitions.ts';
import type { WriterContext } from './writer-context.ts';

/** Of the time by which data ages: so much may be forgotten in a crash. */
const noteEveryMs = 10 * 60_000;

export function upkeepHandlers(context: WriterContext, afterRetain: () => void) {
  const { data, lanes } = context;
  return {
    retain: (): Promise<number> =>
      lanes.run('patient', async (yieldTurn) => {
        const removed = await retain(context, yieldTurn);
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
async function retain(context: WriterContext, yieldTurn: YieldTurn): Promise<number> {
  const { data, catalog, room, retentionClock, write } = context;
  const nowMs = retentionClock.now();
  const { byAge, byBudget } = await room.remove(yieldTurn);
  const { ageMs } = data.keep;
  const times = {
    beforeMs: nowMs - data.recordAgeMs,
    profilesBeforeMs: nowMs - ageMs.profiles,
    windowsBeforeMs: nowMs - ageMs.continuous,
    nodesBeforeMs: nowMs - Math.max(data.recordAgeMs, ...Object.values(ageMs)),
  };
  const rows = await deleteOldRecords(context, times, yieldTurn);
  const { reachedMs } = retentionClock;
  if (reachedMs - (catalog.retention.reachedMs() ?? 0) >= noteEveryMs)
    await write(() => catalog.retention.put(reachedMs));
  return byAge + byBudget + rows;
}
