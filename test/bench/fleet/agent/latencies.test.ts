import { describe, expect, it } from 'vitest';
import { Latencies } from '../../../../bench/fleet/agent/latencies.ts';

describe('Latencies', () => {
  it('tells quantiles right to 3 %', () => {
    const latencies = new Latencies();
    for (let ms = 1; ms <= 10_000; ms += 1) latencies.add(ms);
    expect(latencies.quantile(0.5) / 5_000).toBeCloseTo(1, 1);
    expect(Math.abs(latencies.quantile(0.99) / 9_900 - 1)).toBeLessThan(0.03);
    expect(latencies.largest).toBe(10_000);
  });

  it('knows none before there are some, and after it was cleared', () => {
    const latencies = new Latencies();
    expect(latencies.quantile(0.5)).toBeNaN();
    latencies.add(7);
    latencies.clear();
    expect([latencies.count, latencies.quantile(0.99), latencies.largest]).toEqual([
      0,
      Number.NaN,
      Number.NaN,
    ]);
  });
});
