// In: the bytes of a message, hostile. Out: the message with its size, or the reason why it cannot be read. Without
// this, gRPC itself would end the stream, and nobody would know or count why.
import { status } from '@grpc/grpc-js';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { StreamRefusal } from './stream-refusal.ts';

export type Received<Request> =
  | { readonly request: Request; readonly sizeBytes: number }
  | { readonly unreadable: StreamRefusal };

/** What gRPC itself refuses before it is read, bytes. Below it, a message is refused with a counted reason. */
export const hardMessageBytes = 4 * wireBounds.messageBytes;

interface Method<Request> {
  readonly requestDeserialize: (bytes: Buffer) => Request;
}

/** The same method, which never fails to read. */
export function receiving<Request, Rest extends object>(method: Rest & Method<Request>) {
  return { ...method, requestDeserialize: (bytes: Buffer) => receive(bytes, method.requestDeserialize) };
}

function receive<Request>(bytes: Buffer, parse: (bytes: Buffer) => Request): Received<Request> {
  const { messageBytes } = wireBounds;
  if (bytes.length > messageBytes) {
    const message = `a message of ${bytes.length} bytes, at most ${messageBytes}; send smaller batches`;
    return { unreadable: new StreamRefusal(status.RESOURCE_EXHAUSTED, 'too-large', message) };
  }
  try {
    return { request: parse(bytes), sizeBytes: bytes.length };
  } catch {
    // Which byte is wrong helps nobody: whoever speaks this protocol does not send such bytes.
    const message = 'a message that is none of this protocol';
    return { unreadable: new StreamRefusal(status.INVALID_ARGUMENT, 'malformed', message) };
  }
}
