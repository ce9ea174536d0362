// What a thread of the store is started with. Only data that can be cloned.
import type { LogLevel } from '../../../shared/log.ts';

export interface StoreThreadData {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** How long commands, profiles and gaps are kept, ms. */
  readonly retentionMs: number;
}
