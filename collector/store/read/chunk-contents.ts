// Contents of chunks, checked and unpacked, kept as long as there is room: whoever looks at the same stretch again, or at the
// neighbour of a node, reads no file. In: a group of a slot, as it was read, and a series. Out: the content, or undefined.
//
// Groups are compared by identity: one that was read anew has nothing here. Two generations: what was not used during a whole
// one is forgotten.
import type { SlotGroup } from '../partitions/partition-reader.ts';

type Generation = Map<SlotGroup, Map<number, Uint8Array>>;

/** What is kept beside the bytes of a content. */
const bytesBeside = 200;

// Invariants: the younger generation has at most half of `maxBytes`, and so has the older one.
export class ChunkContents {
  readonly #maxBytes: number;
  #younger: Generation = new Map();
  #older: Generation = new Map();
  #youngerBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(group: SlotGroup, series: number): Uint8Array | undefined {
    const young = this.#younger.get(group)?.get(series);
    if (young !== undefined) return young;
    const old = this.#older.get(group)?.get(series);
    if (old !== undefined) this.put(group, series, old);
    return old;
  }

  put(group: SlotGroup, series: number, content: Uint8Array): void {
    // A copy where it is a small view of something larger: that would be kept with it.
    const own = content.buffer.byteLength > 2 * content.length ? Uint8Array.from(content) : content;
    const bytes = own.buffer.byteLength + bytesBeside;
    if (2 * bytes > this.#maxBytes) return;
    if (2 * (this.#youngerBytes + bytes) > this.#maxBytes) {
      this.#older = this.#younger;
      this.#younger = new Map();
      this.#youngerBytes = 0;
    }
    const known = this.#younger.get(group);
    if (known === undefined) this.#younger.set(group, new Map([[series, own]]));
    else known.set(series, own);
    this.#youngerBytes += bytes;
  }
}
