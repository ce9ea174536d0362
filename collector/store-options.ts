// In: the collector's configuration. Out: what of it the store is opened with.
//
// The disk budget is never passed: the log has a share of it and takes nothing more when that is full; the files have the rest
// and make room before they grow. A little is left to what grows without asking: journals, the catalog between two looks.
import type { CollectorConfig } from './config.ts';
import type { StoreOptions } from './store/open-store.ts';

const logShare = 1 / 8;
const mostLogBytes = 1024 ** 3;
const spareShare = 1 / 16;
const mostSpareBytes = 256 * 1024 ** 2;

type Options = Pick<
  StoreOptions,
  'dataDir' | 'keep' | 'logBudgetBytes' | 'recordAgeMs' | 'maxNodes' | 'logLevel'
>;

export function storeOptionsOf({
  dataDir,
  retentionMs,
  diskBudgetBytes,
  maxNodes,
  log: logLevel,
}: CollectorConfig): Options {
  const { raw, minute, tenMinutes, profiles, continuous, records } = retentionMs;
  const { logBudgetBytes, filesBytes } = sharesOf(diskBudgetBytes);
  return {
    dataDir,
    keep: {
      ageMs: { raw, minute, 'ten-minutes': tenMinutes, profiles, continuous },
      budgetBytes: filesBytes,
    },
    logBudgetBytes,
    recordAgeMs: records,
    maxNodes,
    logLevel,
  };
}

function sharesOf(budgetBytes: number | null) {
  if (budgetBytes === null) return { logBudgetBytes: null, filesBytes: null };
  const logBudgetBytes = Math.min(Math.floor(budgetBytes * logShare), mostLogBytes);
  const spareBytes = Math.min(Math.floor(budgetBytes * spareShare), mostSpareBytes);
  return { logBudgetBytes, filesBytes: budgetBytes - logBudgetBytes - spareBytes };
}
