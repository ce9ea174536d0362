// Figures of charts by unit, for legends and axes. Pure.
import { formatBytes, formatBytesPerSecond, formatRatio } from '../../../shared/format.ts';

export type Unit = 'ratio' | 'bytes' | 'bytesPerSecond' | 'number' | 'perSecond' | 'seconds' | SuffixedUnit;

const suffixes = { celsius: '°C', watts: 'W', hertz: 'Hz', rpm: 'rpm' } as const;
type SuffixedUnit = keyof typeof suffixes;

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
    case 'perSecond':
    case 'seconds':
    case 'celsius':
    case 'watts':
    case 'hertz':
    case 'rpm':
      return value === null ? '–' : withUnit(unit, value, 3);
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
    case 'perSecond':
    case 'seconds':
    case 'celsius':
    case 'watts':
    case 'hertz':
    case 'rpm':
      return value === 0 ? '0' : withUnit(unit, value, 4);
  }
}

function withUnit(unit: 'perSecond' | 'seconds' | SuffixedUnit, value: number, digits: number): string {
  if (unit === 'celsius' || unit === 'rpm') return `${Math.round(value * 10) / 10} ${suffixes[unit]}`;
  if (unit === 'perSecond') {
    const small = Math.abs(value) < 1;
    return `${small ? Number(value.toPrecision(digits)) : decimal(value, digits)}/s`;
  }
  return decimal(value, digits, ' ') + (unit === 'seconds' ? 's' : suffixes[unit]);
}

const prefixes = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
] as const;

/** 12345 → '12.3 k', 0.0021 → '2.1 m'. */
function decimal(value: number, digits: number, gap = ''): string {
  const size = Math.abs(value);
  const [scale, prefix] = prefixes.find(([each]) => size >= each) ?? [1e-6, 'µ'];
  const figure = size === 0 ? 0 : Number((value / scale).toPrecision(digits));
  return size === 0 ? `0${gap}` : `${figure}${prefix === '' ? gap : ` ${prefix}`}`;
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
