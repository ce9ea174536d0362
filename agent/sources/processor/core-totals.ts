// Sums of counters that the kernel keeps per core in 32 bits. In: a table of a column per core, row by row. Out: sums
// that go on where a core's counter began anew at 0, as long as the agent runs. It takes no row that lacks a number.
// Invariants: a total never falls; columns are compared only while the line that names the cores stays the same.
import type { ByteCursor } from '../../host/byte-cursor.ts';

const overflow = 2 ** 32;
/** Whatever falls from below this did not overflow. */
const nearOverflow = 2 ** 31;
const coreLimit = 8192;

export class CoreTotals {
  readonly #totals: Float64Array;
  #header: Buffer = Buffer.alloc(0);
  #row = new Float64Array(0);
  /** One row of the last reading after another. */
  #earlier = new Float64Array(0);

  constructor(rows: number) {
    this.#totals = new Float64Array(rows).fill(Number.NaN);
  }

  /** Takes the line `CPU0 CPU1 …` under the cursor; false when it is another one. */
  follow(cursor: ByteCursor): boolean {
    const { bytes, position, lineEnd } = cursor;
    if (this.#row.length > 0 && this.#header.compare(bytes, position, lineEnd) === 0) return true;
    const cores = countCores(cursor);
    if (cores === 0) return false;
    this.#header = Buffer.from(bytes.subarray(position, lineEnd));
    this.#row = new Float64Array(cores);
    this.#earlier = new Float64Array(cores * this.#totals.length).fill(Number.NaN);
    return true;
  }

  /** The total with the numbers under the cursor; NaN when one is missing. */
  add(cursor: ByteCursor, row: number): number {
    const cores = this.#row.length;
    let sum = 0;
    for (let core = 0; core < cores; core += 1) {
      const count = cursor.integer();
      this.#row[core] = count;
      sum += count;
    }
    if (Number.isNaN(sum)) return Number.NaN;
    const known = this.#totals[row] ?? Number.NaN;
    const total = Number.isNaN(known) ? sum : known + this.#growth(row);
    this.#earlier.set(this.#row, row * cores);
    this.#totals[row] = total;
    return total;
  }

  #growth(row: number): number {
    const cores = this.#row.length;
    let growth = 0;
    for (let core = 0; core < cores; core += 1) {
      const before = this.#earlier[row * cores + core] ?? Number.NaN;
      const step = (this.#row[core] ?? Number.NaN) - before;
      if (step > 0) growth += step;
      else if (step < 0 && before >= nearOverflow) growth += step + overflow;
    }
    return growth;
  }
}

function countCores(cursor: ByteCursor): number {
  let cores = 0;
  for (;;) {
    cursor.skipSpaces();
    if (cursor.position === cursor.lineEnd) return cores <= coreLimit ? cores : 0;
    if (!cursor.accept('CPU') || Number.isNaN(cursor.integer())) return 0;
    cores += 1;
  }
}
