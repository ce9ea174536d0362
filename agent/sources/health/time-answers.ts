// What the programs of the clock say. In: the text that chronyc and ntpq print. Out: whether the clock is synchronised
// and how far it is off; null for anything else. The sign is that of the kernel: positive when the clock is behind.

export interface ClockState {
  readonly isSynchronised: boolean;
  /** Seconds; NaN when not told. */
  readonly offsetSeconds: number;
  /** The largest error that is possible, seconds; NaN when not told. */
  readonly maxErrorSeconds: number;
}

/**
 * `chronyc -c tracking`: reference id, its name, stratum, time of reference, system time, last offset, RMS offset,
 * frequency, residual frequency, skew, root delay, root dispersion, update interval, leap status. The system time is
 * what is left of the offset, positive when the clock is behind (`slow`).
 */
export function parseChronyTracking(text: string): ClockState | null {
  const lines = text.split('\n');
  const fields = lines[0]?.split(',') ?? [];
  const leap = fields[13];
  if (lines.length < 2 || fields.length !== 14 || leap === undefined) return null;
  if (!['Normal', 'Insert second', 'Delete second', 'Not synchronised'].includes(leap)) return null;
  const isSynchronised = leap !== 'Not synchronised';
  const offset = decimal(fields[4]);
  const error = rounded(decimal(fields[10]) / 2 + decimal(fields[11]) + Math.abs(offset));
  return {
    isSynchronised,
    // Before there is a reference, the fields are zeros that say nothing.
    offsetSeconds: isSynchronised ? offset : Number.NaN,
    maxErrorSeconds: isSynchronised ? error : Number.NaN,
  };
}

/** `ntpq -c rv`: `stratum=3, rootdelay=1.2, rootdisp=10.4, offset=+0.123456 …`, ms; leap_none or leap_alarm first. */
export function parseNtpVariables(text: string): ClockState | null {
  const leap = /\bleap_(none|add_sec|del_sec|alarm)\b/.exec(text)?.[1];
  if (leap === undefined || !text.endsWith('\n')) return null;
  const read = (name: string): number =>
    decimal(new RegExp(`\\b${name}=([^,\\s]*)[,\\n]`).exec(text)?.[1]) / 1000;
  const isSynchronised = leap !== 'alarm';
  // The kernel's offset is what is still to be added to the clock: so is ntpd's.
  const offset = read('offset');
  const error = read('rootdelay') / 2 + read('rootdisp') + Math.abs(offset);
  return {
    isSynchronised,
    offsetSeconds: isSynchronised ? rounded(offset) : Number.NaN,
    maxErrorSeconds: isSynchronised ? rounded(error) : Number.NaN,
  };
}

/** To the nanosecond. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1e9) / 1e9;
}

function decimal(text: string | undefined): number {
  return text !== undefined && /^[+-]?\d{1,12}(\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN;
}
