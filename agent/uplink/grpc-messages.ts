// Messages as gRPC frames them on a stream: a flag, the length, the bytes (github.com/grpc/grpc: doc/PROTOCOL-HTTP2.md).
// It refuses compressed messages, which nobody announced, and such as are too long.
import { GrpcError, status } from './grpc-status.ts';

const headBytes = 5;
const none = Buffer.alloc(0);

export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headBytes + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, headBytes);
  return framed;
}

/** Cuts what arrives into messages. */
export class MessageReader {
  readonly #mostBytes: number;
  #rest: Buffer = none;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The messages that are complete. Throws GrpcError. */
  read(chunk: Buffer): readonly Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    while (bytes.length >= headBytes) {
      const end = headBytes + this.#lengthIn(bytes);
      if (bytes.length < end) break;
      messages.push(bytes.subarray(headBytes, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    return messages;
  }

  #lengthIn(bytes: Buffer): number {
    if (bytes[0] !== 0) throw new GrpcError(status.INTERNAL, 'a compressed message');
    const length = bytes.readUInt32BE(1);
    if (length <= this.#mostBytes) return length;
    throw new GrpcError(
      status.RESOURCE_EXHAUSTED,
      `a message of ${length} bytes, at most ${this.#mostBytes}`,
    );
  }
}
