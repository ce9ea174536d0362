import { describe, expect, it } from 'vitest';
import { planFleet } from '../../../../bench/fleet/values/fleet-plan.ts';
import { NodeProcesses } from '../../../../bench/fleet/values/node-processes.ts';

const startMs = 1_764_600_000_000;

function snapshots(count: number) {
  const plan = planFleet({ nodes: 8, seed: 11, startMs, series: 256 });
  const [node] = plan.nodes;
  if (node === undefined) throw new Error('no node');
  const processes = new NodeProcesses(node, 11);
  return Array.from({ length: count }, (_, index) => {
    const timeMs = startMs + index * 5_000;
    return processes.snapshot(timeMs, { job: plan.timeline.jobAt(0, timeMs), jobBytes: 2 ** 34 });
  });
}

describe('NodeProcesses', () => {
  it('shows from 12 to 48 processes, each pid once', () => {
    for (const { processes } of snapshots(200)) {
      expect(processes.length).toBeGreaterThanOrEqual(12);
      expect(processes.length).toBeLessThanOrEqual(48);
      expect(new Set(processes.map(({ pid }) => pid)).size).toBe(processes.length);
    }
  });

  it('lets processes come and go, and most of them stay', () => {
    const lists = snapshots(200).map(({ processes }) =>
      processes.map(({ pid, startTimeMs }) => `${pid} ${startTimeMs}`),
    );
    let fresh = 0;
    for (const [index, list] of lists.entries()) {
      const before = new Set(lists[index - 1] ?? list);
      fresh += list.filter((identity) => !before.has(identity)).length;
    }
    expect(fresh / lists.length).toBeGreaterThan(0.2);
    expect(fresh / lists.length).toBeLessThan(3);
  });

  it('gives the ranks of a job their numbers', () => {
    const ranks = snapshots(1)[0]?.processes.filter(({ job }) => job !== null) ?? [];
    expect(ranks.map(({ localRank }) => localRank)).toEqual(ranks.map((_, index) => index));
  });
});
