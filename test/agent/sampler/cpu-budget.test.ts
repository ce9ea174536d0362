import { expect, test } from 'vitest';
import { CpuBudget } from '../../../agent/sampler/cpu-budget.ts';
import { createSampler } from '../../../agent/sampler/sampler.ts';
import type { MetricTick } from '../../../shared/model/metric.ts';
import { createLineLog } from './log-lines.ts';
import { TurnedClock } from './turned-clock.ts';

/** An agent whose every tick costs as much as the test says, and every second something beside. */
function setUp(options: { intervalMs?: number; cpuPercent?: number; tickMs: number; beside?: number }) {
  const clock = new TurnedClock(1_000_000_001);
  const startedMs = clock.monotonic();
  const { log, messages } = createLineLog();
  const cost = { tickMs: options.tickMs };
  let spent = 0;
  const intervalMs = options.intervalMs ?? 1_000;
  const budget = new CpuBudget({
    clock,
    log,
    intervalMs,
    cpuPercent: options.cpuPercent ?? 0.5,
    usedMicroseconds: () => spent + (clock.monotonic() - startedMs) * (options.beside ?? 0),
  });
  const ticks: MetricTick[] = [];
  const told: number[] = [];
  const sampler = createSampler({
    clock,
    log,
    intervalMs,
    sources: [],
    scanner: null,
    budget,
    onInterval: (each) => void told.push(each / 1000),
    onTick: (tick) => {
      ticks.push(tick);
      spent += cost.tickMs * 1000;
    },
    onSnapshot: () => {},
  });
  sampler.start();
  const minutes = (count: number): Promise<void> => clock.advance(count * 60_000);
  const last = (metric: string): number => {
    const tick = ticks.at(-1);
    const at = tick?.series.findIndex((each) => each.metric === metric) ?? -1;
    return tick?.values[at] ?? Number.NaN;
  };
  return {
    clock,
    budget,
    ticks,
    told,
    cost,
    minutes,
    last,
    messages,
    spend: (ms: number) => (spent += ms * 1000),
  };
}

test('below the budget nothing changes', async () => {
  const { minutes, told, last } = setUp({ tickMs: 4 });
  await minutes(30);
  expect(told).toEqual([]);
  expect(last('jidi_agent_interval_seconds')).toBe(1);
  expect(last('jidi_agent_budget_ratio')).toBeCloseTo(0.8, 2);
  expect(last('jidi_agent_interval_widenings_total')).toBe(0);
});

test('the first minute is not counted', async () => {
  const { minutes, told, spend, last } = setUp({ tickMs: 1 });
  spend(5_000);
  await minutes(1.2);
  expect(last('jidi_agent_budget_ratio')).toBeNaN();
  await minutes(10);
  expect(told).toEqual([]);
});

test('above the budget the interval widens step by step until the cost fits, with a line for each step', async () => {
  const { minutes, told, last, messages, ticks } = setUp({ tickMs: 24 });
  await minutes(3);
  expect(told).toEqual([2]);
  await minutes(8);
  // 24 ms every 5 s are 0.48 %.
  expect(told).toEqual([2, 5]);
  expect(last('jidi_agent_interval_seconds')).toBe(5);
  expect(last('jidi_agent_interval_widenings_total')).toBe(2);
  expect(messages().filter((line) => line.includes('less often'))).toHaveLength(2);
  const times = ticks.slice(-5).map(({ timeMs }) => timeMs % 5_000);
  expect(times).toEqual([0, 0, 0, 0, 0]);
  expect(last('jidi_agent_ticks_missed_total')).toBe(0);
});

test('it never widens past a minute', async () => {
  const { minutes, told } = setUp({ tickMs: 10_000, intervalMs: 20_000 });
  await minutes(20);
  expect(told).toEqual([30, 60]);
});

test('it narrows only after minutes in which the narrower interval would have fitted well', async () => {
  const { minutes, told, cost, messages } = setUp({ tickMs: 9 });
  await minutes(3);
  expect(told).toEqual([2]);
  // At 1 s this would be 0.9 of the budget: too near.
  cost.tickMs = 4.5;
  await minutes(20);
  expect(told).toEqual([2]);
  cost.tickMs = 3;
  await minutes(2.5);
  expect(told).toEqual([2]);
  await minutes(2);
  expect(told).toEqual([2, 1]);
  expect(messages().at(-1)).toContain('more often');
});

test('a narrowing that had to be taken back is tried again only after twice the time', async () => {
  const { minutes, told, cost } = setUp({ tickMs: 9 });
  await minutes(3);
  cost.tickMs = 1;
  await minutes(5);
  expect(told).toEqual([2, 1]);
  cost.tickMs = 9;
  await minutes(2);
  expect(told).toEqual([2, 1, 2]);
  cost.tickMs = 1;
  await minutes(5.5);
  expect(told).toEqual([2, 1, 2]);
  await minutes(3);
  expect(told).toEqual([2, 1, 2, 1]);
});

test('what is used between the ticks counts, too', async () => {
  const { minutes, told, last } = setUp({ tickMs: 0, beside: 6 });
  await minutes(3);
  expect(last('jidi_agent_budget_ratio')).toBeCloseTo(1.2, 1);
  expect(told).toEqual([2]);
});
