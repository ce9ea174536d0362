// Which buckets a slot of a roll-up has. A bucket ends at a whole minute (ten minutes) and holds what came after the end of
// the one before; a slot holds the samples from its begin on, before its end. So the first bucket of a slot has only the sample
// at its very begin, and the last one lacks that of its end: the same bucket is first in the next slot. A reader merges the two
// (merge-buckets.ts): they are made of different samples, and the growth from the one to the other is in the later part.
import type { BucketGrid } from '../buckets.ts';
import { dayMs, hourMs, type Tier } from './tier.ts';

export const minuteMs = 60_000;
export const tenMinutesMs = 600_000;

/** `slotMs`: begin of the slot, its `origin`. */
export function slotGrid(tier: Extract<Tier, 'minute' | 'ten-minutes'>, slotMs: number): BucketGrid {
  return tier === 'minute'
    ? { firstMs: slotMs, stepMs: minuteMs, count: hourMs / minuteMs + 1 }
    : { firstMs: slotMs, stepMs: tenMinutesMs, count: dayMs / tenMinutesMs + 1 };
}
