// Whole numbers as varints: 7 bits a byte, lowest first.

/** Writes a whole number from 0 to 2^53 - 1; returns the place behind it. */
export function putVarint(bytes: Uint8Array, place: number, value: number): number {
  let at = place;
  let rest = value;
  // Bit operations hold 31 bits; what is above them goes by division.
  while (rest > 0x7fffffff) {
    bytes[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    bytes[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}
