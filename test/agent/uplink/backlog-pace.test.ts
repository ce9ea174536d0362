import { expect, test } from 'vitest';
import { BacklogPace } from '../../../agent/uplink/backlog-pace.ts';
import type { Clock } from '../../../shared/clock.ts';

function world() {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, monotonic: () => nowMs, after: () => () => undefined };
  const pace = new BacklogPace(clock, { burst: 20, least: 1, most: 8 });
  /** Sends whatever is allowed for a while; how many that was. */
  const run = (seconds: number, receiptMs: number) => {
    let sent = 0;
    for (let step = 0; step < seconds * 10; step += 1) {
      nowMs += 100;
      const { allowed } = pace;
      pace.sent(allowed);
      sent += allowed;
      if (allowed > 0) pace.acknowledged(receiptMs);
    }
    return sent;
  };
  return { pace, run };
}

test('a few go at once, the rest at the highest pace while receipts come soon', () => {
  const { pace, run } = world();
  expect(pace.allowed).toBe(20);
  pace.sent(20);
  expect(pace.allowed).toBe(0);
  expect(pace.pauseMs).toBeGreaterThan(100);
  const sent = run(60, 50);
  expect(sent).toBeGreaterThan(8 * 58);
  expect(sent).toBeLessThanOrEqual(8 * 60);
});

test('while receipts take long it falls to the lowest pace, and afterwards it recovers', () => {
  const { pace, run } = world();
  pace.sent(pace.allowed);
  run(30, 3_000);
  const slow = run(60, 3_000);
  expect(slow).toBeGreaterThanOrEqual(58);
  expect(slow).toBeLessThanOrEqual(62);
  run(60, 50);
  expect(run(30, 50)).toBeGreaterThan(8 * 28);
});
