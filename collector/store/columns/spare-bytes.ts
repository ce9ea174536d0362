// Memory that is needed for a moment. In: how many bytes. Out: at least so many, whatever is in them; who has done with them gives
// them back, and the next one gets them. What is allocated and dropped instead makes the garbage collector look through the
// whole heap, again and again. Who fails need not give anything back: it is garbage then.

/** What is larger is allocated each time. */
const pieceBytes = 64 * 1024;
const maxSpare = 64;
const spare: Uint8Array<ArrayBuffer>[] = [];

export function takeBytes(length: number): Uint8Array<ArrayBuffer> {
  if (length > pieceBytes) return Buffer.allocUnsafeSlow(length);
  return spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);
}

/** They must not be used any more. */
export function giveBack(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.length === pieceBytes && spare.length < maxSpare) spare.push(bytes);
}
