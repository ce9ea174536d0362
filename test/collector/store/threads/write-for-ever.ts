// A child program of the tests. In: a data folder. Out: one line on stdout for each record that is on disk,
// `<sequence>`. It writes through the threads until it is killed.
import { writeSync } from 'node:fs';
import { openStoreDoors } from '../../../../collector/store/threads/thread-doors.ts';
import { keepAll } from './keep-all.ts';

const [dataDir = ''] = process.argv.slice(2);
const { writer } = await openStoreDoors({
  dataDir,
  logLevel: 'silent',
  keep: keepAll,
  recordAgeMs: 1e12,
  onDeath(error) {
    throw error;
  },
});
const sender = { node: 'n1', spoolId: 'spool-1' };
const report = {
  commandId: 'c1',
  state: 'running',
  output: '',
  truncated: false,
  exitCode: null,
  reason: null,
  timeMs: 1_800_000_000_000,
} as const;

let sequence = (await writer.positions(sender))[0]?.sequence ?? 0;
for (;;) {
  const group = Array.from({ length: 8 }, () => {
    sequence += 1;
    const own = sequence;
    return writer
      .appendRecords(sender, { sequence: own, payload: { kind: 'command', report } })
      .then(() => writer.appendAudit({ timeMs: own, event: 'e', actor: 'a', subject: 's', detail: {} }))
      .then(() => writeSync(1, `${own}\n`));
  });
  await Promise.all(group);
}
