// What one agent may do to the collector, and to the others.
import { describe, expect, test } from 'vitest';
import { AgentBudget, AgentBudgets } from '../../../collector/ingest/agent-budget.ts';
import { type IngestLimits, usualLimits } from '../../../collector/ingest/limits.ts';
import { Turns } from '../../../collector/ingest/turns.ts';
import type { MetricTick } from '../../../shared/model/metric.ts';
import { batch, useBench } from './bench.ts';
import { type CollectorEnd, makeDataDir, openCollectorEnd } from './collector-end.ts';
import { helloOf } from './raw-agent.ts';
import { firstMs, tickOf } from './ticks.ts';
import { until } from './until.ts';

const bench = useBench();

async function withLimits(
  limits: Partial<IngestLimits>,
  body: (end: CollectorEnd) => Promise<void>,
): Promise<void> {
  const dataDir = makeDataDir();
  const end = await openCollectorEnd({ dataDir: dataDir.path, ingest: { limits } });
  try {
    await body(end);
  } finally {
    await end.crash();
    dataDir.remove();
  }
}

describe('a node beyond as many as may be known', () => {
  test('is turned away on either stream and counted; those that are known come again', async () => {
    const dataDir = makeDataDir();
    const end = await openCollectorEnd({ dataDir: dataDir.path, maxNodes: 2 });
    try {
      await bench().agentOf('a', end.target);
      await bench().agentOf('b', end.target);
      for (const stranger of [bench().stranger(end.target), bench().control(end.target)]) {
        stranger.hello(helloOf('c'));
        expect(await stranger.end()).toEqual({
          code: 'RESOURCE_EXHAUSTED',
          details: expect.stringMatching(/c is new.*raise maxNodes/),
        });
      }
      expect(end.server.statistics.streamsEnded.get('too-many-nodes')).toBe(2);
      await bench().agentOf('a', end.target);
      expect((await end.store.nodes()).map(({ name }) => name)).toEqual(['a', 'b']);
    } finally {
      await end.crash();
      dataDir.remove();
    }
  });
});

describe('an agent that sends too much', () => {
  test.each([
    ['messages', { messagesPerSecond: 5 }],
    ['bytes', { bytesPerSecond: 150 }],
    ['samples', { samplesPerSecond: 10 }],
  ] as const)('of %s waits, and loses nothing', async (reason, limits) => {
    await withLimits(limits, async (end) => {
      const agent = await bench().agentOf('greedy', end.target);
      for (let sequence = 1; sequence <= 28; sequence += 1) agent.batch(batch(sequence, sequence));
      await agent.acknowledged('metric', 28);
      expect(end.server.statistics.limited.get(reason)).toBeGreaterThan(0);
      expect(await end.store.tickTimes('greedy', 0, Date.now())).toHaveLength(28);
    });
  });

  test('of hours is ended, and gets the rest in by and by', async () => {
    // Four minutes of them at once: 12.
    await withLimits({ hoursPerMinute: 3 }, async (end) => {
      const beganMs = Math.floor(Date.now() / 3_600_000 - 100) * 3_600_000;
      const agent = await bench().agentOf('old', end.target);
      for (let hour = 1; hour <= 30; hour += 1) {
        const ticks = [tickOf(hour, beganMs + hour * 3_600_000)];
        agent.batch({ sequence: hour, payload: { kind: 'metrics', ticks } });
      }
      expect(await agent.end()).toEqual({
        code: 'RESOURCE_EXHAUSTED',
        details: expect.stringMatching(/old sends samples of too many hours/),
      });
      expect(await end.store.gaps('old', 0, 10)).toEqual([]);
      await until('stored', async () => (await end.store.tickTimes('old', 0, Date.now())).length === 12);
    });
  });

  test('does not hold up a calm one', async () => {
    await withLimits({ messagesPerSecond: 20 }, async (end) => {
      const greedy = await bench().agentOf('greedy', end.target);
      const calm = await bench().agentOf('calm', end.target);
      for (let sequence = 1; sequence <= 400; sequence += 1) greedy.batch(batch(sequence, sequence));
      await until('the limit', () => end.server.statistics.limited.has('messages'));
      for (let sequence = 1; sequence <= 10; sequence += 1) {
        const beganMs = performance.now();
        calm.batch(batch(sequence, sequence));
        await calm.acknowledged('metric', sequence);
        expect(performance.now() - beganMs).toBeLessThan(1500);
      }
      expect(greedy.position('metric')?.sequence ?? 0).toBeLessThan(400);
    });
  });

  test.each([
    ['batches', { batchesUnderWay: 6 }],
    ['bytes', { bytesUnderWayPerAgent: 250 }],
  ])('has no more %s on their way into the store than allowed', async (_, limits) => {
    const dataDir = makeDataDir();
    const gate = Promise.withResolvers<void>();
    let most = 0;
    let underWay = 0;
    const end = await openCollectorEnd({
      dataDir: dataDir.path,
      ingest: { limits },
      overStore: (store) => ({
        append: async (sender, one) => {
          underWay += 1;
          most = Math.max(most, underWay);
          await gate.promise;
          underWay -= 1;
          return store.append(sender, one);
        },
      }),
    });
    const agent = await bench().agentOf('greedy', end.target);
    for (let sequence = 1; sequence <= 50; sequence += 1) agent.batch(batch(sequence, sequence));
    await until('some', () => underWay >= 5);
    gate.resolve();
    await agent.acknowledged('metric', 50);
    expect(most).toBeLessThanOrEqual(6);
    await end.crash();
    dataDir.remove();
  });
});

