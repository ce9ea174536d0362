// In: a data folder. Out: the doors of the thread that writes and of the one that reads, both open.
// It refuses (StartError) what keeps the folder or the catalog from opening. The death of a thread is told once; the
// collector must end then, for nothing is stored any more.
import type { CallStatistics, CallsOf } from './calls.ts';
import { threadPrograms } from './programs.ts';
import type { ReaderHandlers } from './reader-parts.ts';
import { type RunningThread, startThread } from './thread.ts';
import type { StoreThreadData } from './thread-data.ts';
import { longWriterCalls, type WriterHandlers } from './writer-parts.ts';

export interface StoreDoors {
  readonly writer: CallsOf<WriterHandlers>;
  readonly reader: CallsOf<ReaderHandlers>;
  statistics(): { readonly writer: CallStatistics; readonly reader: CallStatistics };
  /** The reader first, then the writer with what it has under way. Idempotent. */
  close(): Promise<void>;
}

export interface StoreDoorsOptions extends StoreThreadData {
  readonly onDeath: (error: Error) => void;
}

export async function openStoreDoors({ onDeath, ...data }: StoreDoorsOptions): Promise<StoreDoors> {
  const writer = await startThread<WriterHandlers>({
    name: 'store writer',
    program: threadPrograms.writer,
    data,
    heapMiB: 384,
    withoutDeadline: longWriterCalls,
    onDeath,
  });
  const reader = await startReader(data, onDeath).catch(async (error: unknown) => {
    await writer.stop();
    throw error;
  });
  return {
    writer: writer.calls,
    reader: reader.calls,
    statistics: () => ({ writer: writer.statistics(), reader: reader.statistics() }),
    async close() {
      await reader.stop();
      await writer.stop();
    },
  };
}

function startReader(
  data: StoreThreadData,
  onDeath: StoreDoorsOptions['onDeath'],
): Promise<RunningThread<ReaderHandlers>> {
  return startThread<ReaderHandlers>({
    name: 'store reader',
    program: threadPrograms.reader,
    data,
    heapMiB: 512,
    onDeath,
  });
}
