// In: whole numbers of at most 32 bits. Out: their bytes by weight: all lowest bytes, then all second ones, and so on; of
// the highest only so many bits as are needed (1, 2, 4 or 8), lowest first. And back.
// The caller makes sure that there is room and that all bytes are there.

/** Bits that a number takes. */
export function bitsOf(value: number): number {
  return value < 4_294_967_296 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 4_294_967_296));
}

/** The next width that planes can have. */
export function planeBits(bits: number): number {
  const rest = bits & 7;
  return rest === 3 ? bits + 1 : rest > 4 ? (bits | 7) + 1 : bits;
}

export function isPlaneBits(bits: number): boolean {
  return planeBits(bits) === bits;
}

export function planeBytes(count: number, bits: number): number {
  return (bits >> 3) * count + Math.ceil(((bits & 7) * count) / 8);
}

/** Writes the planes of the first `count` words; returns where they end. */
export function writePlanes(
  words: Uint32Array,
  { count, bits }: { count: number; bits: number },
  { bytes, at }: { bytes: Uint8Array; at: number },
): number {
  let to = at;
  let shift = 0;
  for (; shift + 8 <= bits; shift += 8) {
    for (let place = 0; place < count; place += 1) bytes[to + place] = (words[place] ?? 0) >>> shift;
    to += count;
  }
  return shift === bits ? to : writeTop(words, { count, width: bits - shift, shift }, { bytes, at: to });
}

/** Reads the planes that begin at `from` into the first `count` words; returns where they end. */
export function readPlanes(
  words: Uint32Array,
  { count, bits }: { count: number; bits: number },
  { bytes, at }: { bytes: Uint8Array; at: number },
): number {
  if (bits < 8) words.fill(0, 0, count);
  let from = at;
  let shift = 0;
  for (; shift + 8 <= bits; shift += 8) {
    if (shift === 0) {
      for (let place = 0; place < count; place += 1) words[place] = bytes[from + place] ?? 0;
    } else {
      for (let place = 0; place < count; place += 1) {
        words[place] = (words[place] ?? 0) | ((bytes[from + place] ?? 0) << shift);
      }
    }
    from += count;
  }
  return shift === bits ? from : readTop(words, { count, width: bits - shift, shift }, { bytes, at: from });
}

interface Top {
  readonly count: number;
  /** 1, 2 or 4. */
  readonly width: number;
  readonly shift: number;
}

function writeTop(
  words: Uint32Array,
  { count, width, shift }: Top,
  out: { bytes: Uint8Array; at: number },
): number {
  const { bytes } = out;
  const mask = (1 << width) - 1;
  let to = out.at;
  let byte = 0;
  let filled = 0;
  for (let place = 0; place < count; place += 1) {
    byte |= (((words[place] ?? 0) >>> shift) & mask) << filled;
    filled += width;
    if (filled === 8) {
      bytes[to++] = byte;
      byte = 0;
      filled = 0;
    }
  }
  if (filled > 0) bytes[to++] = byte;
  return to;
}

function readTop(
  words: Uint32Array,
  { count, width, shift }: Top,
  from: { bytes: Uint8Array; at: number },
): number {
  const { bytes, at } = from;
  const mask = (1 << width) - 1;
  for (let place = 0; place < count; place += 1) {
    const bit = place * width;
    words[place] = (words[place] ?? 0) | ((((bytes[at + (bit >> 3)] ?? 0) >>> (bit & 7)) & mask) << shift);
  }
  return at + Math.ceil((count * width) / 8);
}
