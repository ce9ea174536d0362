// For tests: what both threads do with the catalog, called through a port as from the main thread, but in this process.
// The file is real and goes when the test ends.
import { MessageChannel } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import { catalogReaderHandlers } from '../../../../collector/store/catalog/reader-handlers.ts';
import { catalogWriterHandlers } from '../../../../collector/store/catalog/writer-handlers.ts';
import { profileReaderHandlers } from '../../../../collector/store/profiles/reader-handlers.ts';
import { callsTo, serveCalls } from '../../../../collector/store/threads/calls.ts';
import { withDiskTrouble } from '../../../../collector/store/threads/disk-trouble.ts';
import { createProfileMoves } from '../../../../collector/store/threads/profile-part.ts';
import { openReaderContext } from '../../../../collector/store/threads/reader-context.ts';
import { openWriterContext } from '../../../../collector/store/threads/writer-context.ts';
import { createLogger } from '../../../../shared/log.ts';
import { handClock, tempDir } from '../open-store.ts';
import { keepAll } from '../threads/keep-all.ts';

export function openRecords({ dataDir = tempDir(), clock = handClock() } = {}) {
  const log = createLogger('test', 'silent');
  const data = { dataDir, logLevel: 'silent', keep: keepAll, recordAgeMs: 1e12 } as const;
  const context = openWriterContext({ data, log, clock });
  const reader = openReaderContext(data, log);
  const moves = createProfileMoves(context);
  const handlers = withDiskTrouble(dataDir, {
    ...catalogWriterHandlers(context, (report) => moves.afterReport(report)),
    ...moves.handlers,
    ...catalogReaderHandlers(reader.catalog),
    ...profileReaderHandlers(reader),
  });
  const { port1, port2 } = new MessageChannel();
  serveCalls(port1, handlers);
  const { calls } = callsTo<typeof handlers>(port2, { name: 'records' });
  const close = async (): Promise<void> => {
    port1.close();
    reader.close();
    await context.close();
  };
  onTestFinished(close);
  return { calls, context, reader, moves, close };
}
