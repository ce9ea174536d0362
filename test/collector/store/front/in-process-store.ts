// The store without threads of their own, which take long to start: the real log, and what the threads serve, called as
// they are called. For tests and for their child programs.
import { MessageChannel } from 'node:worker_threads';
import { openChunkStore } from '../../../../collector/store/front/chunk-store.ts';
import type { LogFrontLimits } from '../../../../collector/store/front/log-front-limits.ts';
import type { ReaderDoor } from '../../../../collector/store/front/reader-door.ts';
import type { WriterDoor } from '../../../../collector/store/front/writer-door.ts';
import { metricReads } from '../../../../collector/store/read/reader-handlers.ts';
import type { Store } from '../../../../collector/store/store.ts';
import {
  type CallsOf,
  callsTo,
  type HandlersOf,
  serveCalls,
} from '../../../../collector/store/threads/calls.ts';
import { openReaderContext } from '../../../../collector/store/threads/reader-context.ts';
import { readerHandlers } from '../../../../collector/store/threads/reader-parts.ts';
import type { StoreThreadData } from '../../../../collector/store/threads/thread-data.ts';
import { openWriterContext } from '../../../../collector/store/threads/writer-context.ts';
import { writerHandlers } from '../../../../collector/store/threads/writer-parts.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { createLogger } from '../../../../shared/log.ts';
import { keepAll } from '../threads/keep-all.ts';

export interface InProcessOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly limits?: Partial<LogFrontLimits>;
  /** Takes the place of the writer's own. */
  readonly flush?: (own: WriterDoor['flush']) => WriterDoor['flush'];
}

const log = createLogger('test', 'silent');

export async function openInProcess({
  dataDir,
  clock,
  limits = {},
  flush = (own) => own,
}: InProcessOptions): Promise<Store> {
  const data: StoreThreadData = { dataDir, logLevel: 'silent', keep: keepAll, recordAgeMs: 1e12 };
  const writerContext = openWriterContext({ data, log, clock });
  const readerContext = openReaderContext(data, log);
  const writer = called(writerHandlers(writerContext));
  const reader = called(readerHandlers(readerContext));
  return openChunkStore({
    dataDir,
    clock,
    log,
    writer: writerDoor(writer.calls, flush),
    reader: readerDoor(reader.calls),
    async closeDoors() {
      reader.end();
      writer.end();
      readerContext.close();
      await writerContext.close();
    },
    limits: { windowMs: 1, ...limits },
  });
}

type WriterCalls = CallsOf<ReturnType<typeof writerHandlers>>;
type ReaderCalls = CallsOf<ReturnType<typeof readerHandlers>>;

function writerDoor(calls: WriterCalls, flush: NonNullable<InProcessOptions['flush']>): WriterDoor {
  const own = flush((segment) => calls.flush(segment));
  const changed: Pick<WriterDoor, 'flush' | 'compact'> = { flush: own, compact: () => Promise.resolve() };
  return Object.assign(Object.create(calls), changed);
}

function readerDoor(calls: ReaderCalls): ReaderDoor {
  const changed: Partial<ReaderDoor> = {
    ...metricReads(calls),
    snapshotAt: () => Promise.resolve(null),
    snapshots: () => Promise.resolve([]),
  };
  return Object.assign(Object.create(calls), changed);
}

function called<H extends HandlersOf<H>>(
  handlers: H,
): { readonly calls: CallsOf<H>; readonly end: () => void } {
  const { port1, port2 } = new MessageChannel();
  serveCalls(port2, handlers);
  const end = callsTo<H>(port1, { name: 'store' });
  return {
    calls: end.calls,
    end() {
      end.end('closed');
      port1.close();
    },
  };
}
