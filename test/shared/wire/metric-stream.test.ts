import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import { wireBounds } from '../../../shared/wire/bounds.ts';
import { MetricEncoder } from '../../../shared/wire/metric-encoder.ts';
import { sent, stream } from './over-the-wire.ts';

function series(index: number, decimals = 0): SeriesDefinition {
  return {
    metric: `jidi_test_${index}_total`,
    kind: index % 2 === 0 ? 'counter' : 'gauge',
    decimals,
    labels: { device: `d${index}` },
  };
}

function tick(
  timeMs: number,
  definitions: readonly SeriesDefinition[],
  values: readonly number[],
): MetricTick {
  return { timeMs, series: definitions, values: Float64Array.from(values) };
}

/** What a value must be at the other end; NaN for none. */
function expected(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return Number.NaN;
  const scaled = Math.round(value * 10 ** decimals);
  return Math.abs(scaled) < 2 ** 50 ? scaled / 10 ** decimals : value;
}

/** Values of a tick for every series, absent ones as NaN, -0 as 0. */
function rowOf({ values, series: definitions }: MetricTick): readonly number[] {
  return definitions.map((_, index) => (values[index] ?? Number.NaN) + 0);
}

function arrive(send: ReturnType<typeof stream>, ticks: readonly MetricTick[], sequence: number) {
  const payload = send({ sequence, payload: { kind: 'metrics', ticks } });
  if (payload.kind !== 'metrics') throw new Error(`arrived as ${payload.kind}`);
  return payload.ticks;
}

const anyValue = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 50,
    2 ** 50 - 1,
    -(2 ** 50),
    1e300,
  ),
  fc.integer({ min: 0, max: 1000 }),
  fc.maxSafeInteger(),
  fc.double(),
);

describe('metric stream', () => {
  test('every value of every tick arrives, whatever the values do', () => {
    const decimals = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    const rows = fc.array(fc.array(anyValue, { maxLength: 12 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(decimals, rows, fc.integer({ min: 1, max: 4 }), (places, table, perBatch) => {
        // The array of series grows while the stream lives, as a sampler's does.
        const all = places.map((place, index) => series(index, place));
        const growing: SeriesDefinition[] = [];
        const send = stream();
        for (let from = 0, sequence = 1; from < table.length; from += perBatch, sequence += 1) {
          const chosen = table.slice(from, from + perBatch).map((row) => row.slice(0, all.length));
          while (growing.length < Math.max(...chosen.map((row) => row.length))) {
            growing.push(all[growing.length] ?? series(0));
          }
          const ticks = chosen.map((row, index) => tick(5000 * (from + index), growing, row));
          const arrived = arrive(send, ticks, sequence);
          expect(arrived.map(({ timeMs }) => timeMs)).toEqual(ticks.map(({ timeMs }) => timeMs));
          for (const [index, row] of chosen.entries()) {
            const want = growing.map((_, at) => expected(row[at] ?? Number.NaN, all[at]?.decimals ?? 0) + 0);
            expect(rowOf(arrived[index] ?? tick(0, [], []))).toEqual(want);
            expect(arrived[index]?.series).toEqual(growing);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a value that was absent comes back as it is, and a counter may fall', () => {
    const definitions = [series(0), series(1)];
    const send = stream();
    arrive(send, [tick(0, definitions, [100, 7])], 1);
    expect(rowOf(arrive(send, [tick(1, definitions, [Number.NaN, 7])], 2)[0] ?? tick(0, [], []))).toEqual([
      Number.NaN,
      7,
    ]);
    expect(rowOf(arrive(send, [tick(2, definitions, [3, 7])], 3)[0] ?? tick(0, [], []))).toEqual([3, 7]);
  });

  test('ticks with another array of series keep the dictionary places of the series they share', () => {
    const send = stream();
    arrive(send, [tick(0, [series(0), series(1)], [1, 2])], 1);
    const [other] = arrive(send, [tick(1, [series(2), series(1)], [30, 20])], 2);
    const byMetric = new Map(other?.series.map(({ metric }, index) => [metric, other.values[index]]));
    expect(byMetric.get('jidi_test_2_total')).toBe(30);
    expect(byMetric.get('jidi_test_1_total')).toBe(20);
    expect(byMetric.get('jidi_test_0_total')).toBeNaN();
  });

  test('a dictionary that is full begins anew', () => {
    const send = stream();
    const many = (offset: number) => Array.from({ length: 2500 }, (_, index) => series(offset + index));
    arrive(
      send,
      [
        tick(
          0,
          many(0),
          Array.from({ length: 2500 }, () => 1),
        ),
      ],
      1,
    );
    const [later] = arrive(
      send,
      [
        tick(
          1,
          many(2500),
          Array.from({ length: 2500 }, () => 2),
        ),
      ],
      2,
    );
    expect(later?.series).toHaveLength(2500);
    expect(later?.series[0]?.metric).toBe('jidi_test_2500_total');
    expect(later?.values).toEqual(new Float64Array(2500).fill(2));
  });

  test('more series than a node may have are refused at the sending end, and the stream goes on', () => {
    const encoder = new MetricEncoder();
    const many = Array.from({ length: wireBounds.seriesPerNode + 1 }, (_, index) => series(index));
    const tooMany = () => encoder.encode([tick(0, many, [])]);
    expect(tooMany).toThrow(expect.objectContaining({ name: 'WireError', code: 'series-limit' }));
    expect(encoder.encode([tick(0, [series(0)], [1])])).toMatchObject({
      keyframe: true,
      ticks: [{ timeMs: 0 }],
    });
  });

  test('labels named like parts of a prototype are labels', () => {
    const labels = Object.fromEntries([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]) as Record<string, string>;
    const payload = sent({
      kind: 'metrics',
      ticks: [tick(0, [{ metric: 'm', kind: 'gauge', decimals: 0, labels }], [1])],
    });
    const arrived = payload.kind === 'metrics' ? payload.ticks[0]?.series[0]?.labels : undefined;
    expect(Object.entries(arrived ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(arrived)).toBeNull();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('label values that are too long are cut, and those that become equal are one series', () => {
    const long = (end: string) => ({ ...series(0), labels: { path: `${'x'.repeat(200)}${end}` } });
    const payload = sent({ kind: 'metrics', ticks: [tick(0, [long('a'), long('b')], [1, 2])] });
    const arrived = payload.kind === 'metrics' ? payload.ticks[0] : undefined;
    expect(arrived?.series.map(({ labels }) => labels['path']?.length)).toEqual([128]);
    expect(arrived?.values).toEqual(Float64Array.of(2));
  });
});
