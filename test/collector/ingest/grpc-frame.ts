// For those who speak gRPC without its library.

/** A message as gRPC frames it: not compressed, its length, its bytes. */
export function grpcFrame(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
