// What a thread of the store is started with. Only data that can be cloned.
import type { LogLevel } from '../../../shared/log.ts';
import type { KeepSettings } from '../upkeep/removal-plan.ts';

export interface StoreThreadData {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** How long samples, snapshots and profiles are kept, and how much of the disk they may take. */
  readonly keep: KeepSettings;
  /** How long commands and gaps are kept, ms. */
  readonly recordAgeMs: number;
  /** So many nodes are known at a time; without bound when left out. */
  readonly maxNodes?: number;
}
