// The key of rows that belong to a node and a moment: node id in the high bits, milliseconds in the low 42 (until the
// year 2109). So the rows of one node lie together in order of time.
import { maxTimeMs } from '../../shared/model/time.ts';

/** SQL for a key from two parameters: node id, time in ms. */
export const keySql = '((? << 42) | ?)';

/** SQL for the time in a key, ms. */
export const timeSql = `(key & ${maxTimeMs})`;

/** The time itself when it can be part of a key; anything else is refused. */
export function checkedTime(timeMs: number): number {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > maxTimeMs) {
    throw new RangeError(`time ${timeMs} ms: not a whole number of milliseconds in 1970 to 2109`);
  }
  return timeMs;
}

/** Both ends of a range in whole milliseconds, brought within what a key can hold. */
export function timeRange(fromMs: number, toMs: number): readonly [fromMs: number, toMs: number] {
  return [Math.max(Math.ceil(fromMs), 0), Math.min(Math.floor(toMs), maxTimeMs)];
}
