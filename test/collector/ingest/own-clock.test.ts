import { describe, expect, test } from 'vitest';
import { OwnClock } from '../../../collector/ingest/own-clock.ts';
import { systemClock } from '../../../shared/clock.ts';
import { useBench } from './bench.ts';
import { makeDataDir, openCollectorEnd } from './collector-end.ts';
import { tickOf } from './ticks.ts';

const bench = useBench();

const dayMs = 86_400_000;
const trueMs = Date.UTC(2026, 10, 21);

/** The hands of the collector's clock, and who judges them. */
function begin(wallMs = trueMs) {
  const hands = {
    wallMs,
    ranMs: 0,
    now: () => hands.wallMs,
    monotonic: () => hands.ranMs,
    after: () => () => {},
  };
  const ownClock = new OwnClock(hands);
  const pass = (ms: number): void => {
    hands.wallMs += ms;
    hands.ranMs += ms;
  };
  return { hands, ownClock, pass };
}

describe('a clock of the collector that is set while data flows', () => {
  test.each([-3_600_000, 3_600_000])('by %d ms loses nothing: times follow it', async (setMs) => {
    const dataDir = makeDataDir();
    let aheadMs = 0;
    const clock = { ...systemClock, now: () => Date.now() + aheadMs };
    const end = await openCollectorEnd({ dataDir: dataDir.path, clock });
    try {
      const bootedMs = Date.now() - dayMs;
      const hello = { sentTimeMs: Date.now(), bootTimeMs: dayMs };
      const agent = await bench().agentOf('n1', end.target, hello);
      const timeMs = Math.floor(Date.now() / 1000) * 1000;
      for (const [place, ahead] of [0, setMs, 0].entries()) {
        aheadMs = ahead;
        const ticks = [tickOf(1, timeMs + place * 1000)];
        agent.batch({ sequence: place + 1, payload: { kind: 'metrics', ticks } }, bootedMs);
        await agent.acknowledged('metric', place + 1);
      }
      const stored = [...(await end.store.tickTimes('n1', 0, timeMs + dayMs))].map((ms) =>
        Math.floor((ms - timeMs) / 1000),
      );
      expect(stored).toEqual([0, 2, 1 + setMs / 1000].toSorted((a, b) => a - b));
      expect(await end.store.gaps('n1', 0, 10)).toEqual([]);
    } finally {
      await end.crash();
      dataDir.remove();
    }
  });
});

describe('the clock of the collector', () => {
  test('is not believed before the program was written', () => {
    expect(() => begin(0).ownClock.require()).toThrow('says 1970');
  });

  test('is not believed while it is years ahead of most nodes, and at once again when it is set', () => {
    const { hands, ownClock, pass } = begin(trueMs + 9 * 365 * dayMs);
    for (const node of ['a', 'b', 'c']) ownClock.hear(node, trueMs);
    expect(() => ownClock.require()).toThrow('more than a day from those of most nodes');
    pass(1_000);
    expect(() => ownClock.require()).toThrow();
    pass(1_000);
    hands.wallMs = trueMs + 2_000;
    ownClock.require();
  });

  test('is believed against one or two nodes, and against a minority', () => {
    const { ownClock, pass } = begin();
    for (const node of ['a', 'b']) ownClock.hear(node, trueMs - 9 * dayMs);
    ownClock.require();
    for (const node of ['c', 'd']) ownClock.hear(node, trueMs);
    pass(1_000);
    ownClock.require();
  });

  test('is judged by those that were heard lately', () => {
    const { hands, ownClock, pass } = begin();
    for (const node of ['a', 'b', 'c']) ownClock.hear(node, trueMs - 9 * dayMs);
    expect(() => ownClock.require()).toThrow();
    pass(11 * 60_000);
    ownClock.hear('d', hands.wallMs);
    ownClock.require();
  });
});
