// A target for tests: all threads of one process.
import type { ProcessTarget } from '../../../shared/model/profile.ts';

/** `startTimeMs` null: the asker does not know it. */
export function wholeProcess(pid: number, startTimeMs: number | null): ProcessTarget {
  return { kind: 'process', pid, startTimeMs, withChildren: false, threads: null };
}
