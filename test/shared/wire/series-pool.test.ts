import { describe, expect, test } from 'vitest';
import { readSeriesDefinition, readTelemetryRequest } from '../../../proto/server-streams.ts';
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import { SeriesPool } from '../../../shared/wire/series-pool.ts';
import { TelemetryDecoder, TelemetryEncoder } from '../../../shared/wire/telemetry-stream.ts';
import { telemetryBytes } from './over-the-wire.ts';

function series(count: number, device: string): readonly SeriesDefinition[] {
  return Array.from({ length: count }, (_, index) => ({
    metric: `jidi_m_${index}`,
    kind: 'gauge' as const,
    decimals: 1,
    labels: { device },
  }));
}

interface Stream {
  send(series: readonly SeriesDefinition[], value: number): MetricTick;
}

function stream(pool: SeriesPool): Stream {
  const encoder = new TelemetryEncoder();
  const decoder = new TelemetryDecoder(pool);
  let sequence = 0;
  return {
    send: (definitions, value) => {
      const values = Float64Array.from(definitions, () => value);
      const payload = {
        kind: 'metrics' as const,
        ticks: [{ timeMs: 5 * ++sequence, series: definitions, values }],
      };
      const request = decoder.read(
        Buffer.from(telemetryBytes(encoder.batch({ sequence, payload, bootedMs: 5 }))),
      );
      const arrived = request.kind === 'batch' ? request.decodePayload() : null;
      const tick = arrived?.kind === 'metrics' ? arrived.ticks[0] : undefined;
      if (tick === undefined) throw new Error('no tick arrived');
      return tick;
    },
  };
}

const newPool = (bounds?: ConstructorParameters<typeof SeriesPool>[1]) =>
  new SeriesPool(readSeriesDefinition, bounds);

describe('series pool', () => {
  test('streams that define the same series share one list of them, also after they grew', () => {
    const pool = newPool();
    const [a, b] = [stream(pool), stream(pool)];
    const few = series(3, 'sda');
    const [fromA, fromB] = [a.send(few, 1), b.send(few, 2)];
    expect(fromB.series).toBe(fromA.series);
    expect([...fromA.values, ...fromB.values]).toEqual([1, 1, 1, 2, 2, 2]);
    const more = [...few, ...series(2, 'sdb')];
    const [grownA, grownB] = [a.send(more, 3), b.send(more, 3)];
    expect(grownB.series).toBe(grownA.series);
    expect(grownA.series).toEqual(more);
    expect(fromA.series).toEqual(few);
  });

  test('streams with other series share the definitions that they have in common', () => {
    const pool = newPool();
    const common = series(2, 'sda');
    const a = stream(pool).send(common, 1);
    const b = stream(pool).send([...series(1, 'sdb'), ...common], 1);
    expect(b.series).not.toBe(a.series);
    expect(b.series[1]).toBe(a.series[0]);
  });

  test('the same bytes in other portions are another list, with the same content', () => {
    const pool = newPool();
    const all = series(4, 'sda');
    const grown = stream(pool);
    grown.send(all.slice(0, 2), 1);
    expect(grown.send(all, 1).series).toEqual(stream(pool).send(all, 1).series);
  });

  test('what is pooled is bounded, and what fell out still works', () => {
    const pool = newPool({ definitions: 8, entries: 8 });
    const first = stream(pool);
    const before = first.send(series(4, 'd0'), 1);
    for (let number = 1; number <= 10; number += 1) stream(pool).send(series(4, `d${number}`), 1);
    const again = stream(pool).send(series(4, 'd0'), 1);
    expect(again.series).not.toBe(before.series);
    expect(again.series).toEqual(before.series);
    expect(first.send(series(4, 'd0'), 7).values).toEqual(Float64Array.of(7, 7, 7, 7));
  });

  test('what a stream reads from bytes is what it reads from messages', () => {
    const encoder = new TelemetryEncoder();
    const [bytesFirst, messagesFirst] = [new TelemetryDecoder(newPool()), new TelemetryDecoder()];
    for (let sequence = 1; sequence <= 20; sequence += 1) {
      const definitions = series(3 + (sequence % 7), `d${sequence % 3}`);
      const values = Float64Array.from(definitions, (_, index) =>
        index === 2 ? Number.NaN : sequence * 1.7,
      );
      const payload = {
        kind: 'metrics' as const,
        ticks: [{ timeMs: sequence, series: definitions, values }],
      };
      const bytes = telemetryBytes(encoder.batch({ sequence, payload, bootedMs: 77 }));
      const one = bytesFirst.read(bytes);
      const other = messagesFirst.request(readTelemetryRequest(bytes));
      expect(one).toMatchObject({ kind: 'batch', position: { dataClass: 'metric', sequence }, bootedMs: 77 });
      if (one.kind !== 'batch' || other.kind !== 'batch') throw new Error('no batch arrived');
      expect(one.decodePayload()).toEqual(other.decodePayload());
    }
  });
});
