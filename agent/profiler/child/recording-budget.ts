// What recordings may take of the node, each and all together. In: what one needs. Out: yes, or the reason why not, with figures.
// Invariants: what was granted counts until it is released; an id has one grant. Space on the disk that was granted and is not
// written yet is not given twice.
import { statfs } from 'node:fs/promises';
import type { Reason } from '../../../shared/model/reason.ts';
import { nodeBudgetUsed, noRoomOnDisk, tooManySamples, waitsRecordedAlready } from '../reasons.ts';
import { mostRecordedBytes, type RecordingNeed } from '../recording/recording-plan.ts';

const mebibyte = 1024 * 1024;
/** What stays free for everybody else. */
const reservedBytes = 64 * mebibyte;

export interface BudgetLimits {
  readonly samples: number;
  readonly bytes: number;
}

const eachLimits: BudgetLimits = { samples: 2_000_000, bytes: mostRecordedBytes };
const allLimits: BudgetLimits = { samples: 4_000_000, bytes: 2 * mostRecordedBytes };

export class RecordingBudget {
  readonly #folder: string;
  readonly #granted = new Map<string, RecordingNeed>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async take(id: string, need: RecordingNeed): Promise<Reason | null> {
    if (!fits(need, eachLimits)) return tooManySamples(need.samples, need.bytes, eachLimits);
    if ([...this.#granted.values()].some((granted) => recordSameWaits(granted, need))) {
      return waitsRecordedAlready();
    }
    const used = this.#used();
    if (!fits({ samples: used.samples + need.samples, bytes: used.bytes + need.bytes }, allLimits)) {
      return nodeBudgetUsed(need, used, allLimits);
    }
    // Before the disk is asked, so that two at the same moment know of each other.
    this.#granted.set(id, need);
    const freeBytes = (await freeBytesOf(this.#folder)) - reservedBytes - used.mostBytes;
    if (freeBytes >= need.mostBytes) return null;
    this.#granted.delete(id);
    return noRoomOnDisk(need.mostBytes, freeBytes, this.#folder);
  }

  release(id: string): void {
    this.#granted.delete(id);
  }

  #used(): Omit<RecordingNeed, 'waitsOf'> & { readonly profiles: number } {
    const used = { samples: 0, bytes: 0, mostBytes: 0, profiles: this.#granted.size };
    for (const { samples, bytes, mostBytes } of this.#granted.values()) {
      used.samples += samples;
      used.bytes += bytes;
      used.mostBytes += mostBytes;
    }
    return used;
  }
}

/**
 * Two recordings of the context switches of one thread get each other's event ids, and `perf script` ends at the first of
 * them with `failed to process type: 9` (seen with Linux 6.18 and perf 6.1).
 */
function recordSameWaits({ waitsOf: some }: RecordingNeed, { waitsOf: others }: RecordingNeed): boolean {
  if (some === null || others === null) return false;
  return some.length === 0 || others.length === 0 || some.some((pid) => others.includes(pid));
}

function fits({ samples, bytes }: BudgetLimits, limits: BudgetLimits): boolean {
  return samples <= limits.samples && bytes <= limits.bytes;
}

async function freeBytesOf(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    // What cannot be measured refuses nothing; perf tells of a full disk itself.
    return Number.POSITIVE_INFINITY;
  }
}
