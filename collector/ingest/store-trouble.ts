// What the store cannot do becomes the end of a stream that says so: no receipt is sent, the agent keeps its data.
import { status } from '@grpc/grpc-js';
import { StoreError } from '../store/store.ts';
import { StreamRefusal } from './stream-refusal.ts';

export async function storeTrouble<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StreamRefusal(status.UNAVAILABLE, error.code, error.message);
  }
}
