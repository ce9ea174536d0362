// The store lags: agents are asked for less, and for more again; the lower classes go first.
import { connect } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { Backpressure } from '../../../collector/ingest/backpressure.ts';
import { usualLimits } from '../../../collector/ingest/limits.ts';
import type { StoreLag } from '../../../collector/store/store.ts';
import { TelemetryService } from '../../../proto/load.ts';
import type { Clock } from '../../../shared/clock.ts';
import { TelemetryEncoder } from '../../../shared/wire/telemetry-stream.ts';
import { batch, useBench } from './bench.ts';
import { type CollectorEnd, makeDataDir, openCollectorEnd } from './collector-end.ts';
import { grpcFrame } from './grpc-frame.ts';
import { helloOf } from './raw-agent.ts';
import { firstMs } from './ticks.ts';
import { until } from './until.ts';

const bench = useBench();

async function withLag(body: (end: CollectorEnd, set: (load: number) => void) => Promise<void>) {
  const dataDir = makeDataDir();
  let unflushed = 0;
  const end = await openCollectorEnd({
    dataDir: dataDir.path,
    ingest: { lag: () => ({ unflushed, disk: 0 }) },
  });
  try {
    await body(end, (load) => {
      unflushed = load;
    });
  } finally {
    unflushed = 0;
    await end.crash();
    dataDir.remove();
  }
}

describe('credit', () => {
  test('goes down with the lag and up again, also without anything new to acknowledge', async () => {
    await withLag(async (end, set) => {
      const agent = await bench().agentOf('n', end.target);
      const credit = () => agent.answers.findLast((one) => one.kind === 'ack')?.ack.credit;
      let sequence = 0;
      const told = async (load: number, isSo: (credit: number) => boolean) => {
        set(load);
        await until(`credit at ${load}`, async () => {
          sequence += 1;
          agent.batch(batch(sequence, sequence));
          await agent.acknowledged('metric', sequence);
          return isSo(credit() ?? -1);
        });
      };
      await told(0, (told) => told === usualLimits.batchesUnderWay);
      await told(0.8, (told) => told > 2 && told < usualLimits.batchesUnderWay);
      await told(0.99, (told) => told === 2);
      const receipts = agent.answers.length;
      set(0);
      await until('more credit', () => credit() === usualLimits.batchesUnderWay);
      expect(agent.answers.length).toBeGreaterThan(receipts);
      expect(agent.position('metric')?.sequence).toBe(sequence);
    });
  });

  test('that has changed is told at once, whatever may wait', async () => {
    await withLag(async (end, set) => {
      const agent = await bench().agentOf('n', end.target);
      set(0.8);
      await until('less credit', () => end.server.state().credit < usualLimits.batchesUnderWay);
      agent.patientBatch(batch(1, 1));
      const [receipt] = await agent.heard('ack');
      expect(receipt?.ack.credit).toBeLessThan(usualLimits.batchesUnderWay);
    });
  });

  test('of none keeps everything with the agents until there is room', async () => {
    await withLag(async (end, set) => {
      const agent = await bench().agentOf('n', end.target);
      set(1);
      await until('full', () => end.server.state().credit === 0);
      for (let sequence = 1; sequence <= 200; sequence += 1) agent.batch(batch(sequence, sequence));
      await until('wait', () => end.server.statistics.limited.has('store'));
      expect(end.server.state().bytesUnderWay).toBe(0);
      expect(agent.position('metric')).toBeUndefined();
      set(0.95);
      await until('still full', () => end.server.state().load === 0.95);
      expect(end.server.state().credit).toBe(0);
      set(0.2);
      await agent.acknowledged('metric', 200);
      expect(await end.store.tickTimes('n', 0, Date.now())).toHaveLength(200);
    });
  });
});

