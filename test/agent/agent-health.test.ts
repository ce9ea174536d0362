import { expect, test } from 'vitest';
import { AgentHealth } from '../../agent/agent-health.ts';
import type { Clock } from '../../shared/clock.ts';

function world() {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, monotonic: () => nowMs, after: () => () => undefined };
  const syncing = { hangsMs: 0, overdueMs: 0 };
  const health = new AgentHealth({ clock, spool: { statistics: { batches: 7 }, syncing } });
  return { health, syncing, pass: (ms: number) => (nowMs += ms) };
}

test('an agent that measures is well, however much waits for the collector', () => {
  const { health, pass } = world();
  pass(60_000);
  health.ticked();
  pass(5_000);
  expect(health.trouble()).toBeNull();
  expect(health.status()).toBe('measured 5 s ago; 7 batches wait for their receipt');
});

test('one that measures no more, or forgets its disk, is not', () => {
  const { health, syncing, pass } = world();
  syncing.overdueMs = 121_000;
  expect(health.trouble()).toBe('what was written was not synced for 121 s');
  syncing.overdueMs = 0;
  pass(181_000);
  expect(health.trouble()).toBe('nothing was measured for 181 s');
  health.ticked();
  expect(health.trouble()).toBeNull();
});

test('a disk that does not answer is told, and no reason to start anew', () => {
  const { health, syncing } = world();
  syncing.hangsMs = 600_000;
  expect(health.trouble()).toBeNull();
  expect(health.status()).toContain('the disk has not answered for 600 s');
});
