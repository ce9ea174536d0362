import { expect, test } from 'vitest';
import { SyncSchedule } from '../../../agent/spool/sync-schedule.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { DataClass } from '../../../shared/model/delivery.ts';

function world() {
  let nowMs = 0;
  const timers = new Set<{ dueMs: number; run: () => void }>();
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    after(delayMs, run) {
      const timer = { dueMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const synced: string[] = [];
  const ends: (() => void)[] = [];
  const schedule = new SyncSchedule({
    clock,
    sync(dataClass: DataClass) {
      synced.push(`${dataClass} ${nowMs}`);
      return new Promise((resolve) => ends.push(resolve));
    },
  });
  return {
    schedule,
    synced,
    /** What is being synced reaches the disk. */
    finish: async () => {
      for (const end of ends.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    },
    pass: (untilMs: number) => {
      while (nowMs < untilMs) {
        nowMs += 100;
        const due = [...timers].filter(({ dueMs }) => dueMs <= nowMs);
        for (const timer of due) if (timers.delete(timer)) timer.run();
      }
    },
  };
}

test('results are synced at once, one written meanwhile right after', async () => {
  const { schedule, synced, finish } = world();
  schedule.wrote('result', 100);
  schedule.wrote('result', 100);
  expect(synced).toEqual(['result 0']);
  await finish();
  expect(synced).toEqual(['result 0', 'result 0']);
  await finish();
  expect(synced).toHaveLength(2);
});

test('events are synced within a second, the others within ten, together', async () => {
  const { schedule, synced, finish, pass } = world();
  schedule.wrote('metric', 1_000);
  pass(500);
  schedule.wrote('event', 100);
  schedule.wrote('process', 1_000);
  pass(1_500);
  await finish();
  expect(synced).toEqual(['event 1500']);
  schedule.wrote('metric', 1_000);
  pass(9_900);
  expect(synced).toHaveLength(1);
  pass(10_000);
  expect(synced.slice(1)).toEqual(['metric 10000', 'process 10000']);
  await finish();
  pass(40_000);
  expect(synced).toHaveLength(3);
});

test('much of one class does not wait', () => {
  const { schedule, synced } = world();
  schedule.wrote('metric', 200 * 1024);
  expect(synced).toEqual([]);
  schedule.wrote('metric', 60 * 1024);
  expect(synced).toEqual(['metric 0']);
});

test('at the end everything is synced, also what is written while another sync runs', async () => {
  const { schedule, synced, finish } = world();
  schedule.wrote('result', 100);
  schedule.wrote('metric', 100);
  schedule.stop();
  const done = schedule.all();
  await finish();
  await finish();
  await done;
  expect(synced).toEqual(['result 0', 'metric 0']);
});

test('what hangs and what was forgotten are told apart', async () => {
  const { schedule, finish, pass } = world();
  expect([schedule.hangsMs, schedule.overdueMs]).toEqual([0, 0]);
  schedule.wrote('metric', 1_000);
  pass(10_000);
  pass(40_000);
  // Written while the disk hangs: it waits for that, nobody forgot it.
  schedule.wrote('metric', 1_000);
  expect([schedule.hangsMs, schedule.overdueMs]).toEqual([30_000, 0]);
  await finish();
  expect(schedule.hangsMs).toBe(0);
  schedule.stop();
  pass(90_000);
  expect(schedule.overdueMs).toBe(40_000);
});
