// For tests: a closed segment of the log with one tick of each of two nodes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClosedSegment } from '../../../../collector/store/front/writer-door.ts';
import type { SeriesDefinition } from '../../../../shared/model/metric.ts';
import { hour, segmentBytes, ticksEntries } from '../flush/stored-data.ts';

export const load: SeriesDefinition = { metric: 'load', kind: 'gauge', decimals: 2, labels: {} };

/** Where the ticks of these segments go. */
export const hotFile = 'hot/2026-11-21T14.db';

/** The tick is `number` × 5 s after the begin of the hour, and its value is the number. */
export async function closedSegment(dataDir: string, number: number): Promise<ClosedSegment> {
  const tick = { timeMs: hour + number * 5000, series: [load], values: Float64Array.of(number) };
  const nodes = ['n1', 'n2'].map((node) => ({ node, ticks: [tick] }));
  const path = join(dataDir, `${number}.log`);
  writeFileSync(path, await segmentBytes(ticksEntries(nodes)));
  return { number, path };
}
