// Reads the files of control groups, v1 (Documentation/admin-guide/cgroup-v1) and v2 (admin-guide/cgroup-v2.rst).
// In: a cursor over the file. Out: values in base units; what is missing, cut or unlimited stays NaN.
import type { ByteCursor } from '../../host/byte-cursor.ts';
import { parsePressure } from '../processor/pressure.ts';

/** Fills `values` and returns how many were found. */
export type ParseValues = (cursor: ByteCursor, values: Float64Array) => number;

/** v1 says `no limit` with the largest number of pages; v2 writes `max`. */
const leastUnlimited = 2 ** 60;

/** Lines `key number`; the values stand in the order of the keys. */
export function keyedParser(keys: readonly string[], divisor = 1): ParseValues {
  const starts = keys.map((key) => `${key} `);
  return (cursor, values) => {
    let found = 0;
    while (found < starts.length && cursor.nextLine()) {
      for (let i = 0; i < starts.length; i += 1) {
        if (!cursor.accept(starts[i] ?? '')) continue;
        values[i] = cursor.integer() / divisor;
        found += 1;
        break;
      }
    }
    return found;
  };
}

/** One number, or `max`. */
export const parseSingle: ParseValues = (cursor, values) => {
  if (!cursor.nextLine()) return 0;
  if (cursor.accept('max')) return 1;
  const value = cursor.integer();
  if (Number.isNaN(value)) return 0;
  if (value < leastUnlimited) values[0] = value;
  return 1;
};

/** Waiting and stalled seconds. */
export const parsePressureTotals: ParseValues = (cursor, values) => {
  const lines = parsePressure(cursor);
  for (const { kind, totalSeconds } of lines) values[kind === 'some' ? 0 : 1] = totalSeconds;
  return lines.length;
};

/** What one block device did; NaN for what its file does not tell. */
export interface DeviceValues {
  readBytes: number;
  writtenBytes: number;
  reads: number;
  writes: number;
}

const ioKeys = [
  ['rbytes=', 'readBytes'],
  ['wbytes=', 'writtenBytes'],
  ['rios=', 'reads'],
  ['wios=', 'writes'],
] as const;

/** v2 io.stat: `8:0 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0`, `8:0` alone for none. */
export function parseIoStat(cursor: ByteCursor, valuesOf: (device: string) => DeviceValues): number {
  let found = 0;
  while (cursor.nextLine()) {
    const device = deviceNumber(cursor);
    if (device === null) continue;
    const values = valuesOf(device);
    for (;;) {
      cursor.skipSpaces();
      const [, key] = ioKeys.find(([start]) => cursor.accept(start)) ?? [];
      if (key !== undefined) values[key] = cursor.integer();
      else if (cursor.word() === cursor.position) break;
    }
    found += 1;
  }
  return found;
}

/** v1 blkio.throttle.…_recursive: `8:0 Read 4096`, `8:0 Write 0` and others, at the end `Total 4096`. */
export function parseBlkio(
  cursor: ByteCursor,
  valuesOf: (device: string) => DeviceValues,
  [read, write]: readonly [keyof DeviceValues, keyof DeviceValues],
): number {
  let found = 0;
  while (cursor.nextLine()) {
    if (cursor.accept('Total ')) found += 1;
    const device = deviceNumber(cursor);
    if (device === null) continue;
    cursor.skipSpaces();
    const key = cursor.accept('Read ') ? read : cursor.accept('Write ') ? write : null;
    if (key !== null) valuesOf(device)[key] = cursor.integer();
    found += 1;
  }
  return found;
}

/** `8:0`; null for anything else. */
function deviceNumber(cursor: ByteCursor): string | null {
  const start = cursor.word();
  const word = cursor.position - start > 16 ? '' : cursor.text(start, cursor.position);
  return /^\d+:\d+$/.test(word) ? word : null;
}
