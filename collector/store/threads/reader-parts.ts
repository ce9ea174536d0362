// Everything that the reader thread serves, put together from the parts of the store. A new part is one line here.
import { catalogReaderHandlers } from '../catalog/reader-handlers.ts';
import { profileReaderHandlers } from '../profiles/reader-handlers.ts';
import { metricReaderHandlers } from '../read/reader-handlers.ts';
import type { ReaderContext } from './reader-context.ts';

export type ReaderHandlers = ReturnType<typeof readerHandlers>;

export function readerHandlers(context: ReaderContext) {
  return {
    ...catalogReaderHandlers(context.catalog),
    ...profileReaderHandlers(context),
    ...metricReaderHandlers(context.files, () => context.createTurns()),
    takeDamagedFiles: () => context.takeDamagedFiles(),
    close: () => context.close(),
  };
}
