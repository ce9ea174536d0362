import { describe, expect, test } from 'vitest';
import type { Spool } from '../../../agent/spool/spool.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import type { Directive } from '../../../shared/model/directive.ts';
import { wireBounds } from '../../../shared/wire/bounds.ts';
import type { CollectorEnd } from '../../collector/ingest/collector-end.ts';
import { firstMs, metricsOf, tickOf } from '../../collector/ingest/ticks.ts';
import { until } from '../../collector/ingest/until.ts';
import { agent, collector, identity, newDataDir } from './agent-end.ts';

const stored = async ({ store }: CollectorEnd) => [
  ...(await store.tickTimes(identity.name, 0, Date.now() + 3_600_000)),
];
const times = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => firstMs + (from + index) * 5000);
const streaming = (uplink: { statistics: { state: string } }) =>
  until('streaming', () => uplink.statistics.state === 'streaming');
const empty = (spool: Spool) => until('all acknowledged', () => spool.statistics.batches === 0);

function report(output: string): Payload {
  const rest = { truncated: false, exitCode: 0, reason: null, timeMs: Date.now() };
  return { kind: 'command', report: { commandId: 'c1', state: 'finished', output, ...rest } };
}

describe('telemetry uplink', () => {
  test('delivers what the spool holds and what comes later, and forgets what is acknowledged', async () => {
    const end = await collector();
    const { spool, telemetry } = agent(end.target);
    for (let number = 1; number <= 200; number += 1) spool.put(metricsOf(number));
    telemetry.start();
    telemetry.start();
    await empty(spool);
    spool.put(metricsOf(201));
    await empty(spool);
    expect(await stored(end)).toEqual(times(201));
    expect(end.server.statistics.duplicates).toBe(0);
    expect(telemetry.statistics).toMatchObject({ state: 'streaming', connects: 1, sentBatches: 201 });
    const [load] = await end.store.select({
      nodes: ['n001'],
      selectors: [{ metric: 'node_load1', match: {} }],
      fromMs: 0,
      toMs: Date.now(),
    });
    expect(load?.values.at(-1)).toBe(2.01);
  });

  test('measures round trip and clock offset', async () => {
    const end = await collector();
    const { telemetry } = agent(end.target);
    telemetry.start();
    await until('echo', () => telemetry.statistics.roundTripMs !== null);
    expect(telemetry.statistics.roundTripMs).toBeLessThan(2000);
    expect(Math.abs(telemetry.statistics.clockOffsetMs ?? Infinity)).toBeLessThan(2000);
  });

  test('loses nothing and repeats nothing when the collector goes away and comes back', async () => {
    const dataDir = newDataDir();
    const first = await collector({ dataDir });
    const { spool, telemetry } = agent(first.target);
    telemetry.start();
    let number = 0;
    const put = (count: number) => {
      for (let index = 0; index < count; index += 1) spool.put(metricsOf(++number));
    };
    put(50);
    await until('some stored', async () => (await stored(first)).length > 0);
    put(50);
    await first.crash();
    put(50);
    await until('loss noticed', () => telemetry.statistics.state === 'waiting');
    const beganMs = performance.now();
    const second = await collector({ dataDir, port: first.port });
    put(50);
    await empty(spool);
    expect(performance.now() - beganMs).toBeLessThan(8000);
    expect(await stored(second)).toEqual(times(200));
    expect(await second.store.gaps('n001', 0, 10)).toEqual([]);
  });

  test('finds a collector that starts later', async () => {
    const before = await collector();
    await before.crash();
    const { spool, telemetry, messages } = agent(before.target);
    telemetry.start();
    spool.put(metricsOf(1));
    await until('waiting', () => telemetry.statistics.state === 'waiting');
    const end = await collector({ port: before.port });
    await empty(spool);
    expect(await stored(end)).toEqual(times(1));
    expect(messages().filter((line) => line === 'connected to the collector')).toHaveLength(1);
  });

  test('goes on after any number of refused batches', async () => {
    const end = await collector();
    const { spool, telemetry } = agent(end.target);
    for (let index = 0; index < 80; index += 1) {
      const ticks = [tickOf(1, Date.now() + 3_600_000 + index)];
      spool.put({ kind: 'metrics', ticks });
    }
    telemetry.start();
    await until('refusals', () => telemetry.statistics.refusedBatches === 80);
    spool.put(metricsOf(1));
    await empty(spool);
    expect(await stored(end)).toEqual(times(1));
    expect(spool.statistics.dropped.metric).toBe(80);
  });

  test('a batch that the collector calls malformed is sent once; what comes after it arrives', async () => {
    const end = await collector();
    const { spool, telemetry } = agent(end.target);
    const bad = { metric: 'no metric name', kind: 'gauge', decimals: 0, labels: {} } as const;
    spool.put({ kind: 'metrics', ticks: [{ timeMs: firstMs, series: [bad], values: Float64Array.of(1) }] });
    spool.put(metricsOf(1));
    telemetry.start();
    await empty(spool);
    expect(await stored(end)).toEqual(times(1));
    expect(end.server.statistics.refused.get('malformed')).toBe(1);
    expect(telemetry.statistics.refusedBatches).toBe(1);
  });

  test('a batch that no message can hold is dropped here and counted; putting it never throws', async () => {
    const end = await collector();
    const { spool, telemetry } = agent(end.target);
    telemetry.start();
    await streaming(telemetry);
    const series = Array.from({ length: wireBounds.seriesPerNode + 1 }, (_, index) => ({
      metric: `m${index}`,
      kind: 'gauge' as const,
      decimals: 0,
      labels: {},
    }));
    spool.put({
      kind: 'metrics',
      ticks: [{ timeMs: firstMs, series, values: new Float64Array(wireBounds.seriesPerNode + 1) }],
    });
    const long = 'x'.repeat(120);
    const wide = series.slice(0, wireBounds.seriesPerNode).map((definition, index) => ({
      ...definition,
      labels: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, `${long}${index}`])),
    }));
    spool.put({
      kind: 'metrics',
      ticks: [{ timeMs: firstMs, series: wide, values: new Float64Array(wireBounds.seriesPerNode) }],
    });
    spool.put(metricsOf(1));
    await empty(spool);
    expect(await stored(end)).toEqual(times(1));
    expect(telemetry.statistics.refusedBatches).toBe(2);
    expect(spool.statistics.dropped.metric).toBe(2);
  });

  test('stop delivers what is under way, then closes for good, however often it is called', async () => {
    const end = await collector();
    const { spool, telemetry } = agent(end.target);
    telemetry.start();
    await streaming(telemetry);
    for (let number = 1; number <= 100; number += 1) spool.put(metricsOf(number));
    await Promise.all([telemetry.stop(), telemetry.stop()]);
    expect(await stored(end)).toEqual(times(100));
    expect(telemetry.statistics.state).toBe('idle');
    await until('stream closed', () => end.server.statistics.streams === 0);
  });

  test('stop does not wait for a collector that is not there', async () => {
    const before = await collector();
    await before.crash();
    const { spool, telemetry } = agent(before.target);
    spool.put(metricsOf(1));
    telemetry.start();
    const beganMs = performance.now();
    await telemetry.stop();
    expect(performance.now() - beganMs).toBeLessThan(1000);
  });
});

describe('control uplink', () => {
  test('hands on directives and delivers reports of both kinds', async () => {
    const end = await collector();
    const heard: Directive[] = [];
    const { spool, control } = agent(end.target, { onDirective: (directive) => heard.push(directive) });
    control.start();
    await until('peer', () => end.handler.peers.length > 0);
    const directive: Directive = { kind: 'cancel-command', commandId: 'c1' };
    end.handler.peers[0]?.send(directive);
    await until('directive', () => heard.length > 0);
    expect(heard).toEqual([directive]);
    spool.put(report('done'));
    spool.put(metricsOf(1));
    await until('report acknowledged', () => spool.pending('result').length === 0);
    expect(end.handler.batches.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ kind: 'command', report: expect.objectContaining({ output: 'done' }) }),
    ]);
    expect(spool.pending('metric')).toHaveLength(1);
  });

  test('delivers a report that was made while the collector was away', async () => {
    const before = await collector();
    await before.crash();
    const { spool, control } = agent(before.target);
    control.start();
    spool.put(report('late'));
    await until('waiting', () => control.statistics.state === 'waiting');
    const end = await collector({ port: before.port });
    await empty(spool);
    expect(end.handler.batches).toHaveLength(1);
  });
});
