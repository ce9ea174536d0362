// A child program of the durability test. In: a data folder. Out: one line on stdout for each acknowledged batch,
// `<sequence>`. It appends until it is killed.
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createLogger } from '../../../shared/log.ts';

const [dataDir = ''] = process.argv.slice(2);
const store = openSqliteStore({
  dataDir,
  retentionMs: 1e12,
  clock: systemClock,
  log: createLogger('child', 'silent'),
});
const sender = { node: 'n1', spoolId: 'spool-1' };
const series = Array.from({ length: 300 }, (_, place) => ({
  metric: 'any',
  kind: 'gauge' as const,
  decimals: 0,
  labels: { place: String(place) },
}));
const values = new Float64Array(300).fill(1.5);
const beganMs = 1_800_000_000_000;

let sequence = (await store.positions(sender))[0]?.sequence ?? 0;
for (;;) {
  const group = Array.from({ length: 8 }, () => {
    sequence += 1;
    const own = sequence;
    const ticks = [{ timeMs: beganMs + own * 1000, series, values }];
    return store
      .append(sender, { sequence: own, payload: { kind: 'metrics', ticks } })
      .then(() => writeSync(1, `${own}\n`));
  });
  await Promise.all(group);
}
