// What the sampler needs of the process scan: one snapshot per tick.
import type { ProcessSnapshot } from '../../shared/model/process.ts';

export interface ProcessScanner {
  /** The top processes now; `timeMs` is the tick's time. Throws when /proc cannot be read. */
  scan(timeMs: number): ProcessSnapshot;
}
