// In: the collector's configuration. Out: what of it the store is opened with.
import type { CollectorConfig } from './config.ts';
import type { StoreOptions } from './store/open-store.ts';

export function storeOptionsOf({
  dataDir,
  retentionMs,
  diskBudgetBytes,
  log: logLevel,
}: CollectorConfig): Pick<StoreOptions, 'dataDir' | 'keep' | 'recordAgeMs' | 'logLevel'> {
  const { raw, minute, tenMinutes, records } = retentionMs;
  return {
    dataDir,
    keep: { ageMs: { raw, minute, 'ten-minutes': tenMinutes }, budgetBytes: diskBudgetBytes },
    recordAgeMs: records,
    logLevel,
  };
}
