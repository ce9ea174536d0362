// Two collectors, of which one goes and comes back: the agent speaks to one of them at any time, and loses nothing.
import { expect, test } from 'vitest';
import { CollectorLine } from '../../../agent/collector-line.ts';
import { openInMemory } from '../../../agent/spool/open-spool.ts';
import { spoolCodec } from '../../../agent/uplink/spool-codec.ts';
import { controlStream, telemetryStream } from '../../../agent/uplink/stream-kinds.ts';
import { Uplink } from '../../../agent/uplink/uplink.ts';
import { systemClock as clock } from '../../../shared/clock.ts';
import { metricsOf } from '../../collector/ingest/ticks.ts';
import { until } from '../../collector/ingest/until.ts';
import { createLineLog } from '../sampler/log-lines.ts';
import { collector, identity, later } from './agent-end.ts';

function agentOf(collectors: readonly string[], returnAfterMs: number) {
  const { log } = createLineLog();
  const owner = { node: identity.name, machineId: 'm', bootId: identity.bootId };
  const memoryBytes = 4 * 1024 * 1024;
  const opened = openInMemory({ memoryBytes, owner, bootedMs: () => 0, codec: spoolCodec, clock });
  const { spool } = opened;
  const line = new CollectorLine({
    config: { collectors: [...collectors], plain: true, node: identity.name, stateDir: '/nonexistent' },
    clock,
    log,
    reopen() {
      telemetry.reopen();
      control.reopen();
    },
    returnAfterMs,
  });
  const failed = (one: string): void => line.failed(one);
  const shared = { identity, spool, clock, log, bootTimeMs: () => performance.now(), heartbeatMs: 100 };
  const telemetry = new Uplink({ ...shared, kind: telemetryStream(line.connection, failed) });
  const control = new Uplink({ ...shared, kind: controlStream(line.connection, failed) });
  telemetry.start();
  control.start();
  later(async () => {
    line.stop();
    await Promise.all([telemetry.stop(), control.stop()]);
    await opened.close();
  });
  return { spool, line, telemetry, control };
}

test('the second is taken when the first is gone, the first again when it is back', async () => {
  const [first, second] = [await collector(), await collector()];
  const { spool, line } = agentOf([first.target, second.target], 500);
  for (let number = 1; number <= 20; number += 1) spool.put(metricsOf(number));
  await until('the first has it', () => spool.statistics.batches === 0);
  expect(second.server.statistics.streamsOpened).toBe(0);
  await first.crash();
  for (let number = 21; number <= 40; number += 1) spool.put(metricsOf(number));
  await until('the second has it', () => spool.statistics.batches === 0, 30_000);
  expect([...(await second.store.tickTimes(identity.name, 0, Date.now() + 3_600_000))]).toHaveLength(20);
  await until('both streams', () => second.server.statistics.streams === 2);
  const back = await collector({ port: first.port });
  await until('both streams are back', () => back.server.statistics.streams === 2, 30_000);
  await until('the second is left', () => second.server.statistics.streams === 0);
  spool.put(metricsOf(41));
  await until('the first has it again', () => spool.statistics.batches === 0);
  expect([...(await back.store.tickTimes(identity.name, 0, Date.now() + 3_600_000))]).toHaveLength(1);
  expect(line.statistics.changes).toBe(2);
});

test('one that nobody listens at is left for the next that answers', async () => {
  const next = await collector();
  const last = await collector();
  const { spool } = agentOf(['127.0.0.1:1', next.target, last.target], 60_000);
  spool.put(metricsOf(1));
  await until('somebody has it', () => spool.statistics.batches === 0, 30_000);
  expect(next.server.statistics.streamsOpened).toBeGreaterThan(0);
  expect(last.server.statistics.streamsOpened).toBe(0);
});

test('as long as it answers, the same collector is spoken to', async () => {
  const [first, second] = [await collector(), await collector()];
  const { telemetry, line } = agentOf([first.target, second.target], 100);
  await until('streaming', () => telemetry.statistics.state === 'streaming');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect([line.statistics.changes, second.server.statistics.streamsOpened]).toEqual([0, 0]);
});
