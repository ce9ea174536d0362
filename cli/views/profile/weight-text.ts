// A weight as people read it: samples, time, or events. In: a weight and its unit. Out: a short text.
import type { Profile } from '../../../shared/api/profile.ts';
import { formatSeconds } from '../../../shared/format.ts';
import type { Say } from '../../language/language.ts';

export function weightText(weight: number, unit: Profile['unit'], say: Say): string {
  if (unit === 'microseconds') return shortSeconds(weight / 1e6);
  return say(unit === 'samples' ? 'weight.samples' : 'weight.events', { count: shortCount(weight) });
}

/** The same without its unit, for a column whose heading says it. */
export function weightFigure(weight: number, unit: Profile['unit']): string {
  return unit === 'microseconds' ? shortSeconds(weight / 1e6) : shortCount(weight);
}

export function shortSeconds(seconds: number): string {
  if (seconds >= 1 || seconds === 0) return formatSeconds(seconds);
  return seconds >= 0.001
    ? `${Number((seconds * 1000).toPrecision(3))} ms`
    : `${Math.round(seconds * 1e6)} µs`;
}

/** 1,234,567 → '1.23 M'. */
function shortCount(count: number): string {
  const steps = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
  ] as const;
  const [size, letter] = steps.find(([least]) => count >= least) ?? [1, ''];
  return size === 1 ? String(Number(count.toFixed(1))) : `${(count / size).toPrecision(3)} ${letter}`;
}
