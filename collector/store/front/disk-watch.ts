// In: the store's folder. Out: how large it is, and how near its end the disk is; both looked up now and then, beside everything
// else. The budget is not its concern: the log and the files keep to theirs.
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';

const lookEveryMs = 10_000;
/** Of the file system: with more than this free all is well, with less than that nothing more is taken. */
const easyFreeShare = 0.05;
const leastFreeShare = 0.01;

export interface DiskWatchOptions {
  readonly folder: string;
  readonly clock: Clock;
}

export class DiskWatch {
  readonly #options: DiskWatchOptions;
  #sizeBytes = 0;
  #freeShare = 1;
  #cancel: (() => void) | null = null;
  #isStopped = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** 0: there is room; 1: there is none. */
  get load(): number {
    const load = (easyFreeShare - this.#freeShare) / (easyFreeShare - leastFreeShare);
    return Math.min(1, Math.max(0, load));
  }

  /** Looks at once, then again and again. */
  async start(): Promise<void> {
    await this.#look();
    if (!this.#isStopped) this.#cancel = this.#options.clock.after(lookEveryMs, () => void this.start());
  }

  /** Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  async #look(): Promise<void> {
    const { folder } = this.#options;
    try {
      this.#sizeBytes = await sizeOf(folder);
      const { bavail, blocks } = await statfs(folder);
      this.#freeShare = blocks === 0 ? 1 : bavail / blocks;
    } catch {
      // A folder that cannot be looked at is told by those who write to it.
    }
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    // A file may go meanwhile.
    const facts = await stat(join(entry.parentPath, entry.name)).catch(() => null);
    bytes += facts?.size ?? 0;
  }
  return bytes;
}
