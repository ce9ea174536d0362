import { describe, expect, test } from 'vitest';
import { OwnClock } from '../../../collector/ingest/own-clock.ts';

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
