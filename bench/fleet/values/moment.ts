// What all values of a simulated node depend on at one tick, and what makes them.
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { Job } from './job-timeline.ts';
import type { Random } from './random.ts';
import type { Piece } from './replay.ts';

export interface Moment {
  readonly timeMs: number;
  /** Since the tick before, at least 1. */
  readonly seconds: number;
  readonly job: Job | null;
  /** Memory of the job now. */
  readonly jobBytes: number;
  /** Parts of the recording that stand for the time since the tick before. */
  readonly pieces: readonly Piece[];
  /** Name of the recorded load of the last of them. */
  readonly load: number;
  readonly random: Random;
}

/** Series of one kind, with their values. */
export interface SignalGroup {
  readonly series: readonly SeriesDefinition[];
  /** Writes one value for each series from `at` on. */
  write(row: Float64Array, at: number, moment: Moment): void;
  /** The node has booted: counters begin at zero. */
  reset(): void;
}
