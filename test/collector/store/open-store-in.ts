// For tests and their child programs: a real store in a given folder. The caller closes it.
import { openStore } from '../../../collector/store/open-store.ts';
import type { Store } from '../../../collector/store/store.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { createLogger, type Logger } from '../../../shared/log.ts';

export interface OpenInOptions {
  readonly dataDir: string;
  readonly clock?: Clock;
  readonly retentionMs?: number;
  readonly maxNodes?: number;
  readonly log?: Logger;
}

export function openStoreIn({
  dataDir,
  clock = systemClock,
  retentionMs = 1e12,
  maxNodes = 1_000_000,
  log = createLogger('test', 'silent'),
}: OpenInOptions): Promise<Store> {
  return openStore({
    dataDir,
    keep: {
      ageMs: {
        raw: retentionMs,
        minute: retentionMs,
        'ten-minutes': retentionMs,
        profiles: retentionMs,
        continuous: retentionMs,
      },
      budgetBytes: null,
    },
    recordAgeMs: retentionMs,
    maxNodes,
    clock,
    log,
    logLevel: 'silent',
    onDeath(error) {
      throw error;
    },
  });
}
