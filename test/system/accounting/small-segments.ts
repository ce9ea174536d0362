// A collector with a log in small segments: the real store with its threads, the real ingest, and control as far as
// reports go. Started like the collector itself.
import { parseArgs } from 'node:util';
import { ControlService } from '../../../collector/control/control-service.ts';
import { IngestServer } from '../../../collector/ingest/ingest-server.ts';
import { LiveBus } from '../../../collector/live/live-bus.ts';
import { openChunkStore } from '../../../collector/store/front/chunk-store.ts';
import { openStoreDoors } from '../../../collector/store/threads/thread-doors.ts';
import { systemClock } from '../../../shared/clock.ts';
import { runProgram } from '../../../shared/lifecycle.ts';
import { createLogger } from '../../../shared/log.ts';
import { keepAll } from '../../collector/store/threads/keep-all.ts';

const text = { type: 'string', default: '' } as const;
const { values } = parseArgs({
  options: { data: text, http: text, login: text, agents: text, enrolment: text, grpc: text, log: text },
});
const clock = systemClock;
const log = createLogger('jidi-collector', 'debug');

await runProgram({ name: 'small-segments', stopDeadlineMs: 10_000 }, async () => {
  const dataDir = values.data;
  const doors = await openStoreDoors({
    dataDir,
    keep: keepAll,
    recordAgeMs: 1e12,
    logLevel: 'debug',
    onDeath(error) {
      throw error;
    },
  });
  const store = await openChunkStore({
    dataDir,
    clock,
    log,
    writer: doors.writer,
    reader: doors.reader,
    closeDoors: () => doors.close(),
    limits: { rotateBytes: 8_000, rotateMs: 1_000, maxWaiting: 64 },
  });
  const bus = new LiveBus();
  const control = new ControlService({
    store,
    bus,
    clock,
    log,
    nodesOfJob: () => Promise.resolve([]),
    clockOffsetMs: () => 0,
  });
  await control.start();
  const ingest = new IngestServer({ store, handler: control, bus, clock, log, version: '0' });
  const port = await ingest.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`plain: 127.0.0.1:${port}\nconsole: none\n`);
  return {
    async stop() {
      await ingest.stop();
      await control.stop();
      await store.close();
    },
  };
});
