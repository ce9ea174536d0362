// In: rows of numbers, or of bytes. Out: places in a few large arrays, which are used again once their segment is dropped:
// memory that is touched for the first time costs more than the copy. A hundred thousand rows as arrays of their own would
// cost the garbage collector and the allocator a quarter more.

type Row = Float64Array | Uint8Array;

/** 4 MiB; what is not used of it takes no memory. */
const bytesPerSlab = 4 * 1024 * 1024;

/** Where a row is: it begins at `slab[offset]`. */
export interface Place<R extends Row> {
  readonly slab: R;
  readonly offset: number;
}

/** Slabs that nobody uses any more, of one kind. */
export class FreeSlabs<R extends Row> {
  readonly length: number;
  readonly #create: (length: number) => R;
  #free: R[] = [];

  constructor(kind: { readonly BYTES_PER_ELEMENT: number; new (length: number): R }) {
    this.length = bytesPerSlab / kind.BYTES_PER_ELEMENT;
    this.#create = (length) => new kind(length);
  }

  take(length: number): R {
    const used = length > this.length ? undefined : this.#free.pop();
    return used ?? this.#create(Math.max(this.length, length));
  }

  /** In place of all that are here: not more than one segment needed, so a storm that is over gives its memory back. */
  put(slabs: readonly R[]): void {
    this.#free = slabs.filter(({ length }) => length === this.length);
  }
}

export class Slabs<R extends Row> implements Place<R> {
  /** Of the last row. */
  slab: R;
  offset = 0;
  readonly #free: FreeSlabs<R>;
  readonly #own: R[];
  #next = 0;

  constructor(free: FreeSlabs<R>) {
    this.#free = free;
    this.slab = free.take(0);
    this.#own = [this.slab];
  }

  put(row: R): void {
    if (this.#next + row.length > this.slab.length) {
      this.slab = this.#free.take(row.length);
      this.#own.push(this.slab);
      this.#next = 0;
    }
    this.offset = this.#next;
    this.slab.set(row, this.offset);
    this.#next += row.length;
  }

  /** Nothing may be read from them any more. */
  release(): void {
    this.#free.put(this.#own);
  }
}
