// In: texts, and rows of numbers. Out: their JSON as bytes, taken in pieces while more is written.
//
// Numbers that do not exist are null. The others are rounded, if nothing else is said, to seven digits of the largest in their row, but never to more
// than whole numbers: nobody reads more of an average, and the text is half as long. Their digits are written as they are
// found: to make a text of each number first takes several times as long.

const firstBytes = 16 * 1024;
const digits = 7;
/** -1.2345678901234567e-300 and a comma. */
const longestNumber = 26;
/** A row of which all numbers are smaller than that is written as JavaScript does. */
const mostDecimals = 15;
const maxWhole = 2 ** 53;
const billion = 1e9;
const powers = Array.from({ length: mostDecimals + 1 }, (_, decimals) => 10 ** decimals);
const zero = 48;
const signs = { minus: 45, point: 46, comma: 44, open: 91, close: 93 } as const;

// Invariants: what was written and not taken lies before `#at`.
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** What was written since it was last taken. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafe(this.#bytes.length);
    this.#at = 0;
    return taken;
  }

  text(text: string): void {
    this.#reserve(3 * text.length);
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** As an array. */
  numbers(values: Float64Array, decimals = decimalsOf(values)): void {
    this.#reserve(2 + longestNumber * values.length);
    const scale = decimals > mostDecimals ? Number.POSITIVE_INFINITY : (powers[decimals] ?? 1);
    this.#byte(signs.open);
    for (let place = 0; place < values.length; place += 1) {
      if (place > 0) this.#byte(signs.comma);
      const value = values[place] ?? Number.NaN;
      const whole = Math.floor(Math.abs(value) * scale + 0.5);
      if (whole < maxWhole) {
        if (value < 0 && whole > 0) this.#byte(signs.minus);
        this.#decimal(whole, decimals);
      } else {
        this.#at += this.#bytes.write(Number.isFinite(value) ? String(value) : 'null', this.#at);
      }
    }
    this.#byte(signs.close);
  }

  /** `whole` of which so many digits are decimals. */
  #decimal(whole: number, decimals: number): void {
    const unit = powers[decimals] ?? 1;
    const units = Math.floor(whole / unit);
    this.#whole(units);
    // Of 31 bits: that is much faster.
    let rest = (whole - units * unit) | 0;
    if (rest === 0) return;
    let places = decimals;
    for (; rest % 10 === 0; places -= 1) rest = (rest / 10) | 0;
    this.#byte(signs.point);
    this.#digits(rest, places);
  }

  #whole(whole: number): void {
    if (whole < billion) return this.#digits(whole | 0, digitsOf(whole));
    const billions = Math.floor(whole / billion);
    this.#whole(billions);
    this.#digits((whole - billions * billion) | 0, 9);
  }

  /** The last ones of a number. */
  #digits(number: number, count: number): void {
    const bytes = this.#bytes;
    const from = this.#at;
    let rest = number;
    for (let at = from + count - 1; at >= from; at -= 1) {
      const tenth = (rest / 10) | 0;
      bytes[at] = zero + rest - 10 * tenth;
      rest = tenth;
    }
    this.#at = from + count;
  }

  #byte(byte: number): void {
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Of a number below 10^9. */
function digitsOf(whole: number): number {
  if (whole < 10) return 1;
  if (whole < 100) return 2;
  let count = 3;
  for (let limit = 1000; whole >= limit && count < 9; limit *= 10) count += 1;
  return count;
}

/** What is infinite is null, too. */
function decimalsOf(values: Float64Array): number {
  let largest = 0;
  let isWhole = true;
  for (let place = 0; place < values.length; place += 1) {
    const size = Math.abs(values[place] ?? Number.NaN);
    if (!(size < Number.POSITIVE_INFINITY)) continue;
    isWhole &&= size === Math.floor(size);
    if (size > largest) largest = size;
  }
  return isWhole ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(largest)));
}