test('a flood of large messages waits with its sender, not here', async () => {
  await withLag(async (end, set) => {
    set(1);
    const { path, requestSerialize } = TelemetryService.service.StreamTelemetry;
    const session = connect(`http://${end.target}`);
    session.on('error', () => undefined);
    const head = { ':path': path, ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request(head);
    stream.on('error', () => undefined);
    stream.write(grpcFrame(requestSerialize(new TelemetryEncoder().hello(helloOf('flood')))));
    await until('welcome', () => end.changes.length > 0);
    // A message of fields that nobody knows, as long as a message may be.
    const large = grpcFrame(
      Buffer.concat([Buffer.from([0xfa, 0x07, 0xc0, 0x84, 0x3d]), Buffer.alloc(1_000_000)]),
    );
    const count = 40;
    for (let number = 0; number < count; number += 1) stream.write(large);
    await until('wait', () => end.server.statistics.limited.has('store'));
    let sentBytes = 0;
    let stillMs = performance.now();
    await until('standstill', () => {
      const { bytesWritten } = session.socket;
      if (bytesWritten !== sentBytes) stillMs = performance.now();
      sentBytes = bytesWritten;
      return performance.now() - stillMs > 500;
    });
    // The one that is handled, those that wait, and what HTTP/2 itself holds.
    expect(sentBytes).toBeLessThan(5 * large.length);
    session.destroy();
  });
});

describe('a load', () => {
  function turnable() {
    let nowMs = 0;
    const timers: { atMs: number; run: () => void }[] = [];
    const clock: Clock = {
      now: () => nowMs,
      monotonic: () => nowMs,
      after: (delayMs, run) => {
        const timer = { atMs: nowMs + delayMs, run };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    };
    const pass = (ms: number) => {
      const endMs = nowMs + ms;
      while (nowMs < endMs) {
        nowMs += 100;
        for (const due of timers.filter(({ atMs }) => atMs <= nowMs)) {
          timers.splice(timers.indexOf(due), 1);
          due.run();
        }
      }
    };
    return { clock, pass, waiting: () => timers.length };
  }

  function underLag(lag: StoreLag) {
    const { clock, pass, waiting } = turnable();
    const now = { ...lag };
    const backpressure = new Backpressure(usualLimits, () => now, clock);
    return { backpressure, now, pass, waiting };
  }

  const none: StoreLag = { unflushed: 0, disk: 0 };

  test('that lasts sheds profiles first, then processes, metrics never', () => {
    const { backpressure, now, pass } = underLag({ ...none, disk: 0.85 });
    expect(backpressure.load).toBe(0.85);
    pass(9_900);
    expect(backpressure.sheds('profile')).toBe(false);
    pass(200);
    const shed = () =>
      (['profile', 'process', 'metric', 'event', 'result'] as const).filter((name) =>
        backpressure.sheds(name),
      );
    expect(shed()).toEqual(['profile']);
    Object.assign(now, { disk: 0.95 });
    pass(10_200);
    expect(shed()).toEqual(['profile', 'process']);
    Object.assign(now, { disk: 0.1 });
    pass(200);
    expect(shed()).toEqual([]);
  });

  test('tells of more credit in portions, until all know', () => {
    const { backpressure, now, pass, waiting } = underLag({ ...none, disk: 1 });
    expect(backpressure.credit).toBe(0);
    const creditors = Array.from({ length: 500 }, () => {
      const creditor = { toldCredit: 0, tellCredit: () => void (creditor.toldCredit = backpressure.credit) };
      backpressure.join(creditor);
      return creditor;
    });
    const knowing = () => creditors.filter(({ toldCredit }) => toldCredit > 0).length;
    Object.assign(now, { disk: 0 });
    pass(100);
    expect(knowing()).toBe(200);
    pass(200);
    expect(knowing()).toBe(500);
    pass(200);
    expect(waiting()).toBe(0);
  });

  test('counts what is under way, whatever the store says', async () => {
    const { backpressure, pass } = underLag(none);
    backpressure.began(usualLimits.bytesUnderWay);
    pass(200);
    expect(backpressure.credit).toBe(0);
    const room = backpressure.room();
    expect(room).not.toBeNull();
    backpressure.ended(usualLimits.bytesUnderWay);
    pass(200);
    await room;
    expect(backpressure.credit).toBe(usualLimits.batchesUnderWay);
  });
});

test('process lists that a lagging store does not take are refused and declared', async () => {
  const dataDir = makeDataDir();
  let nowMs = 0;
  const clock: Clock = {
    now: () => Date.now(),
    monotonic: () => nowMs,
    after: (delayMs, run) => {
      const timer = setTimeout(run, Math.min(delayMs, 5));
      return () => clearTimeout(timer);
    },
  };
  const lag = () => ({ unflushed: 0.95, disk: 0 });
  const end = await openCollectorEnd({ dataDir: dataDir.path, clock, ingest: { lag } });
  const agent = await bench().agentOf('n', end.target);
  expect(end.server.state().load).toBe(0.95);
  nowMs += 11_000;
  const snapshot = {
    timeMs: firstMs,
    processCount: 0,
    zombieCount: 0,
    uninterruptibleCount: 0,
    processes: [],
  };
  agent.batch({ sequence: 1, payload: { kind: 'processes', snapshots: [snapshot] } });
  agent.batch(batch(1, 1));
  await agent.acknowledged('process', 1);
  await agent.acknowledged('metric', 1);
  const [refusal] = await agent.heard('refusal');
  expect(refusal?.refusal.code).toBe('overload');
  expect(await end.store.gaps('n', 0, 10)).toMatchObject([
    { dataClass: 'process', count: 1, reason: 'refused' },
  ]);
  await end.crash();
  dataDir.remove();
});
