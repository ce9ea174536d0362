// Bits whose chance is learnt as they come, in as little room as their surprise. In: bits, each with the place of its chance in a
// table. Out: bytes, and the same bits again. A range coder with carry, as in LZMA, of 31 bits: every number is a small integer
// of the engine. The chances are 16 bits and move fast at first.
// A reader past the end of its bytes reads zeros: who uses it checks its bytes before and bounds its counts.

/** A range is at least this and below `whole`; what is written lies in steps of a byte. */
const top = 2 ** 23;
const whole = 2 ** 31;
/** Of a chance, so many bits divide the range. */
const shareBits = 12;
const even = 2 ** 15;
const slowest = 48;

/** What was learnt of each of so many kinds of bits. */
export class Chances {
  readonly #zero: Uint16Array;
  readonly #seen: Uint8Array;

  constructor(places: number) {
    this.#zero = new Uint16Array(places).fill(even);
    this.#seen = new Uint8Array(places);
  }

  /** Of a range, what a zero has; some is left for a one. */
  of(place: number, range: number): number {
    return (range >>> shareBits) * ((this.#zero[place] ?? even) >>> (16 - shareBits));
  }

  learn(place: number, bit: number): void {
    const seen = this.#seen[place] ?? 0;
    const zero = this.#zero[place] ?? even;
    const target = bit === 0 ? 65_472 : 64;
    this.#zero[place] = zero + Math.trunc((target - zero) / (seen + 1.6));
    if (seen < slowest) this.#seen[place] = seen + 1;
  }
}

/** `size` is more than none. */
export interface Part {
  readonly before: number;
  readonly size: number;
  readonly total: number;
}

export class RangeWriter {
  readonly #bytes: number[] = [];
  #low = 0;
  #range = whole - 1;
  #held = 0;
  #pending = 0;
  #isFirst = true;

  bit(chances: Chances, place: number, bit: number): void {
    const bound = chances.of(place, this.#range);
    if (bit === 0) this.#range = bound;
    else {
      this.#low += bound;
      this.#range -= bound;
    }
    chances.learn(place, bit);
    this.#normalise();
  }

  /** One of so many of which `before` come first: `size` of `total`, which is at most 2^23. */
  part({ before, size, total }: Part): void {
    const unit = (this.#range / total) | 0;
    this.#low += unit * before;
    this.#range = unit * size;
    this.#normalise();
  }

  /** Bits of which nothing is known, highest first. */
  plain(value: number, bits: number): void {
    for (let at = bits - 1; at >= 0; at -= 1) {
      this.#range >>>= 1;
      if (Math.floor(value / 2 ** at) % 2 === 1) this.#low += this.#range;
      this.#normalise();
    }
  }

  /** All bytes; nothing can be written afterwards. */
  end(): Uint8Array {
    for (let byte = 0; byte < 5; byte += 1) this.#shift();
    let { length } = this.#bytes;
    // A reader reads zeros there.
    while (length > 0 && this.#bytes[length - 1] === 0) length -= 1;
    return Uint8Array.from(this.#bytes.slice(0, length));
  }

  #normalise(): void {
    while (this.#range < top) {
      this.#range <<= 8;
      this.#shift();
    }
  }

  /** A byte of 255 waits: a carry may still go through it. */
  #shift(): void {
    const carry = this.#low >= whole ? 1 : 0;
    const low = carry === 1 ? this.#low - whole : this.#low;
    const byte = low >>> 23;
    if (byte === 255 && carry === 0) this.#pending += 1;
    else {
      if (!this.#isFirst) this.#bytes.push((this.#held + carry) & 255);
      for (; this.#pending > 0; this.#pending -= 1) this.#bytes.push((255 + carry) & 255);
      this.#isFirst = false;
      this.#held = byte;
    }
    this.#low = (low & (top - 1)) << 8;
  }
}

export class RangeReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #range = whole - 1;
  #code = 0;
  #spare = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let byte = 0; byte < 4; byte += 1) this.#take();
  }

  bit(chances: Chances, place: number): number {
    const bound = chances.of(place, this.#range);
    const bit = this.#code < bound ? 0 : 1;
    if (bit === 0) this.#range = bound;
    else {
      this.#code -= bound;
      this.#range -= bound;
    }
    chances.learn(place, bit);
    this.#normalise();
    return bit;
  }

  /** Into which of so many the next part falls; `part` says then which one it was. */
  place(total: number): number {
    return Math.min(total - 1, (this.#code / ((this.#range / total) | 0)) | 0);
  }

  part({ before, size, total }: Part): void {
    const unit = (this.#range / total) | 0;
    this.#code -= unit * before;
    this.#range = unit * size;
    this.#normalise();
  }

  plain(bits: number): number {
    let value = 0;
    for (let at = 0; at < bits; at += 1) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      this.#normalise();
    }
    return value;
  }

  #normalise(): void {
    while (this.#range < top) {
      this.#range <<= 8;
      this.#take();
    }
  }

  /** 31 bits are no whole bytes: the last bit of each waits for the next. */
  #take(): void {
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    this.#code = (this.#code << 8) | (this.#spare << 7) | (byte >>> 1);
    this.#spare = byte & 1;
  }
}
