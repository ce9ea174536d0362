// In: ticks as they are stored. Out: of each node the newest one and the one before it, from memory.
//
// Invariants: at most two ticks a node; they are at least a second apart; the newer one is the newest ever stored, but
// for one of the far future: it is of a clock that was set back meanwhile and gives way to the next one.
import type { MetricTick } from '../../shared/model/metric.ts';

const apartMs = 1000;
const futureMs = 60_000;

interface Pair {
  readonly before: MetricTick | undefined;
  readonly newest: MetricTick;
}

export class LatestTicks {
  readonly #pairs = new Map<string, Pair>();

  put(node: string, tick: MetricTick, nowMs: number): void {
    const pair = this.#pairs.get(node);
    if (pair === undefined || (tick.timeMs <= pair.newest.timeMs && pair.newest.timeMs > nowMs + futureMs)) {
      this.#pairs.set(node, { before: undefined, newest: tick });
    } else if (tick.timeMs > pair.newest.timeMs) {
      const before = tick.timeMs - pair.newest.timeMs >= apartMs ? pair.newest : pair.before;
      this.#pairs.set(node, { before, newest: tick });
    } else if (pair.newest.timeMs - tick.timeMs >= apartMs && isLater(tick, pair.before)) {
      // A late one, from between the two.
      this.#pairs.set(node, { before: tick, newest: pair.newest });
    }
  }

  /** Oldest first. */
  of(node: string): readonly MetricTick[] {
    const pair = this.#pairs.get(node);
    if (pair === undefined) return [];
    return pair.before === undefined ? [pair.newest] : [pair.before, pair.newest];
  }
}

function isLater(tick: MetricTick, than: MetricTick | undefined): boolean {
  return than === undefined || tick.timeMs > than.timeMs;
}
