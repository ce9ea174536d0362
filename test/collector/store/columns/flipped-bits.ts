// In: encoded bytes and what decodes them. Out: the numbers of the bits that can flip without an error.
import { ChunkError } from '../../../../collector/store/columns/chunk-error.ts';

export function flippedBitsThatPass(
  bytes: Uint8Array,
  decode: (damaged: Uint8Array) => unknown,
): readonly number[] {
  const passed: number[] = [];
  for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
    const damaged = Uint8Array.from(bytes);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    try {
      decode(damaged);
      passed.push(bit);
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error;
    }
  }
  return passed;
}
