// For tests of roll-ups: all buckets that the files of a tier hold, and what they should be.
import type { Buckets } from '../../../../collector/store/buckets.ts';
import { decodeBuckets } from '../../../../collector/store/columns/bucket-codec.ts';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { PartitionReader } from '../../../../collector/store/partitions/partition-reader.ts';
import { keyOf } from '../flush/stored-data.ts';

/** By series and slot. */
export function storedBuckets(
  root: string,
  tier: 'minute' | 'ten-minutes' = 'minute',
): Record<string, Buckets> {
  const found: Record<string, Buckets> = {};
  for (const partition of listPartitions(root, [tier])) {
    const reader = PartitionReader.open(root, partition);
    for (const slot of reader.slots()) {
      for (const number of slot.groups) {
        const group = reader.group(slot, number);
        for (const series of group?.series ?? []) {
          const definition = reader.dictionary.series(series);
          const bytes = group === undefined ? undefined : reader.chunk(group, series);
          if (definition === undefined || bytes === undefined) continue;
          for (const [place, buckets] of decodeBuckets(bytes).entries()) {
            const name = reader.dictionary.nodeName(number * reader.nodesPerGroup + place);
            if (buckets !== null) found[`${keyOf(name ?? '', definition)} ${slot.origin}`] = buckets;
          }
        }
      }
    }
    reader.close();
  }
  return found;
}

/** As they are kept: rates as floats of 32 bits. */
export function rounded(buckets: Buckets): Buckets {
  if (buckets.kind !== 'counter') return buckets;
  const { minRates, maxRates } = buckets;
  return {
    ...buckets,
    minRates: Float64Array.from(minRates, Math.fround),
    maxRates: Float64Array.from(maxRates, Math.fround),
  };
}

export function samplesIn(all: Record<string, Buckets>): number {
  return Object.values(all).reduce(
    (sum, { counts }) => sum + counts.reduce((one, count) => one + count, 0),
    0,
  );
}
