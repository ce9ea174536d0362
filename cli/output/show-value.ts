// Figures of the API as people read them. Times are shown in the person's time zone.
import { formatBytes, formatBytesPerSecond, formatRatio, formatSeconds } from '../../shared/format.ts';

/** Seconds since the Unix epoch → '2026-03-01 09:05:07', local. */
export function showTime(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–';
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A measured value: its unit is told by the metric's name. */
export function showMetricValue(metric: string, value: number | null, rate: boolean): string {
  if (value === null) return '–';
  if (/_bytes(_total)?$/.test(metric)) return rate ? formatBytesPerSecond(value) : formatBytes(value);
  if (metric.endsWith('_ratio')) return formatRatio(value);
  if (metric.endsWith('_seconds') && !rate && Math.abs(value) < 1e8) return formatSeconds(value);
  return showNumber(value);
}

export function showNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  return size >= 1000
    ? value.toFixed(1)
    : size >= 0.001
      ? String(Number(value.toPrecision(4)))
      : value.toExponential(2);
}

/** The course of values in a few cells, lowest to highest; a gap is a blank. */
export function sparkline(values: readonly (number | null)[], cells: number): string {
  const buckets = Array.from({ length: Math.min(cells, values.length) }, (_, index) => {
    const from = Math.floor((index * values.length) / Math.min(cells, values.length));
    const to = Math.floor(((index + 1) * values.length) / Math.min(cells, values.length));
    const known = values.slice(from, to).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
  const known = buckets.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  // What differs in the last digits alone is a flat line.
  const isFlat = high - low <= 1e-9 * Math.max(Math.abs(high), Math.abs(low));
  return buckets
    .map((value) => (value === null ? ' ' : bar(isFlat ? 0 : (value - low) / (high - low))))
    .join('');
}

function bar(ratio: number): string {
  return '▁▂▃▄▅▆▇█'.charAt(Math.min(7, Math.floor(ratio * 8)));
}
