// In: handlers that read or write files. Out: the same; what the disk or a file does wrong comes out as StoreError.
import { toStoreError } from '../store-errors.ts';
import type { HandlersOf } from './calls.ts';

export function withDiskTrouble<H extends HandlersOf<H>>(file: string, handlers: H): H {
  const told = Object.entries<(...args: never[]) => unknown>(handlers).map(([name, handler]) => [
    name,
    async (...args: never[]) => {
      try {
        return await handler(...args);
      } catch (error) {
        throw toStoreError(error, file);
      }
    },
  ]);
  return Object.fromEntries(told) as H;
}
