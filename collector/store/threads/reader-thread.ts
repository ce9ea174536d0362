// The thread that reads: all selections run here. Started by thread-doors.ts, after the thread that writes.
import { createLogger } from '../../../shared/log.ts';
import { withDiskTrouble } from './disk-trouble.ts';
import { openReaderContext } from './reader-context.ts';
import { type ReaderHandlers, readerHandlers } from './reader-parts.ts';
import type { StoreThreadData } from './thread-data.ts';
import { serveThread } from './thread-program.ts';

await serveThread<ReaderHandlers>((given) => {
  const data = given as StoreThreadData;
  const log = createLogger('jidi-collector', data.logLevel).child({ component: 'store', thread: 'reader' });
  return withDiskTrouble(data.dataDir, readerHandlers(openReaderContext(data, log)));
});
