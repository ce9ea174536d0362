// Whether the disk takes what it is given. In: attempts. Out: a word when it begins to refuse, and when it no longer does.
import { errorCode } from '../../shared/errors.ts';

export interface DiskMoodOptions {
  /** True when nothing waits in memory alone. */
  readonly isAllStored: () => boolean;
  /** At every refusal. */
  readonly refused: () => void;
  /** At every change; null: the disk takes everything again. */
  readonly onTrouble?: (error: unknown) => void;
}

export class DiskMood {
  readonly #options: DiskMoodOptions;
  #code: string | null = null;

  constructor(options: DiskMoodOptions) {
    this.#options = options;
  }

  /** What it says, e.g. ENOSPC; null when it takes everything. */
  get code(): string | null {
    return this.#code;
  }

  get isFull(): boolean {
    return this.#code === 'ENOSPC' || this.#code === 'EDQUOT';
  }

  /** False when the disk refused; what is no answer of the system is a bug, and thrown. */
  try(act: () => void): boolean {
    try {
      act();
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      this.refused(error);
      return false;
    }
    if (this.#code !== null && this.#options.isAllStored()) {
      this.#code = null;
      this.#options.onTrouble?.(null);
    }
    return true;
  }

  refused(error: unknown): void {
    this.#options.refused();
    const code = errorCode(error) ?? '';
    if (this.#code === code) return;
    this.#code = code;
    this.#options.onTrouble?.(error);
  }
}
