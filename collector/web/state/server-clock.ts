// The collector's clock as far as a browser can know it: its own clock, put right by the Date header of answers.

const clock = { offsetSeconds: 0 };

/** The header has whole seconds, so half a second is added; small differences are left alone. */
export function noteServerDate(header: string | null): void {
  if (header === null) return;
  const told = Date.parse(header);
  if (Number.isNaN(told)) return;
  const offset = (told + 500 - Date.now()) / 1000;
  clock.offsetSeconds = Math.abs(offset) < 2 ? 0 : offset;
}

/** Seconds since the Unix epoch. */
export function serverNow(): number {
  return Date.now() / 1000 + clock.offsetSeconds;
}
