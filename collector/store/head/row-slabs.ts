// In: rows of values. Out: places in a few large arrays. A hundred thousand rows as arrays of their own would cost the
// garbage collector and the allocator a quarter more, and would not be given back at once.

/** 4 MiB; what is not used of it takes no memory. */
const valuesPerSlab = 512 * 1024;

export class RowSlabs {
  /** Where the last row is: `slab[offset]` is its first value. */
  slab = new Float64Array(0);
  offset = 0;
  #next = 0;

  put(values: Float64Array): void {
    if (this.#next + values.length > this.slab.length) {
      this.slab = new Float64Array(Math.max(valuesPerSlab, values.length));
      this.#next = 0;
    }
    this.offset = this.#next;
    this.slab.set(values, this.offset);
    this.#next += values.length;
  }
}
