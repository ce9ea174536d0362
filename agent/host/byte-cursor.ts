// Walks over the bytes of a kernel file line by line and reads numbers without making strings.
// In: bytes. Out: numbers, names. A line without its line feed is not a line: the file was cut there, and the
// number before the cut may be any part of a longer one.
import { truncate } from '../../shared/text.ts';

const lineFeed = 10;
const space = 32;
const tab = 9;
const zero = 48;
const nine = 57;
const dot = 46;
const minus = 45;
/** 2^64 has 20 digits. */
const mostDigits = 20;
/** Labels are bounded: a name longer than this is cut. */
const longestText = 128;

export class ByteCursor {
  bytes: Buffer;
  /** One past the last byte of the content. */
  end = 0;
  /** Where the next read begins; always inside the current line. */
  position = 0;
  /** One past the last byte of the current line, at its line feed. */
  lineEnd = 0;
  #nextStart = 0;

  constructor(bytes: Buffer, end = bytes.length) {
    this.bytes = bytes;
    this.reset(bytes, end);
  }

  /** Begins anew, before the first line. */
  reset(bytes: Buffer, end: number): this {
    this.bytes = bytes;
    this.end = end;
    this.position = 0;
    this.lineEnd = 0;
    this.#nextStart = 0;
    return this;
  }

  /** Moves to the next complete line; false at the end or before a line that was cut. */
  nextLine(): boolean {
    if (this.#nextStart >= this.end) return false;
    const feed = this.bytes.indexOf(lineFeed, this.#nextStart);
    if (feed < 0 || feed >= this.end) return false;
    this.position = this.#nextStart;
    this.lineEnd = feed;
    this.#nextStart = feed + 1;
    return true;
  }

  /** True when bytes are left that no line feed ends. */
  get isCut(): boolean {
    return this.end > 0 && this.bytes[this.end - 1] !== lineFeed;
  }

  /** Goes past the ASCII text when the line goes on with it. */
  accept(text: string): boolean {
    if (this.position + text.length > this.lineEnd) return false;
    for (let i = 0; i < text.length; i += 1) {
      if (this.bytes[this.position + i] !== text.charCodeAt(i)) return false;
    }
    this.position += text.length;
    return true;
  }

  skipSpaces(): void {
    while (this.position < this.lineEnd && isBlank(this.bytes[this.position])) this.position += 1;
  }

  /** Goes past the next word; its bytes are from the returned position to `position`. */
  word(): number {
    this.skipSpaces();
    const start = this.position;
    while (this.position < this.lineEnd && !isBlank(this.bytes[this.position])) this.position += 1;
    return start;
  }

  /** Goes past `count` words. */
  skipWords(count: number): void {
    for (let i = 0; i < count; i += 1) this.word();
  }

  /** The next word as a whole number of at least 0; NaN when it is anything else or the line is over. */
  integer(): number {
    const start = this.word();
    const digits = this.position - start;
    if (digits === 0 || digits > mostDigits) return Number.NaN;
    return this.#digits(start, this.position);
  }

  /** The next word as a decimal number, with a sign perhaps; NaN when it is anything else. */
  decimal(): number {
    let start = this.word();
    const end = this.position;
    const negative = this.bytes[start] === minus && end > start;
    if (negative) start += 1;
    let point = start;
    while (point < end && this.bytes[point] !== dot) point += 1;
    if (point === start || end - start > mostDigits || point === end - 1) return Number.NaN;
    // One division of whole numbers gives the double nearest to the text.
    const fraction = point < end ? end - point - 1 : 0;
    const whole = this.#digits(start, point);
    const scale = 10 ** fraction;
    const value = fraction === 0 ? whole : (whole * scale + this.#digits(point + 1, end)) / scale;
    return negative ? -value : value;
  }

  /** The bytes as text, at most 128 characters; what is not UTF-8 becomes U+FFFD. */
  text(start: number, end: number): string {
    return truncate(this.bytes.toString('utf8', start, Math.min(end, start + longestText * 4)), longestText);
  }

  #digits(start: number, end: number): number {
    let value = 0;
    for (let i = start; i < end; i += 1) {
      const byte = this.bytes[i] ?? 0;
      if (byte < zero || byte > nine) return Number.NaN;
      value = value * 10 + (byte - zero);
    }
    return value;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab;
}
