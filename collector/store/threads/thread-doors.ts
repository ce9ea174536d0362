// In: a data folder. Out: the doors of the thread that writes and of the one that reads, both open.
// It refuses (StartError) what keeps the folder or the catalog from opening. The death of a thread is told once; the
// collector must end then, for nothing is stored any more.
import type { HeadSamples } from '../front/reader-door.ts';
import { type MetricReaderCalls, type MetricReads, metricReads } from '../read/reader-handlers.ts';
import { type CallStatistics, type CallsOf, Transferred } from './calls.ts';
import { overlay } from './overlay.ts';
import { threadPrograms } from './programs.ts';
import type { ReaderHandlers } from './reader-parts.ts';
import { type RunningThread, startThread } from './thread.ts';
import type { StoreThreadData } from './thread-data.ts';
import { longWriterCalls, type WriterHandlers } from './writer-parts.ts';

type WriterCalls = CallsOf<WriterHandlers>;
type ReaderCalls = CallsOf<ReaderHandlers>;

export interface StoreDoors {
  /** Its `retain` also sees to the files in which a reader found damage. */
  readonly writer: WriterCalls;
  readonly reader: Omit<ReaderCalls, keyof MetricReads> & MetricReads;
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
    writer: overlay(writer.calls, {
      async retain() {
        for (const path of await reader.calls.takeDamagedFiles()) await writer.calls.setAsideIfDamaged(path);
        return writer.calls.retain();
      },
    }) as WriterCalls,
    reader: overlay(reader.calls, metricReads(movingHeads(reader.calls))),
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

/** What the head has of a selection is moved, not copied. */
function movingHeads(calls: ReaderCalls): MetricReaderCalls {
  return {
    select: (selection, head) => calls.select(selection, new Transferred(head, arraysOf(head))),
    rollUp: (selection, grid, options) =>
      calls.rollUp(selection, grid, new Transferred(options, arraysOf(options.head))),
  };
}

function arraysOf({ nodeOf, seriesOf, starts, timesMs, values }: HeadSamples) {
  return [nodeOf, seriesOf, starts, timesMs, values];
}
