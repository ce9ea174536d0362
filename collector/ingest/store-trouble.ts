// What the store cannot do becomes the end of a stream that says so: no receipt is sent, the agent keeps its data.
// In: work on the store, and who is told of trouble. Out: its result, or a StreamRefusal. Bugs pass through.
import { status } from '../../shared/grpc-status.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';
import { StoreError } from '../store/store.ts';

export async function storeTrouble<T>(storing: (error: unknown) => void, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw refusalOf(storing, error);
  }
}

/** What the stream ends with when the store is in trouble; anything else as it is. */
export function refusalOf(storing: (error: unknown) => void, error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  storing(error);
  return new StreamRefusal(status.UNAVAILABLE, error.code, error.message);
}
