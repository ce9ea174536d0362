// In: a data folder. Out: the Store on it. DESIGN.md beside this file describes the format and why it is so.
// It refuses (StartError): a folder that cannot be written, a full disk for a new store, a store that another collector
// holds, a damaged one that cannot be mended, a newer one.
import type { Clock } from '../../shared/clock.ts';
import type { Logger, LogLevel } from '../../shared/log.ts';
import { openChunkStore } from './front/chunk-store.ts';
import { type LogFrontLimits, usualLimits } from './front/log-front-limits.ts';
import type { Store } from './store.ts';
import { openStoreDoors } from './threads/thread-doors.ts';
import type { KeepSettings } from './upkeep/removal-plan.ts';

export interface StoreOptions {
  readonly dataDir: string;
  readonly keep: KeepSettings;
  /** What the log may take beside the budget of `keep`; null: no bound but the disk. */
  readonly logBudgetBytes?: number | null;
  /** How long commands and gaps are kept, ms. */
  readonly recordAgeMs: number;
  /** So many nodes are known at a time. */
  readonly maxNodes?: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly logLevel: LogLevel;
  /** A thread of the store has died: nothing is stored any more, so the collector must end. */
  readonly onDeath: (error: Error) => void;
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, clock, log } = options;
  const { keep, recordAgeMs, maxNodes = Number.POSITIVE_INFINITY, logLevel, onDeath } = options;
  const doors = await openStoreDoors({ dataDir, keep, recordAgeMs, maxNodes, logLevel, onDeath });
  try {
    return await openChunkStore({
      dataDir,
      clock,
      log,
      writer: doors.writer,
      reader: doors.reader,
      closeDoors: () => doors.close(),
      limits: logLimitsOf(options),
    });
  } catch (error) {
    await doors.close();
    throw error;
  }
}

/** So many segments fit into the log at the least. */
const leastSegments = 8;
/** What one message more can take in the log. */
const messageBytes = 4 * 1024 * 1024;

function logLimitsOf({ logBudgetBytes = null }: StoreOptions): Partial<LogFrontLimits> {
  if (logBudgetBytes === null) return {};
  const rotateBytes = Math.min(usualLimits.rotateBytes, Math.floor(logBudgetBytes / leastSegments));
  return { rotateBytes, maxLogBytes: logBudgetBytes - messageBytes };
}
