import { expect, test } from 'vitest';
import { RetentionClock } from '../../../../collector/store/upkeep/retention-clock.ts';

function clocks(wallMs: number) {
  return { wallMs, ranMs: 0, now: () => hands.wallMs, monotonic: () => hands.ranMs, after: () => () => {} };
}
let hands: ReturnType<typeof clocks>;

function begin(wallMs: number, reachedMs: number): RetentionClock {
  hands = clocks(wallMs);
  return new RetentionClock(hands, reachedMs);
}

test('the time by which data ages is that of the wall clock, as long as that goes as time does', () => {
  const clock = begin(1_000, 1_000);
  hands.wallMs = 6_000;
  hands.ranMs = 5_000;
  expect(clock.now()).toBe(6_000);
});

test('after a pause, and when the wall clock is set ahead, it goes twice as fast until it has caught up', () => {
  const clock = begin(100_000, 1_000);
  expect(clock.now()).toBe(1_000);
  hands.ranMs = 5_000;
  hands.wallMs = 105_000;
  expect([clock.now(), clock.reachedMs]).toEqual([11_000, 11_000]);
  hands.ranMs = 100_000;
  hands.wallMs = 200_000;
  expect(clock.now()).toBe(200_000);
});

test('a wall clock that is set back is followed at once, and forth again where it was', () => {
  const clock = begin(9_000, 9_000);
  hands.wallMs = 1_000;
  expect(clock.now()).toBe(1_000);
  hands.wallMs = 9_000;
  expect(clock.now()).toBe(9_000);
});
