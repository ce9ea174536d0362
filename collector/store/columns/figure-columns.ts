// In: what changes of processes, one process after another, oldest first. Out: columns of small whole numbers, and back.
//
// One column says which fields are known of each entry, a bit each. For each field follow the first whole number of each
// process and by how much each later one is more than the one before; of a field that tells no change (or has values
// that are no such whole numbers: it goes as it is) one column of all that is known.

import { alwaysKnown, type Field, fields, type SnapshotColumns } from './process-figures.ts';
import type { ArrangedProcesses } from './process-presence.ts';
import { maxWhole } from './scaled-column.ts';

export interface FigureColumns {
  /** A bit for each field that goes as it is. */
  readonly asTheyAre: number;
  readonly columns: readonly Float64Array[];
}

const none = new Float64Array(0);

export function toFigureColumns(
  snapshots: readonly SnapshotColumns[],
  arranged: Pick<ArrangedProcesses, 'starts' | 'moments' | 'rows'>,
): FigureColumns {
  const { starts } = arranged;
  const count = arranged.rows.length;
  const rows = fields.map((_, field) => valuesOf(snapshots, arranged, field));
  const wholes = new Float64Array(count);
  const columns = [knownBits(rows, count)];
  let asTheyAre = 0;
  for (const [place, field] of fields.entries()) {
    const values = rows[place] ?? none;
    const isWhole = scale(values, field, wholes);
    if (!isWhole) asTheyAre |= 1 << place;
    const told = isWhole ? wholes : values;
    columns.push(...(isWhole && field.isChange ? changes(told, starts) : [plain(told)]));
  }
  return { asTheyAre, columns };
}

function valuesOf(
  snapshots: readonly SnapshotColumns[],
  { moments, rows }: Pick<ArrangedProcesses, 'moments' | 'rows'>,
  field: number,
): Float64Array {
  const values = new Float64Array(rows.length);
  const isLast = field === fields.length - 1;
  for (let entry = 0; entry < values.length; entry += 1) {
    const snapshot = snapshots[moments[entry] ?? 0];
    const row = rows[entry] ?? 0;
    if (snapshot === undefined) continue;
    values[entry] = isLast
      ? (snapshot.waitChannelIds?.[row] ?? Number.NaN)
      : (snapshot.figures[field * snapshot.ids.length + row] ?? 0);
  }
  return values;
}

/** The values of each field, for each entry; NaN where it is not known. `next` gives the columns, one after another. */
export function fromFigureColumns(
  asTheyAre: number,
  starts: Int32Array,
  next: () => Float64Array,
): Float64Array[] {
  const known = next();
  return fields.map((field, place) => {
    const isWhole = (asTheyAre & (1 << place)) === 0;
    const bit = place < alwaysKnown ? 0 : 1 << (place - alwaysKnown);
    const firsts = next();
    const later = isWhole && field.isChange ? next() : none;
    const values =
      isWhole && field.isChange
        ? accumulated({ known, bit, starts }, firsts, later)
        : spread(known, bit, firsts);
    if (!isWhole) return values;
    const { of, by } = field;
    for (let entry = 0; entry < values.length; entry += 1) values[entry] = ((values[entry] ?? 0) * of) / by;
    return values;
  });
}

function knownBits(rows: readonly Float64Array[], count: number): Float64Array {
  const known = new Float64Array(count);
  for (const [field, values] of rows.entries()) {
    if (field < alwaysKnown) continue;
    const bit = 1 << (field - alwaysKnown);
    for (let entry = 0; entry < count; entry += 1) {
      const value = values[entry] ?? 0;
      if (value === value) known[entry] = (known[entry] ?? 0) + bit;
    }
  }
  return known;
}

/** Makes whole numbers of the values of a field. False: they are none. */
function scale(values: Float64Array, { of, by }: Field, wholes: Float64Array): boolean {
  for (let entry = 0; entry < values.length; entry += 1) {
    const value = values[entry] ?? 0;
    const whole = of === by ? Math.round(value) : Math.round((value * by) / of);
    wholes[entry] = whole;
    // NaN alone differs from itself.
    if (value !== value) continue;
    if ((whole * of) / by !== value || whole > maxWhole || whole < -maxWhole) return false;
    if (value === 0 && Object.is(value, -0)) return false;
  }
  return true;
}

function plain(values: Float64Array): Float64Array {
  const known = new Float64Array(values.length);
  let count = 0;
  for (let entry = 0; entry < values.length; entry += 1) {
    const value = values[entry] ?? 0;
    if (value === value) known[count++] = value;
  }
  return known.subarray(0, count);
}

function changes(wholes: Float64Array, starts: Int32Array): [Float64Array, Float64Array] {
  const firsts = new Float64Array(starts.length);
  const later = new Float64Array(wholes.length);
  let firstCount = 0;
  let laterCount = 0;
  for (let process = 0; process + 1 < starts.length; process += 1) {
    let before = Number.NaN;
    const end = starts[process + 1] ?? 0;
    for (let entry = starts[process] ?? 0; entry < end; entry += 1) {
      const whole = wholes[entry] ?? 0;
      if (whole !== whole) continue;
      if (before !== before) firsts[firstCount++] = whole;
      else later[laterCount++] = whole - before;
      before = whole;
    }
  }
  return [firsts.subarray(0, firstCount), later.subarray(0, laterCount)];
}

interface Known {
  readonly known: Float64Array;
  /** 0: always known. */
  readonly bit: number;
  readonly starts: Int32Array;
}

function accumulated({ known, bit, starts }: Known, firsts: Float64Array, later: Float64Array): Float64Array {
  const values = new Float64Array(known.length);
  let firstCount = 0;
  let laterCount = 0;
  for (let process = 0; process + 1 < starts.length; process += 1) {
    let before = Number.NaN;
    const end = starts[process + 1] ?? 0;
    for (let entry = starts[process] ?? 0; entry < end; entry += 1) {
      if (bit !== 0 && ((known[entry] ?? 0) & bit) === 0) {
        values[entry] = Number.NaN;
        continue;
      }
      before = before !== before ? (firsts[firstCount++] ?? 0) : before + (later[laterCount++] ?? 0);
      values[entry] = before;
    }
  }
  return values;
}

function spread(known: Float64Array, bit: number, plain: Float64Array): Float64Array {
  let count = 0;
  return known.map((bits) => (bit !== 0 && (bits & bit) === 0 ? Number.NaN : (plain[count++] ?? 0)));
}
