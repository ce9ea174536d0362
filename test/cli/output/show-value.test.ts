import { describe, expect, it } from 'vitest';
import { showMetricValue, showNumber, sparkline } from '../../../cli/output/show-value.ts';

describe('showMetricValue', () => {
  it.each([
    ['node_memory_MemFree_bytes', 1536, false, '1.50 KiB'],
    ['node_disk_read_bytes_total', 1536, true, '1.50 KiB/s'],
    ['node_cpu_ratio', 0.5, false, '50.0 %'],
    ['node_cpu_seconds_total', 0.25, true, '0.25'],
    ['node_boot_time_seconds', 1_772_352_000, false, '1772352000'],
    ['node_load1', null, false, '–'],
  ])('shows %s %d', (metric, value, rate, text) => {
    expect(showMetricValue(metric, value, rate)).toBe(text);
  });
});

describe('showNumber', () => {
  it.each([
    [3, '3'],
    [0.123456, '0.1235'],
    [0.00001234, '1.23e-5'],
    [12345.678, '12345.7'],
    [0, '0'],
  ])('shows %d as %s', (value, text) => {
    expect(showNumber(value)).toBe(text);
  });
});

describe('sparkline', () => {
  it('spans from the lowest to the highest value and leaves gaps blank', () => {
    expect(sparkline([0, null, 0.5, 1], 10)).toBe('▁ ▅█');
  });

  it('averages many values into few cells', () => {
    expect(sparkline([0, 0, 0, 0, 8, 8, 8, 8], 2)).toBe('▁█');
  });

  it('is flat where nothing changes and empty where nothing is known', () => {
    expect(sparkline([5, 5], 4)).toBe('▁▁');
    expect(sparkline([null, null], 4)).toBe('  ');
  });
});
