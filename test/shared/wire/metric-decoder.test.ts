import { describe, expect, test } from 'vitest';
import type { MetricBatch } from '../../../proto/gen/jidi/v1/MetricBatch.ts';
import type { SeriesDefinition } from '../../../proto/gen/jidi/v1/SeriesDefinition.ts';
import { wireBounds } from '../../../shared/wire/bounds.ts';
import { MetricDecoder } from '../../../shared/wire/metric-decoder.ts';

function definition(metric: string, fields: Partial<SeriesDefinition> = {}): SeriesDefinition {
  return { metric, labels: [], kind: 'METRIC_KIND_GAUGE', decimals: 0, ...fields };
}

function batch(definitions: SeriesDefinition[], ...values: number[][]): MetricBatch {
  const ticks = values.map((bytes, index) => ({ timeMs: 5000 * index, values: Buffer.from(bytes) }));
  return { keyframe: true, definitions, ticks };
}

const two = [definition('a'), definition('b')];
const decode = (message: MetricBatch) => new MetricDecoder().decode(message);

function refused(message: MetricBatch, code: string, words: RegExp): void {
  expect(() => decode(message)).toThrow(
    expect.objectContaining({ name: 'WireError', code, message: expect.stringMatching(words) }),
  );
}

describe('metric decoder', () => {
  test('reads the tokens as the protocol documents them', () => {
    // Place 0: 100, then 97 (zigzag 200 and 5); place 1: absent, then a plain number.
    const plain = [...Buffer.from(new Float64Array([0.5]).buffer)];
    const ticks = decode(batch(two, [0x91, 0x03, 0, 1, 1], [11, 0, 2, ...plain], [4]));
    expect(ticks.map(({ values }) => [...values])).toEqual([
      [100, Number.NaN],
      [97, 0.5],
      [97, 0],
    ]);
  });

  test('leaves absent what comes after the last token', () => {
    expect(decode(batch(two, [2]))[0]?.values).toEqual(Float64Array.of(0));
  });

  test.each([
    ['a change past the end', [3, 3, 3], /1 entries from place 2 of 2/],
    ['a run past the end', [6], /3 entries from place 0 of 2/],
    ['a run of absent ones past the end', [0, 1, 3], /3 entries/],
    ['a run of none', [0, 1, 0], /0 entries/],
    ['an unknown operation', [0, 9], /unknown operation 9/],
    ['bytes that end within a number', [0x81], /ends within a number/],
    ['bytes that end within a float', [0, 2, 1, 2, 3], /ends within a number/],
    ['a number that never ends', Array.from({ length: 12 }, () => 0x81), /more than 8 bytes/],
    ['a number beyond 53 bits', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], /more than 53 bits/],
    ['infinity', [0, 2, ...Buffer.from(new Float64Array([Infinity]).buffer)], /not finite/],
  ])('refuses %s', (_, values, words) => {
    refused(batch(two, values), 'malformed', words);
  });

  test('refuses a value that grows past 51 bits by changes that each fit', () => {
    const most = [0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
    refused(batch(two, most, most), 'malformed', /more than 51 bits/);
  });

  test('refuses a first batch that is no keyframe', () => {
    refused({ ...batch(two), keyframe: false }, 'malformed', /keyframe/);
  });

  test('refuses a series that is defined twice', () => {
    refused(batch([definition('a'), definition('a')]), 'malformed', /defined before/);
  });

  test.each([
    ['a name that is none', definition('1a'), 'malformed', /metric/],
    ['a name with a line end', definition('a\n'), 'malformed', /metric/],
    ['a name that is too long', definition('a'.repeat(129)), 'too-large', /129 characters/],
    ['no kind', definition('a', { kind: 'METRIC_KIND_UNSPECIFIED' }), 'malformed', /neither/],
    ['too many decimals', definition('a', { decimals: 10 }), 'malformed', /0 to 9/],
    [
      'unsorted labels',
      definition('a', {
        labels: [
          { name: 'b', value: '' },
          { name: 'a', value: '' },
        ],
      }),
      'malformed',
      /not sorted/,
    ],
    [
      'a label with a bad name',
      definition('a', { labels: [{ name: 'a-b', value: '' }] }),
      'malformed',
      /labels/,
    ],
    [
      'a label value that is too long',
      definition('a', { labels: [{ name: 'a', value: 'x'.repeat(129) }] }),
      'too-large',
      /labels\.a/,
    ],
    [
      'too many labels',
      definition('a', { labels: Array.from({ length: 17 }, (_, i) => ({ name: `l${i + 10}`, value: '' })) }),
      'too-large',
      /17 entries, at most 16/,
    ],
  ])('refuses a definition with %s', (_, bad, code, words) => {
    refused(batch([bad]), code, words);
  });

  test('refuses more series than a node may have, over however many batches they come', () => {
    const half = wireBounds.seriesPerNode / 2 + 1;
    const many = (from: number) => Array.from({ length: half }, (_, index) => definition(`m${from + index}`));
    const decoder = new MetricDecoder();
    decoder.decode(batch(many(0)));
    expect(() => decoder.decode({ ...batch(many(half)), keyframe: false })).toThrow(
      expect.objectContaining({ code: 'series-limit' }),
    );
  });

  test('refuses more ticks than a batch may have', () => {
    refused(batch(two, ...Array.from({ length: 121 }, () => [4])), 'too-large', /121 entries, at most 120/);
  });

  test.each([-1, 2 ** 42, 0.5, Number.NaN])('refuses the time %d', (timeMs) => {
    refused({ ...batch(two), ticks: [{ timeMs, values: Buffer.from([4]) }] }, 'malformed', /time_ms/);
  });

  test('keeps ticks of before a keyframe as they were', () => {
    const decoder = new MetricDecoder();
    const [before] = decoder.decode(batch([definition('old')], [3]));
    decoder.decode(batch([definition('new')], [7]));
    expect(before).toMatchObject({ series: [{ metric: 'old' }], values: Float64Array.of(-1) });
  });
});
