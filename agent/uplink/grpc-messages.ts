// Messages as gRPC frames them on a stream: a flag, the length, the bytes (github.com/grpc/grpc: doc/PROTOCOL-HTTP2.md).
// It refuses compressed messages, which nobody announced, and such as are too long.
import { status } from '../../shared/grpc-status.ts';
import { GrpcError } from './grpc-status.ts';

const headBytes = 5;

export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headBytes + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, headBytes);
  return framed;
}

/** Cuts what arrives into messages. Each byte is copied once at most, however small the pieces are in which it comes. */
export class MessageReader {
  readonly #mostBytes: number;
  /** A message that is not complete, and until its length is known its head alone. */
  #partial = Buffer.alloc(headBytes);
  #filled = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The messages that are complete. Throws GrpcError. */
  read(chunk: Buffer): readonly Buffer[] {
    const messages: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      const isHead = this.#filled === 0 && rest.length >= headBytes;
      const end = isHead ? headBytes + this.#lengthIn(rest) : Number.POSITIVE_INFINITY;
      if (end <= rest.length) {
        messages.push(rest.subarray(headBytes, end));
        rest = rest.subarray(end);
      } else {
        rest = rest.subarray(this.#fill(rest));
        if (this.#filled === this.#partial.length) messages.push(this.#takePartial());
      }
    }
    return messages;
  }

  /** Out: how many bytes were taken. */
  #fill(bytes: Buffer): number {
    const taken = bytes.copy(this.#partial, this.#filled);
    this.#filled += taken;
    if (this.#filled === headBytes) {
      const room = Buffer.allocUnsafe(headBytes + this.#lengthIn(this.#partial));
      this.#partial.copy(room);
      this.#partial = room;
    }
    return taken;
  }

  #takePartial(): Buffer {
    const message = this.#partial.subarray(headBytes);
    this.#partial = Buffer.alloc(headBytes);
    this.#filled = 0;
    return message;
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
