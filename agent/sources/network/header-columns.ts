// Numbers of tables whose first line names their columns. In: that line as bytes, and the wanted names. Out: where each
// stands. A line that has not changed is not parsed again: its bytes are compared.
import type { ByteCursor } from '../../host/byte-cursor.ts';

/** Names in a line, at most; a longer line is no table of the kernel. */
const nameLimit = 1024;

export class HeaderColumns {
  readonly #wanted: readonly string[];
  #line: Buffer = Buffer.alloc(0);
  #columns: readonly WantedColumn[] = [];

  constructor(wanted: readonly string[]) {
    this.#wanted = wanted;
  }

  /** The wanted columns of the cursor's line, from left to right; names that are not there are left out. */
  of(cursor: ByteCursor): readonly WantedColumn[] {
    const { bytes, position, lineEnd } = cursor;
    if (this.#line.compare(bytes, position, lineEnd) === 0) return this.#columns;
    this.#line = Buffer.from(bytes.subarray(position, lineEnd));
    this.#columns = findColumns(this.#line.toString('latin1'), this.#wanted);
    return this.#columns;
  }
}

export interface WantedColumn {
  /** Place in the list of wanted names. */
  readonly wanted: number;
  /** Words between the column before and this one. */
  readonly skip: number;
}

function findColumns(line: string, wanted: readonly string[]): readonly WantedColumn[] {
  const columns: WantedColumn[] = [];
  let skip = 0;
  for (const name of line.split(/[ \t]+/, nameLimit).filter((word) => word !== '')) {
    const at = wanted.indexOf(name);
    if (at < 0) {
      skip += 1;
    } else {
      columns.push({ wanted: at, skip });
      skip = 0;
    }
  }
  return columns;
}
