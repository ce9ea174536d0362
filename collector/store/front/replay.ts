// In: the folder of the log at the start, and the number of the last segment that is flushed. Out: what the other
// segments hold, entry by entry; those that are flushed are gone.
import { readFileSync, unlinkSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Logger } from '../../../shared/log.ts';
import type { LogEntry } from '../log/log-entry.ts';
import { listSegments, type SegmentFile } from '../log/log-folder.ts';
import { readLog } from '../log/read-log.ts';

export interface ReplayOptions {
  readonly folder: string;
  readonly lastFlushed: number;
  readonly onEntry: (segment: number, entry: LogEntry) => void;
  readonly log: Logger;
}

export interface Replayed {
  /** To be flushed, in this order. */
  readonly segments: readonly SegmentFile[];
  /** Stretches that no crash explains. */
  readonly damagedStretches: number;
}

/** Throws StartError for a segment of another format. */
export async function replayLog({ folder, lastFlushed, onEntry, log }: ReplayOptions): Promise<Replayed> {
  const segments: SegmentFile[] = [];
  let damagedStretches = 0;
  for (const segment of listSegments(folder)) {
    if (segment.number <= lastFlushed) {
      // The crash came between the flush and the removal.
      unlinkSync(segment.path);
      continue;
    }
    for (const item of readLog(readFileSync(segment.path))) {
      if ('marks' in item) {
        onEntry(segment.number, item);
      } else if (!item.isTail) {
        damagedStretches += 1;
        const { offset, bytes } = item;
        log.error({ file: segment.path, offset, bytes }, 'the log is damaged; what is lost is declared');
      }
    }
    segments.push(segment);
    await setImmediate();
  }
  return { segments, damagedStretches };
}
