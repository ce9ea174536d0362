// The time range of a page, to and from the address. Pure. All times are seconds since the Unix epoch.
// Refuses ranges that are empty, reversed or longer than a month: those fall back to the default.

export type TimeRange =
  | { readonly kind: 'last'; readonly seconds: number }
  | { readonly kind: 'fixed'; readonly from: number; readonly to: number };

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export const rangePresets = [
  { word: '10m', seconds: 600 },
  { word: '1h', seconds: 3600 },
  { word: '4h', seconds: 14_400 },
  { word: '12h', seconds: 43_200 },
  { word: '1d', seconds: 86_400 },
] as const;

const shortestRange = 10;
export const longestRange = 31 * 86_400;
const fallback: TimeRange = { kind: 'last', seconds: 600 };

export function parseTimeRange(parameters: URLSearchParams): TimeRange {
  const from = toNumber(parameters.get('from'));
  const to = toNumber(parameters.get('to'));
  if (from !== undefined && to !== undefined) {
    const length = to - from;
    return length > 0 && length <= longestRange ? { kind: 'fixed', from, to } : fallback;
  }
  const preset = rangePresets.find(({ word }) => word === parameters.get('range'));
  return preset === undefined ? fallback : { kind: 'last', seconds: preset.seconds };
}

/** The parameters that say a range; null where one is not needed. */
export function writeTimeRange(range: TimeRange): Readonly<Record<'from' | 'to' | 'range', string | null>> {
  if (range.kind === 'fixed') return { from: trim(range.from), to: trim(range.to), range: null };
  const preset = rangePresets.find(({ seconds }) => seconds === range.seconds);
  const word = preset === undefined || preset === rangePresets[0] ? null : preset.word;
  return { from: null, to: null, range: word };
}

export function windowOf(range: TimeRange, now: number): TimeWindow {
  if (range.kind === 'fixed') return { from: range.from, to: range.to };
  return { from: now - range.seconds, to: now };
}

/** Moves by half a window; `direction` -1 is into the past. Never past now: there the range becomes live again. */
export function shiftRange(range: TimeRange, direction: -1 | 1, now: number): TimeRange {
  const { from, to } = windowOf(range, now);
  const length = to - from;
  const moved = { from: from + (direction * length) / 2, to: to + (direction * length) / 2 };
  if (moved.to < now) return { kind: 'fixed', ...moved };
  const preset = rangePresets.find(({ seconds }) => Math.abs(seconds - length) < 1);
  if (preset !== undefined) return { kind: 'last', seconds: preset.seconds };
  return { kind: 'fixed', from: now - length, to: now };
}

/** What a brush of the chart selects: never shorter than the eye can use. */
export function brushedRange(from: number, to: number): TimeRange {
  const length = Math.max(shortestRange, to - from);
  const middle = (from + to) / 2;
  return { kind: 'fixed', from: middle - length / 2, to: middle + length / 2 };
}

/** A moment in the address; undefined: now. */
export function parseMomentParameter(parameters: URLSearchParams): number | undefined {
  return toNumber(parameters.get('at'));
}

export function trim(seconds: number): string {
  return String(Math.round(seconds * 1000) / 1000);
}

function toNumber(text: string | null): number | undefined {
  if (text === null || !/^\d{1,11}(\.\d{1,6})?$/.test(text)) return undefined;
  return Number(text);
}
