// Bits whose chance is learnt as they come, in as little room as their surprise. In: bits, each with the place of its chance in a
// table. Out: bytes, and the same bits again. A range coder with carry, as in LZMA; the chances are 16 bits and move fast at first.
// A reader past the end of its bytes reads zeros: who uses it checks its bytes before and bounds its counts.

const top = 2 ** 24;
const probabilityBits = 16;
const even = 2 ** (probabilityBits - 1);
const slowest = 48;

/** What was learnt of each of so many kinds of bits. */
export class Chances {
  readonly #zero: Uint16Array;
  readonly #seen: Uint8Array;

  constructor(places: number) {
    this.#zero = new Uint16Array(places).fill(even);
    this.#seen = new Uint8Array(places);
  }

  /** Of a zero, from 1 to 2^16 - 1. */
  of(place: number): number {
    return this.#zero[place] ?? even;
  }

  learn(place: number, bit: number): void {
    const seen = this.#seen[place] ?? 0;
    const zero = this.#zero[place] ?? even;
    const target = bit === 0 ? 65_472 : 64;
    this.#zero[place] = zero + Math.trunc((target - zero) / (seen + 1.6));
    if (seen < slowest) this.#seen[place] = seen + 1;
  }
}

export class RangeWriter {
  readonly #bytes: number[] = [];
  #low = 0;
  #range = 0xffff_ffff;
  #held = 0;
  #pending = 0;
  #isFirst = true;

  bit(chances: Chances, place: number, bit: number): void {
    const bound = (this.#range >>> probabilityBits) * chances.of(place);
    if (bit === 0) this.#range = bound;
    else {
      this.#low += bound;
      this.#range -= bound;
    }
    chances.learn(place, bit);
    this.#normalise();
  }

  /** A bit of which the chance is known: `zeros` and `ones` are how often each is still to come, both more than none. */
  known(zeros: number, ones: number, bit: number): void {
    const bound = (this.#range >>> probabilityBits) * shareOf(zeros, ones);
    if (bit === 0) this.#range = bound;
    else {
      this.#low += bound;
      this.#range -= bound;
    }
    this.#normalise();
  }

  /** Bits of which nothing is known, highest first. */
  plain(value: number, bits: number): void {
    for (let at = bits - 1; at >= 0; at -= 1) {
      this.#range = Math.floor(this.#range / 2);
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
      this.#range = this.#range * 256;
      this.#shift();
    }
  }

  /** A byte of 255 waits: a carry may still go through it. */
  #shift(): void {
    if (this.#low < 0xff00_0000 || this.#low >= 2 ** 32) {
      const carry = this.#low >= 2 ** 32 ? 1 : 0;
      if (!this.#isFirst) this.#bytes.push((this.#held + carry) & 255);
      for (; this.#pending > 0; this.#pending -= 1) this.#bytes.push((255 + carry) & 255);
      this.#isFirst = false;
      this.#held = Math.floor(this.#low / top) & 255;
    } else this.#pending += 1;
    this.#low = (this.#low % top) * 256;
  }
}

export class RangeReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #range = 0xffff_ffff;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let byte = 0; byte < 4; byte += 1) this.#code = this.#code * 256 + this.#next();
  }

  bit(chances: Chances, place: number): number {
    const bound = (this.#range >>> probabilityBits) * chances.of(place);
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

  known(zeros: number, ones: number): number {
    const bound = (this.#range >>> probabilityBits) * shareOf(zeros, ones);
    const bit = this.#code < bound ? 0 : 1;
    if (bit === 0) this.#range = bound;
    else {
      this.#code -= bound;
      this.#range -= bound;
    }
    this.#normalise();
    return bit;
  }

  plain(bits: number): number {
    let value = 0;
    for (let at = 0; at < bits; at += 1) {
      this.#range = Math.floor(this.#range / 2);
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      this.#normalise();
    }
    return value;
  }

  #normalise(): void {
    while (this.#range < top) {
      this.#range = this.#range * 256;
      this.#code = this.#code * 256 + this.#next();
    }
  }

  #next(): number {
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
}

/** Of zeros, from 1 to 2^16 - 1. */
function shareOf(zeros: number, ones: number): number {
  const share = Math.round((2 ** probabilityBits * zeros) / (zeros + ones));
  return Math.min(Math.max(share, 1), 2 ** probabilityBits - 1);
}
