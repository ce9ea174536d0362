// What the writer thread does for the whole store: removes what is too old or too much, copies it, checks it. Everything small
// and every flush goes before it.
import { deleteOldRecords } from '../catalog/record-retention.ts';
import type { Partition } from '../partitions/tier.ts';
import type { Damage } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { backupStore } from '../upkeep/backup-store.ts';
import { removeFiles } from '../upkeep/remove-files.ts';
import { verifyStore } from '../upkeep/verify-store.ts';
import type { WriterContext } from './writer-context.ts';

const nodesPerSlice = 200;

export function upkeepHandlers(context: WriterContext) {
  const { data, lanes } = context;
  return {
    retain: (nowMs: number): Promise<number> =>
      lanes.run('patient', (yieldTurn) => retain(context, nowMs, yieldTurn)),
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
    declareLost: (nodes, partition) => declareLost(context, nodes, partition),
    yieldTurn,
  });
  if (removed.byAge + removed.byBudget > 0) log.info(removed, 'files of old data removed');
  const rows = await deleteOldRecords(context, nowMs - data.recordAgeMs, yieldTurn);
  return removed.byAge + removed.byBudget + rows;
}

/** How many ticks and snapshots were in it nobody counts. */
async function declareLost(
  { catalog, write, clock }: WriterContext,
  nodes: readonly string[],
  { fromMs, toMs }: Partition,
): Promise<void> {
  const nowMs = Math.trunc(clock.now());
  const gap = { fromTimeMs: fromMs, toTimeMs: toMs, count: 0, reason: 'disk-budget', sequences: null };
  for (let from = 0; from < nodes.length; from += nodesPerSlice) {
    await write(() => {
      for (const node of nodes.slice(from, from + nodesPerSlice)) {
        const nodeId = catalog.nodes.idOf(node, nowMs);
        for (const dataClass of ['metric', 'process'] as const)
          catalog.gaps.add(nodeId, { ...gap, dataClass });
      }
    });
  }
}