describe('an agent that may not', () => {
  test('define new series without end is turned away with a remedy', async () => {
    await withLimits({ newSeriesPerMinute: 2 }, async (end) => {
      const agent = await bench().agentOf('greedy', end.target);
      for (let sequence = 1; sequence <= 12; sequence += 1) {
        const series = [0, 1].map((place) => ({
          metric: 'jidi_m',
          kind: 'gauge' as const,
          decimals: 0,
          labels: { request: `${sequence}.${place}` },
        }));
        const tick: MetricTick = { timeMs: firstMs + sequence * 5000, series, values: Float64Array.of(1, 2) };
        agent.batch({ sequence, payload: { kind: 'metrics', ticks: [tick] } });
      }
      expect(await agent.end()).toEqual({
        code: 'RESOURCE_EXHAUSTED',
        details: expect.stringMatching(/jidi-agent/),
      });
      expect(end.server.statistics.streamsEnded.get('series-rate')).toBe(1);
      const other = await bench().agentOf('calm', end.target);
      other.batch(batch(1, 1));
      await other.acknowledged('metric', 1);
    });
  });

  test('but defines again what is known pays nothing for it', async () => {
    await withLimits({ newSeriesPerMinute: 1 }, async (end) => {
      for (let round = 0; round < 12; round += 1) {
        const agent = await bench().agentOf(`n${round}`, end.target);
        agent.batch({ sequence: 1, payload: { kind: 'metrics', ticks: [tickOf(round)] } });
        await agent.acknowledged('metric', 1);
      }
    });
  });

  test('greet again and again is turned away with a remedy', async () => {
    await withLimits({ hellosPerMinute: 2 }, async (end) => {
      const codes: string[] = [];
      for (let round = 0; round < 8; round += 1) {
        const agent = bench().stranger(end.target);
        agent.hello(helloOf('hasty'));
        await Promise.race([agent.heard('welcome'), agent.ended]);
        if (agent.answers.length > 0) continue;
        const { code, details } = await agent.end();
        expect(details).toMatch(/--node NAME/);
        codes.push(code);
      }
      expect(codes).toEqual(['RESOURCE_EXHAUSTED', 'RESOURCE_EXHAUSTED']);
      await bench().agentOf('other', end.target);
    });
  });

  test('open more streams from one address than allowed is turned away', async () => {
    await withLimits({ streamsFromLoopback: 2 }, async (end) => {
      await bench().agentOf('a', end.target);
      await bench().agentOf('b', end.target);
      const third = bench().stranger(end.target);
      third.hello(helloOf('c'));
      expect(await third.end()).toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        details: expect.stringMatching(/127\.0\.0\.1/),
      });
      expect(end.server.statistics.streamsEnded.get('too-many-of-address')).toBe(1);
    });
  });
});

describe('greetings', () => {
  test('all come to their turn, so many at once', async () => {
    let most = 0;
    let atOnce = 0;
    const dataDir = makeDataDir();
    const end = await openCollectorEnd({
      dataDir: dataDir.path,
      ingest: { limits: { greetings: 2 } },
      overStore: (store) => ({
        positions: async (sender) => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          const found = await store.positions(sender);
          atOnce -= 1;
          return found;
        },
      }),
    });
    await Promise.all(Array.from({ length: 12 }, (_, number) => bench().agentOf(`n${number}`, end.target)));
    expect(most).toBe(2);
    await end.crash();
    dataDir.remove();
  });

  test('wait behind one that fails, and no longer', async () => {
    const turns = new Turns(1);
    const order: string[] = [];
    const work = (name: string) => () => {
      order.push(name);
      return name === 'bad' ? Promise.reject(new Error(name)) : Promise.resolve(name);
    };
    const results = await Promise.allSettled([turns.run(work('bad')), turns.run(work('good'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(order).toEqual(['bad', 'good']);
  });
});

describe('a budget', () => {
  test('of hours lets a backlog of days and what is new come by turns', () => {
    const budget = new AgentBudget(usualLimits);
    const nowMs = 1_800_000_000_000;
    for (let minute = 0; minute < 9 * 24 * 60; minute += 1) {
      expect(budget.hours([nowMs], 0)).toBe(true);
      expect(budget.hours([nowMs - minute * 60_000], 0)).toBe(true);
    }
  });

  test('lets a burst through and then the rate', () => {
    const budget = new AgentBudget({ ...usualLimits, messagesPerSecond: 10 });
    const waits = Array.from({ length: 60 }, () => budget.message(1, 1000)?.ms ?? 0);
    expect(waits.filter((wait) => wait === 0)).toHaveLength(40);
    expect(waits[40]).toBeCloseTo(100);
    // What waited its time is through.
    expect(budget.message(1, 1000 + 10_000)).toBeNull();
  });

  test('is remembered over streams, and forgotten once it is full again', () => {
    const budgets = new AgentBudgets(usualLimits);
    const budget = budgets.of('n', 0);
    budget.hello(0);
    expect(budgets.of('n', 1000)).toBe(budget);
    expect(budgets.of('n', 30 * 60_000)).not.toBe(budget);
  });
});
