// Losses on their way to being declared. In: losses, one by one. Out: gaps, those that follow each other as one.
//
// Invariant: what went in comes out exactly once.
import type { DataClass, Gap } from '../../shared/model/delivery.ts';
import type { DropReason } from './spool.ts';

export class GapLedger {
  readonly #open = new Map<DataClass, Gap>();
  #finished: Gap[] = [];

  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#finished.length === 0;
  }

  add(gap: Gap & { readonly reason: DropReason }): void {
    const before = this.#open.get(gap.dataClass);
    const merged = before === undefined ? gap : merge(before, gap);
    if (merged === null && before !== undefined) this.#finished.push(before);
    this.#open.set(gap.dataClass, merged ?? gap);
  }

  take(): readonly Gap[] {
    const gaps = [...this.#finished, ...this.#open.values()];
    this.#finished = [];
    this.#open.clear();
    return gaps;
  }
}

/** null when they are not one. */
function merge(earlier: Gap, later: Gap): Gap | null {
  const isOfOneKind = earlier.reason === later.reason && earlier.count > 0 === later.count > 0;
  const follows = later.sequences === null ? null : later.sequences.from - 1;
  if (!isOfOneKind || (earlier.sequences?.to ?? null) !== follows) return null;
  const { sequences } = later;
  return {
    ...earlier,
    fromTimeMs: Math.min(earlier.fromTimeMs, later.fromTimeMs),
    toTimeMs: Math.max(earlier.toTimeMs, later.toTimeMs),
    count: earlier.count + later.count,
    sequences: earlier.sequences && sequences && { from: earlier.sequences.from, to: sequences.to },
  };
}
