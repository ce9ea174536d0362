// The thread that writes: the only one that changes a file of SQLite. Started by thread-doors.ts.
import { createLogger } from '../../../shared/log.ts';
import { withDiskTrouble } from './disk-trouble.ts';
import type { StoreThreadData } from './thread-data.ts';
import { serveThread } from './thread-program.ts';
import { openWriterContext } from './writer-context.ts';
import { type WriterHandlers, writerHandlers } from './writer-parts.ts';

await serveThread<WriterHandlers>((given) => {
  const data = given as StoreThreadData;
  const log = createLogger('jidi-collector', data.logLevel).child({ component: 'store', thread: 'writer' });
  return withDiskTrouble(data.dataDir, writerHandlers(openWriterContext({ data, log })));
});
