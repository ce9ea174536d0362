// The columns of a snapshot on the wire, as they lie in the bytes of a message or in a message that was read. Out: figures as bytes
// (shared/process-figures.ts), which count in the same units. It refuses (WireError) columns of another length than the others and
// states that are no letters, and (RangeError) bytes that end within a number.
import type { Span } from '../../proto/field-scanner.ts';
import type { ProcessSnapshot as WireSnapshot } from '../../proto/gen/jidi/v1/ProcessSnapshot.ts';
import { columnField } from '../../proto/scan-process-batch.ts';
import { alwaysKnown, figureCount, told } from '../process-figures.ts';
import { putVarint } from '../varint.ts';
import { checkLength } from './bounds.ts';
import type { ByteRoom } from './byte-room.ts';
import { malformed, tooLarge } from './wire-error.ts';

type ColumnName = keyof typeof columnField;

export interface WireColumns {
  /** Throws WireError when there are more than so many. */
  numbers(name: ColumnName, most: number): readonly number[];
  /** Writes them as varints, or bytes as they are, at most so many; how many there are is in `count` then. */
  put(name: ColumnName, target: Target, most: number): void;
}

interface Target {
  readonly bytes: Uint8Array;
  at: number;
  count: number;
}

/** In the order of `figure`. */
const names = [
  'threads',
  'states',
  'cpuRatioE4',
  'memoryRatioE4',
  'residentKib',
  'readKibPerSecondPlus1',
  'writeKibPerSecondPlus1',
  'voluntarySwitchesPerSecondPlus1',
  'involuntarySwitchesPerSecondPlus1',
  'gpuMemoryKibPlus1',
] as const satisfies readonly ColumnName[];
const field = 'processes.snapshots';
const longestNumber = 5;
/** Of the tenth byte of a varint. */
const mostScale = 2 ** 63;

export function packColumns(columns: WireColumns, rows: number, room: ByteRoom): Uint8Array {
  const target = { ...room.reserve(figureCount * (1 + longestNumber * rows)), count: 0 };
  for (const [place, name] of names.entries()) {
    const begin = target.at;
    target.at += 1;
    columns.put(name, target, rows);
    const isNot = place >= alwaysKnown && target.count === 0;
    if (!isNot) checkColumn(name, target.count, rows);
    if (name === 'states') checkStates(target.bytes, begin + 1, target.at);
    target.bytes[begin] = isNot ? told.not : told.wholes;
  }
  return room.take(target.at);
}

export function checkColumn(name: ColumnName, length: number, rows: number): void {
  if (length === rows) return;
  const inProto = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  checkLength(`${field}.${inProto}`, length, rows);
}

export function readColumns(snapshot: WireSnapshot): WireColumns {
  return {
    numbers: (name, most) => {
      checkRows(snapshot[name].length, most);
      return Array.from(snapshot[name]);
    },
    put(name, target, most) {
      const numbers = snapshot[name];
      target.count = numbers.length;
      for (let row = 0; row < Math.min(most, numbers.length); row += 1) {
        target.at = putVarint(target.bytes, target.at, numbers[row] ?? 0);
      }
    },
  };
}

export function scannedColumns(bytes: Uint8Array, columns: readonly (Span | undefined)[]): WireColumns {
  return {
    numbers(name, most) {
      const span = columns[columnField[name]];
      return span === undefined ? [] : readNumbers(bytes, span, most);
    },
    put(name, target, most) {
      const span = columns[columnField[name]];
      target.count = 0;
      if (span === undefined) return;
      if (name === 'states') putBytes(bytes, span, { target, most });
      else putNumbers(bytes, span, { target, most });
    },
  };
}

function checkRows(count: number, most: number): void {
  if (count > most) throw tooLarge(`${field}.ids`, `${count} entries, at most ${most}`);
}

/** Letters or `?`. */
function checkStates(bytes: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    const letter = byte | 32;
    if ((letter < 97 || letter > 122 || byte > 127) && byte !== 63) {
      throw malformed(`${field}.states`, `${byte} is no state letter`);
    }
  }
}

interface Putting {
  readonly target: Target;
  readonly most: number;
}

function putBytes(bytes: Uint8Array, { from, to }: Span, { target, most }: Putting): void {
  target.count = to - from;
  const end = Math.min(to, from + most);
  for (let at = from; at < end; at += 1) target.bytes[target.at++] = bytes[at] ?? 0;
}

/** Packed numbers of 32 bits. */
function putNumbers(bytes: Uint8Array, { from, to }: Span, { target, most }: Putting): void {
  const out = target.bytes;
  let put = target.at;
  let count = 0;
  for (let at = from; at < to; count += 1) {
    const byte = bytes[at] ?? 0;
    if (byte > 127) {
      const end = endOfNumber(bytes, at, to);
      if (count < most) put = putVarint(out, put, numberAt(bytes, at, end));
      at = end;
    } else {
      if (count < most) out[put++] = byte;
      at += 1;
    }
  }
  target.at = put;
  target.count = count;
}

function readNumbers(bytes: Uint8Array, { from, to }: Span, most: number): readonly number[] {
  const numbers: number[] = [];
  let count = 0;
  for (let at = from; at < to; count += 1) {
    const end = endOfNumber(bytes, at, to);
    if (count < most) numbers.push(numberAt(bytes, at, end));
    at = end;
  }
  checkRows(count, most);
  return numbers;
}

function endOfNumber(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while ((bytes[at] ?? 0) > 127) {
    at += 1;
    if (at >= to) throw new RangeError('a message that ends too early');
    if (at - from > 9) throw new RangeError('a number of more than ten bytes');
  }
  return at + 1;
}

/** Of what is longer than 32 bits the lowest. */
function numberAt(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  let scale = 1;
  for (let at = from; at < end && scale <= mostScale; at += 1) {
    value += ((bytes[at] ?? 0) & 127) * scale;
    scale *= 128;
  }
  return value >>> 0;
}
