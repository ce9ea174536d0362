// In: the collector's configuration. Out: what of it the store is opened with.
import type { CollectorConfig } from './config.ts';
import type { StoreOptions } from './store/open-store.ts';

/** For what comes between two looks at the disk, and for what a compaction writes before it removes. */
const reserveShare = 0.2;
const mostReserveBytes = 1024 ** 3;

export function storeOptionsOf({
  dataDir,
  retentionMs,
  diskBudgetBytes,
  log: logLevel,
}: CollectorConfig): Pick<StoreOptions, 'dataDir' | 'keep' | 'budgetBytes' | 'recordAgeMs' | 'logLevel'> {
  const { raw, minute, tenMinutes, profiles, records } = retentionMs;
  return {
    dataDir,
    keep: {
      ageMs: { raw, minute, 'ten-minutes': tenMinutes, profiles },
      budgetBytes: diskBudgetBytes === null ? null : diskBudgetBytes - reserveOf(diskBudgetBytes),
    },
    budgetBytes: diskBudgetBytes,
    recordAgeMs: records,
    logLevel,
  };
}

function reserveOf(budgetBytes: number): number {
  return Math.min(Math.round(budgetBytes * reserveShare), mostReserveBytes);
}
