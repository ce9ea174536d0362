import { expect, test } from 'vitest';
import { AlignedTicker } from '../../../agent/sampler/aligned-ticker.ts';
import { createLineLog } from './log-lines.ts';
import { settle, TurnedClock } from './turned-clock.ts';

function setUp(startMs: number, work: () => Promise<void> = async () => {}) {
  const clock = new TurnedClock(startMs);
  const { log, messages } = createLineLog();
  const times: number[] = [];
  const ticker = new AlignedTicker({
    clock,
    intervalMs: 5_000,
    log,
    onTick: async (timeMs) => {
      times.push(timeMs);
      await work();
    },
  });
  return { clock, ticker, times, messages };
}

test('ticks are whole multiples of the interval', async () => {
  const { clock, ticker, times } = setUp(1_003_210);
  ticker.start();
  ticker.start();
  await clock.advance(12_000);
  expect(times).toEqual([1_005_000, 1_010_000, 1_015_000]);
  expect(ticker.missed).toBe(0);
});

test('a start on the very moment waits for the next one', async () => {
  const { clock, ticker, times } = setUp(1_005_000);
  ticker.start();
  await clock.advance(4_999);
  expect(times).toEqual([]);
  await clock.advance(1);
  expect(times).toEqual([1_010_000]);
});

test('a short delay keeps the time of the tick', async () => {
  const { clock, ticker, times } = setUp(1_000_001);
  ticker.start();
  clock.pass(4_999 + 1_250);
  await clock.advance(0);
  await clock.advance(5_000);
  expect(times).toEqual([1_005_000, 1_010_000]);
  expect(ticker.missed).toBe(0);
});

test('a tick that comes too late is skipped and counted', async () => {
  const { clock, ticker, times } = setUp(1_000_001);
  ticker.start();
  clock.pass(4_999 + 1_251);
  await clock.advance(5_000);
  expect(times).toEqual([1_010_000]);
  expect(ticker.missed).toBe(1);
});

test('a stall over several ticks counts each of them', async () => {
  const { clock, ticker, times } = setUp(1_000_001);
  ticker.start();
  clock.pass(23_000);
  await clock.advance(5_000);
  expect(times).toEqual([1_025_000]);
  expect(ticker.missed).toBe(4);
});

test('a tick that takes longer than the interval lets the ones in between go', async () => {
  const gate = Promise.withResolvers<void>();
  const { clock, ticker, times } = setUp(1_000_001, () => gate.promise);
  ticker.start();
  await clock.advance(17_000);
  expect(times).toEqual([1_005_000]);
  gate.resolve();
  await settle();
  await clock.advance(5_000);
  expect(times).toEqual([1_005_000, 1_020_000]);
  expect(ticker.missed).toBe(2);
});

test.each([3_600_000, -3_600_000, 2_345, -2_345])(
  'after a step of the wall clock by %i ms ticks align anew and none is missed',
  async (stepMs) => {
    const { clock, ticker, times, messages } = setUp(100_000_001);
    ticker.start();
    await clock.advance(5_000);
    clock.step(stepMs);
    await clock.advance(15_000);
    expect(times.length).toBeGreaterThanOrEqual(3);
    for (const time of times) expect(time % 5_000).toBe(0);
    expect(Math.abs((times.at(-1) ?? 0) - clock.now())).toBeLessThanOrEqual(5_000);
    expect(ticker.missed).toBe(0);
    expect(messages()).toEqual(['the wall clock stepped; ticks align anew']);
  },
);

test('stop lets the running tick end, and a second start goes on', async () => {
  const gate = Promise.withResolvers<void>();
  const { clock, ticker, times } = setUp(1_000_001, () => gate.promise);
  ticker.start();
  await clock.advance(5_000);
  let stopped = false;
  const stopping = ticker.stop().then(() => {
    stopped = true;
  });
  await clock.advance(10);
  expect(stopped).toBe(false);
  gate.resolve();
  await stopping;
  await ticker.stop();
  await clock.advance(20_000);
  expect(times).toEqual([1_005_000]);
  expect(clock.armed).toBe(0);
  ticker.start();
  await clock.advance(5_000);
  expect(times).toEqual([1_005_000, 1_030_000]);
  expect(ticker.missed).toBe(0);
});
