// In: what was thrown while a message from outside was read and taken. Out: how its stream ends when the message is to blame.
import { status } from '../../shared/grpc-status.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import { StreamRefusal } from './stream-refusal.ts';

/** undefined: the message is not to blame. */
export function refusalOfMessage(error: unknown): StreamRefusal | undefined {
  if (error instanceof StreamRefusal) return error;
  if (error instanceof WireError)
    return new StreamRefusal(status.INVALID_ARGUMENT, error.code, error.message);
  if (!(error instanceof RangeError)) return undefined;
  // Which byte is wrong helps nobody: whoever speaks this protocol does not send such bytes.
  const message = 'a message that is none of this protocol';
  return new StreamRefusal(status.INVALID_ARGUMENT, 'unreadable', message);
}
