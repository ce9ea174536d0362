// Times for people: the browser's time zone, 24 hours, ISO order. Pure.

export function formatClock(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function formatDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function formatMoment(seconds: number): string {
  return `${formatDate(seconds)} ${formatClock(seconds)}`;
}

/** Labels of a time axis: the date where a day begins, seconds only where the steps are that fine. */
export function formatTimeSplits(splits: readonly number[]): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  return splits.map((seconds) => {
    const clock = formatClock(seconds);
    if (clock === '00:00:00') return formatDate(seconds).slice(5);
    return step > 0 && step < 60 ? clock : clock.slice(0, 5);
  });
}

/** For a datetime-local field: 2026-01-31T23:59:59. */
export function toFieldValue(seconds: number): string {
  return `${formatDate(seconds)}T${formatClock(seconds)}`;
}

export function fromFieldValue(text: string): number | undefined {
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed / 1000;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
