// Everything that the writer thread serves, put together from the parts of the store. A new part is one line here.
import { catalogWriterHandlers } from '../catalog/writer-handlers.ts';
import { createCompaction } from './compact-part.ts';
import { flushHandlers } from './flush-part.ts';
import { upkeepHandlers } from './upkeep-part.ts';
import type { WriterContext } from './writer-context.ts';

export type WriterHandlers = ReturnType<typeof writerHandlers>;

export function writerHandlers(context: WriterContext) {
  const compaction = createCompaction(context);
  return {
    ...catalogWriterHandlers(context),
    ...flushHandlers(context, () => compaction.soon()),
    ...compaction.handlers,
    ...upkeepHandlers(context),
    commits: () => context.commits(),
    close: () => context.close(),
  };
}

/** Calls that take as long as they take; every other one has a deadline. */
export const longWriterCalls: readonly (keyof WriterHandlers)[] = [
  'flush',
  'compact',
  'retain',
  'setAsideIfDamaged',
  'backup',
  'verify',
  'close',
];
