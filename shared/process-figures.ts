// The figures of the processes of a snapshot as bytes, and back exactly: column after column, as they travel, are written to the log
// and wait to be flushed. In: figures. Out: about 12 bytes a process.
//   column  0: not known of any process │ 1: multiples of its grain, a varint each; of figures that may be unknown one more than
//           that, 0 is not known │ 2: f64 each, NaN is not known
import type { ProcessSample } from './model/process.ts';
import { putVarint } from './varint.ts';

/** Place of each figure among the columns. Those behind `resident` may be unknown: NaN. */
export const figure = {
  threads: 0,
  /** A UTF-16 unit; 0: none. */
  state: 1,
  cpu: 2,
  memory: 3,
  resident: 4,
  read: 5,
  write: 6,
  voluntary: 7,
  involuntary: 8,
  gpu: 9,
} as const;

export const figureCount = 10;
/** The others may be unknown. */
export const alwaysKnown = 5;
/** How the values of a column are told. */
export const told = { not: 0, wholes: 1, floats: 2 } as const;

const kib = 1 / 1024;
/** Multiples of its grain are a figure's values times these. */
const grains = [1, 1, 10_000, 10_000, kib, kib, kib, 1, 1, kib] as const;
const mostGrains = 2 ** 51;
const longestValue = 8;

export function packFigures(processes: readonly ProcessSample[]): Uint8Array {
  const bytes = new Uint8Array(figureCount * (1 + processes.length * longestValue));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let column = 0; column < figureCount; column += 1) {
    const values = processes.map((process) => valueOf(process, column));
    const begin = at;
    const end =
      column >= alwaysKnown && values.every(Number.isNaN)
        ? begin
        : putWholes(bytes, begin, { values, column });
    bytes[begin] = end === begin ? told.not : end === -1 ? told.floats : told.wholes;
    at = Math.max(begin + 1, end);
    if (end !== -1) continue;
    for (const value of values) {
      view.setFloat64(at, value, true);
      at += 8;
    }
  }
  return bytes.subarray(0, at);
}

/** `into` has room for all columns. */
export function unpackFigures(bytes: Uint8Array, rows: number, into: Float64Array): void {
  let at = 0;
  for (let column = 0; column < figureCount; column += 1) {
    const how = bytes[at++] ?? told.not;
    const from = column * rows;
    if (how === told.not) into.fill(Number.NaN, from, from + rows);
    else if (how === told.floats) at = readFloats(bytes, at, into.subarray(from, from + rows));
    else at = readWholes(bytes, at, { into, from, rows, column });
  }
}

function valueOf(process: ProcessSample, column: number): number {
  switch (column) {
    case figure.threads:
      return process.threads;
    case figure.state:
      return process.state.charCodeAt(0) || 0;
    case figure.cpu:
      return process.cpuRatio;
    case figure.memory:
      return process.memoryRatio;
    case figure.resident:
      return process.residentBytes;
    case figure.read:
      return process.readBytesPerSecond ?? Number.NaN;
    case figure.write:
      return process.writeBytesPerSecond ?? Number.NaN;
    case figure.voluntary:
      return process.voluntarySwitchesPerSecond ?? Number.NaN;
    case figure.involuntary:
      return process.involuntarySwitchesPerSecond ?? Number.NaN;
    default:
      return process.gpuMemoryBytes ?? Number.NaN;
  }
}

/** Behind the byte that says how. Returns the place behind them; -1: they are no multiples. */
function putWholes(
  bytes: Uint8Array,
  begin: number,
  { values, column }: { readonly values: readonly number[]; readonly column: number },
): number {
  const grain = grains[column] ?? 1;
  const plus = column < alwaysKnown ? 0 : 1;
  let at = begin + 1;
  for (const value of values) {
    const whole = Number.isNaN(value) && plus === 1 ? -1 : Math.round(value * grain);
    const isExact = whole >= 0 && whole <= mostGrains && whole / grain === value && !Object.is(value, -0);
    if (!isExact && whole !== -1) return -1;
    if (!isExact && !Number.isNaN(value)) return -1;
    at = putVarint(bytes, at, whole + plus);
  }
  return at;
}

function readFloats(bytes: Uint8Array, begin: number, into: Float64Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let row = 0; row < into.length; row += 1) into[row] = view.getFloat64(begin + 8 * row, true);
  return begin + 8 * into.length;
}

interface Wholes {
  readonly into: Float64Array;
  readonly from: number;
  readonly rows: number;
  readonly column: number;
}

function readWholes(bytes: Uint8Array, begin: number, { into, from, rows, column }: Wholes): number {
  const grain = grains[column] ?? 1;
  const isOptional = column >= alwaysKnown;
  let at = begin;
  for (let row = 0; row < rows; row += 1) {
    let value = bytes[at++] ?? 0;
    if (value > 127) {
      let scale = 128;
      value &= 127;
      for (let byte = 128; byte > 127; scale *= 128) {
        byte = bytes[at++] ?? 0;
        value += (byte & 127) * scale;
      }
    }
    into[from + row] = !isOptional ? value / grain : value === 0 ? Number.NaN : (value - 1) / grain;
  }
  return at;
}
