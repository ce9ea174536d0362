import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, partitionAt, type Tier } from '../../../../collector/store/partitions/tier.ts';
import { type KeepSettings, planRemovals } from '../../../../collector/store/upkeep/removal-plan.ts';

const nowMs = Date.UTC(2026, 10, 21, 14, 20);
const settings: KeepSettings = {
  ageMs: {
    raw: 7 * dayMs,
    minute: 90 * dayMs,
    'ten-minutes': 730 * dayMs,
    profiles: 90 * dayMs,
    continuous: 14 * dayMs,
  },
  budgetBytes: null,
};

const file = (tier: Tier, ageMs: number, sizeBytes = 100) => ({
  ...partitionAt(tier, nowMs - ageMs),
  sizeBytes,
});

const paths = (
  files: Parameters<typeof planRemovals>[0],
  budgetBytes: number | null = null,
  otherBytes = 0,
) =>
  planRemovals(files, { ...settings, budgetBytes }, { nowMs, otherBytes }).map(
    ({ file: { path }, reason }) => `${path} ${reason}`,
  );

describe('what leaves the store', () => {
  test('is what lies wholly beyond the age of its tier', () => {
    const files = [
      ...[0, 6, 7, 8, 9].map((days) => file('raw', days * dayMs)),
      file('minute', 89 * dayMs),
      file('minute', 92 * dayMs),
      file('ten-minutes', 92 * dayMs),
      file('ten-minutes', 700 * dayMs),
      file('ten-minutes', 800 * dayMs),
    ];
    expect(paths(files)).toEqual([
      'raw/2026-11-13.db age',
      'raw/2026-11-12.db age',
      'minute/2026-08-21.db age',
      'ten-minutes/2024-09.db age',
    ]);
  });

  test('waits while data of its time is still to be rolled up', () => {
    const files = [file('raw', 0), file('raw', 9 * dayMs), file('hot', 9 * dayMs), file('raw', 10 * dayMs)];
    expect(paths(files)).toEqual(['raw/2026-11-11.db age']);
    expect(paths([file('raw', 0), file('minute', 92 * dayMs)])).toEqual([]);
  });

  test('is what came late for hours whose raw days are gone, before all that is younger', () => {
    const files = [file('hot', 3 * dayMs), file('hot', 0), file('raw', dayMs), file('minute', dayMs)];
    expect(paths(files, 300)).toEqual(['hot/2026-11-18T14.db budget']);
    expect(paths(files, 200)).toEqual(['hot/2026-11-18T14.db budget', 'raw/2026-11-20.db budget']);
  });

  test('is nothing that is busy', () => {
    const files = [file('raw', 9 * dayMs), file('raw', 8 * dayMs), file('raw', dayMs), file('minute', dayMs)];
    const isBusy = ({ fromMs }: { fromMs: number }) => nowMs - fromMs > 9 * dayMs;
    const removals = planRemovals(files, { ...settings, budgetBytes: 100 }, { nowMs, otherBytes: 0, isBusy });
    expect(removals.map(({ file: { path } }) => path)).toEqual([
      'raw/2026-11-13.db',
      'raw/2026-11-20.db',
      'minute/2026-11-20.db',
    ]);
  });

  test('is as little as the budget asks for: the finest first, oldest first, what is nowhere else last', () => {
    const files = [
      file('hot', 0),
      file('hot', hourMs),
      file('raw', 0),
      file('raw', dayMs),
      file('raw', 2 * dayMs),
      file('raw', 3 * dayMs),
      file('minute', dayMs),
      file('minute', 2 * dayMs),
      file('ten-minutes', dayMs),
    ];
    // The raw day of three days ago has no minutes: it is left for the end.
    expect(paths(files, 950, 50)).toEqual([]);
    expect(paths(files, 900, 50)).toEqual(['raw/2026-11-19.db budget']);
    expect(paths(files, 700, 50)).toEqual([
      'raw/2026-11-19.db budget',
      'raw/2026-11-20.db budget',
      'minute/2026-11-19.db budget',
    ]);
    expect(paths(files, 0, 0)).toEqual([
      'raw/2026-11-19.db budget',
      'raw/2026-11-20.db budget',
      'minute/2026-11-19.db budget',
      'minute/2026-11-20.db budget',
      'raw/2026-11-18.db budget',
      'raw/2026-11-21.db budget',
      'ten-minutes/2026-11.db budget',
      'hot/2026-11-21T13.db budget',
      'hot/2026-11-21T14.db budget',
    ]);
  });

  test('counts against the budget what is no partition, and what leaves by age', () => {
    const files = [file('raw', 9 * dayMs, 400), file('raw', dayMs), file('minute', dayMs)];
    expect(paths(files, 200, 0)).toEqual(['raw/2026-11-12.db age']);
    expect(paths(files, 200, 1)).toEqual(['raw/2026-11-12.db age', 'raw/2026-11-20.db budget']);
  });
});
