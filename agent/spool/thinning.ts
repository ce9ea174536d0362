// Makes old metrics few when there is no room for all. In: the oldest segment of ticks, slice by slice. Out: of every
// minute its first tick, and how many were left out. It takes back nothing of what was acknowledged: such a segment, one
// with holes, one of few ticks and one that was thinned already it leaves alone.
import type { MetricTick } from '../../shared/model/metric.ts';
import type { Lane } from './lane.ts';
import type { SegmentState } from './lane-segments.ts';
import type { Loss } from './segment-scan.ts';

/** Ticks that go into one batch: of one clock. */
export interface KeptTicks {
  readonly bootedMs: number | null;
  readonly ticks: readonly MetricTick[];
}

export interface Thinned {
  readonly segment: SegmentState;
  readonly kept: readonly KeptTicks[];
  readonly loss: Loss;
}

const keepEveryMs = 60_000;
/** Closer together than that, or thinning saves too little. */
const worthwhileMs = 30_000;
const ticksPerBatch = 60;
const batchesPerSlice = 32;

export class Thinning {
  readonly #lane: Lane;
  readonly #segment: SegmentState;
  readonly #kept: { bootedMs: number | null; ticks: MetricTick[] }[] = [];
  #reached: number;
  #items = 0;
  #keptItems = 0;
  #minute = Number.NEGATIVE_INFINITY;

  private constructor(lane: Lane, segment: SegmentState) {
    this.#lane = lane;
    this.#segment = segment;
    this.#reached = segment.first - 1;
  }

  /** null when the oldest segment is none to be thinned. */
  static begin(lane: Lane): Thinning | null {
    const [oldest, next] = lane.segments.all;
    if (oldest === undefined || next === undefined || !isWhole(lane, oldest)) return null;
    const { first, last, fromMs, toMs, itemsBefore } = oldest;
    const batches = last - first + 1;
    // What was kept of others stands in it among what is new.
    const isThinned = next.itemsBefore - itemsBefore > 2 * batches;
    const spacingMs = (toMs - fromMs) / Math.max(1, batches - 1);
    return isThinned || batches < 2 || spacingMs >= worthwhileMs ? null : new Thinning(lane, oldest);
  }

  /** The next slice. null: there is more; 'given up': the segment changed meanwhile. */
  advance(): Thinned | 'given up' | null {
    const { first, last, fromMs, toMs } = this.#segment;
    if (!isWhole(this.#lane, this.#segment)) return 'given up';
    const { batches, losses } = this.#lane.segments.read(this.#reached, last, batchesPerSlice);
    if (losses.length > 0 || batches.length === 0) return 'given up';
    for (const { sequence, payload, bootedMs } of batches) {
      this.#reached = sequence;
      if (payload.kind === 'metrics') for (const tick of payload.ticks) this.#take(tick, bootedMs);
    }
    if (this.#reached < last) return null;
    const loss = { from: first, to: last, items: this.#items - this.#keptItems, fromMs, toMs };
    return { segment: this.#segment, kept: this.#kept, loss };
  }

  #take(tick: MetricTick, bootedMs: number | null): void {
    this.#items += 1;
    const minute = Math.floor(tick.timeMs / keepEveryMs);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#keptItems += 1;
    const group = this.#kept.at(-1);
    const previousMs = group?.ticks.at(-1)?.timeMs ?? 0;
    const fits =
      group?.bootedMs === bootedMs && group.ticks.length < ticksPerBatch && tick.timeMs > previousMs;
    if (fits) group.ticks.push(tick);
    else this.#kept.push({ bootedMs, ticks: [tick] });
  }
}

/** It is still there, nothing of it was acknowledged, and nothing is damaged. */
function isWhole(lane: Lane, { first, last, holes, name }: SegmentState): boolean {
  const [oldest] = lane.segments.all;
  const [waiting, ...more] = lane.missing({ from: first, to: last });
  return (
    oldest?.name === name &&
    holes.length === 0 &&
    more.length === 0 &&
    waiting?.from === first &&
    waiting.to === last
  );
}
