// Small whole numbers for names that stand in bytes, so that a name becomes a string once and not at every tick.
// In: a range of bytes. Out: 0, 1, 2 …, the same for the same bytes; -1 when the table is full.
// Invariant: `last` is only a guess where the next name stands: kernel files keep their order.

export class ByteNames {
  readonly #names: Buffer[] = [];
  readonly #limit: number;
  #last = -1;

  constructor(limit: number) {
    this.#limit = limit;
  }

  idOf(bytes: Buffer, start: number, end: number): number {
    const count = this.#names.length;
    for (let step = 1; step <= count; step += 1) {
      const id = (this.#last + step) % count;
      if (!isSame(this.#names[id], bytes, start, end)) continue;
      this.#last = id;
      return id;
    }
    if (count >= this.#limit) return -1;
    this.#names.push(Buffer.from(bytes.subarray(start, end)));
    this.#last = count;
    return count;
  }
}

function isSame(name: Buffer | undefined, bytes: Buffer, start: number, end: number): boolean {
  if (name?.length !== end - start) return false;
  for (let i = 0; i < name.length; i += 1) if (name[i] !== bytes[start + i]) return false;
  return true;
}
