// A child program of the durability test. In: a data folder. Out: one line on stdout for each acknowledged batch,
// `<sequence>`. It appends until it is killed; the log is in small segments, so that some are always being flushed.
import { writeSync } from 'node:fs';
import { systemClock } from '../../../../shared/clock.ts';
import { openInProcess } from './in-process-store.ts';

const [dataDir = ''] = process.argv.slice(2);
const store = await openInProcess({
  dataDir,
  clock: systemClock,
  limits: { rotateBytes: 10_000, maxWaiting: 1000 },
});
const sender = { node: 'n1', spoolId: 'spool-1' };
const series = Array.from({ length: 50 }, (_, place) => ({
  metric: 'any',
  kind: 'gauge' as const,
  decimals: 0,
  labels: { place: String(place) },
}));
const beganMs = 1_800_000_000_000;

let sequence = (await store.positions(sender))[0]?.sequence ?? 0;
for (;;) {
  const group = Array.from({ length: 8 }, () => {
    sequence += 1;
    const own = sequence;
    const values = Float64Array.from(series, (_, place) => own * place);
    const ticks = [{ timeMs: beganMs + own * 1000, series, values }];
    return store
      .append(sender, { sequence: own, payload: { kind: 'metrics', ticks } })
      .then(() => writeSync(1, `${own}\n`));
  });
  await Promise.all(group);
}
