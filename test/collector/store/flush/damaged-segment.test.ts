import { expect, it } from 'vitest';
import { flushSegment } from '../../../../collector/store/flush/flush-segment.ts';
import type { SeriesDefinition } from '../../../../shared/model/metric.ts';
import { readSegment } from '../../../../shared/segment-file/segment-reader.ts';
import {
  expectedSamples,
  hour,
  segmentBytes,
  storedSamples,
  tempFolder,
  ticksEntries,
  yieldTurn,
} from './stored-data.ts';

const load: SeriesDefinition = { metric: 'load', kind: 'gauge', decimals: 2, labels: {} };

it('what a damaged segment has lost is declared when it is flushed, the rest is stored', async () => {
  const data = ['a', 'b', 'c'].map((node, place) => ({
    node,
    ticks: [{ timeMs: hour + place, series: [load], values: Float64Array.of(place) }],
  }));
  const bytes = await segmentBytes(ticksEntries(data));
  const plain = Buffer.from(bytes);
  // The record of each node's ticks is tried, in each a byte of its payload.
  const whole = [...readSegment(plain).records].filter((record) => 'payload' in record);
  const lost: string[] = [];
  for (const { payload } of whole) {
    const place = payload.byteOffset - plain.byteOffset + payload.length - 1;
    const flipped = Buffer.from(bytes);
    flipped[place] = (flipped[place] ?? 0) ^ 1;
    const root = tempFolder();
    const options = { root, segment: 1, numberOf: () => undefined, oldestMs: 0, yieldTurn };
    const { damaged, records } = await flushSegment(flipped, options);
    expect(damaged).toHaveLength(1);
    for (const { node, gap } of records.gaps) {
      expect(gap).toMatchObject({ reason: 'damaged', dataClass: 'metric', count: 1 });
      expect(records.positions.map((position) => position.node)).toContain(node);
      lost.push(node);
    }
    const kept = data.filter(({ node }) => records.gaps.every((gap) => gap.node !== node));
    expect(storedSamples(root)).toEqual(expectedSamples(kept));
  }
  expect(lost.sort()).toEqual(['a', 'b', 'c']);
});
