// Everything that the writer thread serves, put together from the parts of the store. A new part is one line here.
import { catalogWriterHandlers } from '../catalog/writer-handlers.ts';
import { createCompaction } from './compact-part.ts';
import { flushHandlers } from './flush-part.ts';
import { createProfileMoves } from './profile-part.ts';
import { upkeepHandlers } from './upkeep-part.ts';
import { createWindowMerges } from './window-part.ts';
import type { WriterContext } from './writer-context.ts';

export type WriterHandlers = ReturnType<typeof writerHandlers>;

export function writerHandlers(context: WriterContext) {
  const compaction = createCompaction(context);
  const moves = createProfileMoves(context);
  moves.soon();
  return {
    ...catalogWriterHandlers(context, (report) => moves.afterReport(report)),
    ...flushHandlers(context, () => compaction.soon()),
    ...moves.handlers,
    ...createWindowMerges(context, () => moves.soon()),
    async compact(): Promise<void> {
      await compaction.handlers.compact();
      await moves.run();
    },
    ...upkeepHandlers(context, () => moves.soon()),
    commits: () => context.commits(),
    close: () => context.close(),
  };
}

/** Calls that take as long as they take; every other one has a deadline. */
export const longWriterCalls: readonly (keyof WriterHandlers)[] = [
  'flush',
  'compact',
  'mergeParts',
  'retain',
  'setAsideIfDamaged',
  'backup',
  'verify',
  'close',
];
