// Figures of charts by unit, for legends and axes. Pure.
import { formatBytes, formatBytesPerSecond, formatRatio } from '../../../shared/format.ts';

export type Unit = 'ratio' | 'bytes' | 'bytesPerSecond' | 'number';

export function formatFigure(unit: Unit, value: number | null): string {
  switch (unit) {
    case 'ratio':
      return formatRatio(value);
    case 'bytes':
      return formatBytes(value);
    case 'bytesPerSecond':
      return formatBytesPerSecond(value);
    case 'number':
      return formatNumber(value);
  }
}

/** As short as an axis needs it. */
export function formatAxis(unit: Unit, value: number): string {
  switch (unit) {
    case 'ratio':
      return `${Number((value * 100).toPrecision(4))} %`;
    case 'bytes':
      return value === 0 ? '0' : shortBytes(value);
    case 'bytesPerSecond':
      return value === 0 ? '0' : `${shortBytes(value)}/s`;
    case 'number':
      return String(Number(value.toPrecision(4)));
  }
}

/** 3.14159 → '3.14', 1234.5 → '1235'. */
export function formatNumber(value: number | null): string {
  if (value === null) return '–';
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
}

/** Axis splits of bytes: multiples of powers of two look even in binary units. */
export function byteSplits(max: number, count: number): number[] {
  if (!(max > 0)) return [0];
  let step = 1;
  while (max / step > count) step *= 2;
  const splits: number[] = [];
  for (let value = 0; value <= max; value += step) splits.push(value);
  return splits;
}

function shortBytes(value: number): string {
  return formatBytes(value)
    .replace(/(\.\d*?)0+ /, '$1 ')
    .replace('. ', ' ');
}
