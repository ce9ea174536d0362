// For any cluster of some nodes, jobs and users: what a user is told is a part of what there is, and nothing of it is somebody else's.
import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JobRegister } from '../../../../collector/identity/jobs/job-register.ts';
import { OwnScope } from '../../../../collector/query/own-rows/own-scope.ts';
import { ownStore } from '../../../../collector/query/own-rows/own-store.ts';
import type { BucketGrid } from '../../../../collector/store/buckets.ts';
import { t0 } from '../../store/open-store.ts';
import { minuteMs, sharedCluster } from './shared-cluster.ts';

const users = ['alice', 'bob', 'carol'] as const;
const nodes = ['n1', 'n2', 'n3'] as const;
/** What was seen stands for a minute more; the cluster's values tell who was there at each moment. */
const graceMinutes = 1;

const stay = record({
  node: constantFrom(...nodes),
  user: constantFrom(...users),
  from: integer({ min: 0, max: 18 }),
  length: integer({ min: 1, max: 12 }),
});

interface Planned {
  readonly job: string;
  readonly user: string;
  readonly from: number;
  readonly to: number;
}

function planOf(stays: readonly { node: string; user: string; from: number; length: number }[]) {
  const plan: Record<string, Planned[]> = { n1: [], n2: [], n3: [] };
  for (const [number, { node, user, from, length }] of stays.entries()) {
    plan[node]?.push({ job: `j${number}`, user, from, to: Math.min(20, from + length) });
  }
  return plan;
}

describe('whatever the cluster', () => {
  test('a user is told a part of it, of own times, own jobs and own processes', {
    timeout: 240_000,
  }, async () => {
    await assert(
      asyncProperty(
        array(stay, { maxLength: 8 }),
        constantFrom(10_000, 30_000, 60_000, 600_000),
        constantFrom(0, 3),
        async (stays, stepMs, hoursLater) => {
          const plan = planOf(stays);
          const { store, owners, everybody, of, clock } = await sharedCluster(plan);
          clock.nowMs += hoursLater * 3_600_000;
          if (hoursLater > 0) await store.compact();
          const asked = {
            nodes: [...nodes],
            selectors: ['node_load1', 'jidi_job_memory_bytes'].map((metric) => ({ metric, match: {} })),
            fromMs: t0 + 1,
            toMs: t0 + 20 * minuteMs,
            stepMs,
            aggregate: 'count',
            bands: false,
            within: null,
            across: [],
            by: null,
          } as const;
          const all = await everybody.metricTable(asked);
          const keyOf = (row: { node: string | null; metric: string; labels: object }) =>
            JSON.stringify([row.node, row.metric, row.labels]);
          const whole = new Map(all.rows.map((row) => [keyOf(row), row.values]));
          for (const user of users) {
            const own = await of(user).metricTable(asked);
            for (const row of own.rows) {
              const { job } = row.labels;
              const mine = (plan[row.node ?? ''] ?? []).filter((one) => one.user === user);
              if (job !== undefined) expect(mine.map((one) => one.job)).toContain(job);
              for (const [place, count] of row.values.entries()) {
                if (Number.isNaN(count)) continue;
                expect(count).toBeLessThanOrEqual(whole.get(keyOf(row))?.[place] ?? 0);
                const endMs = own.timesMs[place] ?? 0;
                // Ticks come every ten seconds: none more than those of own minutes counts.
                expect(count).toBeLessThanOrEqual(ticksWithin(mine, endMs - stepMs, endMs));
              }
            }
            const wish = {
              nodes: [...nodes],
              fromMs: t0,
              toMs: t0 + 20 * minuteMs,
              sort: 'cpu',
              limit: 1000,
            } as const;
            const uses = await of(user).topProcesses(wish);
            expect(uses.processes.every((use) => use.user === user)).toBe(true);
            const every = await everybody.topProcesses(wish);
            expect(uses.processes).toHaveLength(every.processes.filter((use) => use.user === user).length);
            expect(owners.ownerOf('no-such-job')).toBeNull();
          }
        },
      ),
      // Each opens a store; a smaller example would take minutes to find.
      { numRuns: 5, endOnFailure: true },
    );
  });

  test('nothing of the store is asked for a node on which the user never was', async () => {
    const asked: string[] = [];
    const grid: BucketGrid = { firstMs: t0, stepMs: 1000, count: 10 };
    const source = {
      nodes: async () => [],
      latestTicks: (node: string) => (asked.push(node), []),
      gaps: async () => [],
      gapsOf: async (names: readonly string[]) => (asked.push(...names), []),
      rollUp: async ({ nodes: names }: { nodes: readonly string[] }) => (asked.push(...names), []),
      snapshots: async (node: string) => (asked.push(node), []),
      snapshotAt: async (node: string) => (asked.push(node), null),
    };
    const register = new JobRegister();
    register.note('n1', t0, [{ user: 'alice', uid: 1000, job: '7', startTimeMs: t0 }]);
    const clock = { now: () => t0, monotonic: () => 0, after: () => () => undefined };
    const own = ownStore(source, new OwnScope('bob', register), clock);
    const selection = { nodes: ['n1'], selectors: [], fromMs: t0, toMs: t0 + 1000 };
    expect(own.latestTicks('n1')).toEqual([]);
    expect(await own.rollUp(selection, grid, { lookbackMs: 0 })).toEqual([]);
    expect(await own.snapshots('n1', { fromMs: 0, toMs: t0, limit: 10 })).toEqual([]);
    expect(await own.snapshotAt('n1', t0, 1000)).toBeNull();
    expect(await own.gapsOf(['n1'], { fromMs: 0, toMs: t0, limit: 10 })).toEqual([]);
    expect(asked).toEqual([]);
  });
});

/** How many ticks of (from, to] lie in a stay, or in the minute behind it. */
function ticksWithin(stays: readonly Planned[], fromMs: number, toMs: number): number {
  let count = 0;
  for (let timeMs = t0; timeMs <= t0 + 20 * minuteMs; timeMs += 10_000) {
    const minute = (timeMs - t0) / minuteMs;
    const isOwn = stays.some(({ from, to }) => minute >= from && minute <= to + graceMinutes);
    if (isOwn && timeMs > fromMs && timeMs <= toMs) count += 1;
  }
  return count;
}
