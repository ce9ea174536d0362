import { expect, test } from 'vitest';
import { metricsOf } from '../../collector/ingest/ticks.ts';
import { until } from '../../collector/ingest/until.ts';
import { agent, collector, identity } from './agent-end.ts';

test('another interval is told by a new stream, nothing is lost or stored twice, and nobody complains', async () => {
  const end = await collector();
  const { spool, telemetry, messages } = agent(end.target);
  telemetry.start();
  for (let number = 1; number <= 40; number += 1) spool.put(metricsOf(number));
  await until('streaming', () => telemetry.statistics.state === 'streaming');
  telemetry.renew({ ...identity, intervalMs: 10_000 });
  for (let number = 41; number <= 80; number += 1) spool.put(metricsOf(number));
  await until('told', async () => (await end.store.nodes())[0]?.intervalMs === 10_000);
  await until('all acknowledged', () => spool.statistics.batches === 0);
  expect([...(await end.store.tickTimes(identity.name, 0, Date.now() + 3_600_000))]).toHaveLength(80);
  expect(telemetry.statistics).toMatchObject({ state: 'streaming', connects: 2 });
  expect(messages().filter((line) => line === 'stream to the collector')).toEqual([]);
});

test('an interval that changes while nobody answers is in the next greeting', async () => {
  const before = await collector();
  await before.crash();
  const { telemetry } = agent(before.target);
  telemetry.renew({ ...identity, intervalMs: 2_000 });
  telemetry.start();
  await until('waiting', () => telemetry.statistics.state === 'waiting');
  telemetry.renew({ ...identity, intervalMs: 30_000 });
  const end = await collector({ port: before.port });
  await until('told', async () => (await end.store.nodes())[0]?.intervalMs === 30_000);
});

test('a stopped uplink stays stopped', async () => {
  const end = await collector();
  const { telemetry } = agent(end.target);
  telemetry.start();
  await until('streaming', () => telemetry.statistics.state === 'streaming');
  await telemetry.stop();
  telemetry.renew({ ...identity, intervalMs: 2_000 });
  expect(telemetry.statistics).toMatchObject({ state: 'idle', connects: 1 });
});
