// In: rows of values. Out: places in a few large arrays, which are used again once their segment is dropped: memory that
// is touched for the first time costs more than the copy. A hundred thousand rows as arrays of their own would cost the
// garbage collector and the allocator a quarter more.

/** 4 MiB; what is not used of it takes no memory. */
const valuesPerSlab = 512 * 1024;

export class RowSlabs {
  /** Where the last row is: `slab[offset]` is its first value. */
  slab: Float64Array = new Float64Array(0);
  offset = 0;
  readonly #free: Float64Array[];
  readonly #own: Float64Array[] = [];
  #next = 0;

  /** `free`: slabs that nobody uses any more. It is taken from there first. */
  constructor(free: Float64Array[]) {
    this.#free = free;
  }

  put(values: Float64Array): void {
    if (this.#next + values.length > this.slab.length) this.#begin(values.length);
    this.offset = this.#next;
    this.slab.set(values, this.offset);
    this.#next += values.length;
  }

  /** Those of the usual size. Nothing may be read from them any more. */
  release(): readonly Float64Array[] {
    return this.#own.filter(({ length }) => length === valuesPerSlab);
  }

  #begin(length: number): void {
    const used = length > valuesPerSlab ? undefined : this.#free.pop();
    this.slab = used ?? new Float64Array(Math.max(valuesPerSlab, length));
    this.#own.push(this.slab);
    this.#next = 0;
  }
}
