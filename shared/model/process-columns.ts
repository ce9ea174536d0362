// Process snapshots as columns: as they travel and as they are stored. Thousands of them pass through a collector every second, and
// an object for each row costs more than all else that is done with it.
import type { ProcessSample } from './process.ts';

/** What stays the same over a process's life, or nearly. */
export type ProcessDefinition = Pick<
  ProcessSample,
  | 'pid'
  | 'startTimeMs'
  | 'parentPid'
  | 'name'
  | 'command'
  | 'user'
  | 'uid'
  | 'job'
  | 'step'
  | 'localRank'
  | 'outsideJob'
  | 'allowedCpus'
>;

export interface ProcessColumns {
  /** Of each row; the same object as long as nothing of it changes. */
  readonly definitions: readonly ProcessDefinition[];
  /** What changes, as bytes: shared/process-figures.ts reads and writes them. */
  readonly figures: Uint8Array;
  /** Of each row; null: none of them waits, or it is not known. */
  readonly waitChannels: readonly (string | null)[] | null;
}

/** Written out: it is asked for most processes of most snapshots. */
export function isSameDefinition(said: ProcessDefinition, process: ProcessDefinition): boolean {
  return (
    said.startTimeMs === process.startTimeMs &&
    said.name === process.name &&
    said.command === process.command &&
    said.parentPid === process.parentPid &&
    said.user === process.user &&
    said.uid === process.uid &&
    said.job === process.job &&
    said.step === process.step &&
    said.localRank === process.localRank &&
    said.outsideJob === process.outsideJob &&
    said.allowedCpus === process.allowedCpus
  );
}
