import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type NodeReport, Reports } from '../../../../bench/fleet/agent/reports.ts';
import { planFleet } from '../../../../bench/fleet/values/fleet-plan.ts';
import { NodeProcesses } from '../../../../bench/fleet/values/node-processes.ts';
import { wholeProcess } from '../../../../shared/model/profile.ts';
import { profileRequest } from '../../../shared/model/some-profile.ts';

const startMs = 1_764_600_000_000;

function nodeWithJob() {
  const plan = planFleet({ nodes: 40, seed: 4, startMs, series: 256 });
  const node = plan.nodes.find(({ computeIndex }) => plan.timeline.jobAt(computeIndex, startMs) !== null);
  if (node === undefined) throw new Error('no job in the plan');
  const processes = new NodeProcesses(node, 4);
  const job = plan.timeline.jobAt(node.computeIndex, startMs);
  const rank = processes
    .snapshot(startMs, { job, jobBytes: 0 })
    .processes.find((each) => each.localRank === 0);
  const told: NodeReport[] = [];
  const reports = new Reports({
    find: (pid) => processes.find(pid),
    report: (report) => void told.push(report),
  });
  return { reports, told, pid: rank?.pid ?? 0 };
}

function profile(pid: number) {
  return profileRequest({ id: 'prf_1', target: wholeProcess(pid, null) });
}

describe('Reports', () => {
  beforeEach(() => void vi.useFakeTimers({ now: startMs }));
  afterEach(() => void vi.useRealTimers());

  it('lets a profile run as long as it was asked to, and ends it with stacks', () => {
    const { reports, told, pid } = nodeWithJob();
    reports.take({ kind: 'start-profile', request: profile(pid) });
    vi.advanceTimersByTime(29_000);
    expect(told.every((each) => each.kind === 'profile' && each.report.status === 'running')).toBe(true);
    vi.advanceTimersByTime(5_000);
    const last = told.at(-1);
    expect(last).toMatchObject({
      kind: 'profile',
      report: { status: 'finished', progress: 1, process: { pid } },
    });
    const stacks = last?.kind === 'profile' ? last.report.stacks : null;
    expect(stacks?.self.reduce((sum, each) => sum + each, 0)).toBe(
      last?.kind === 'profile' ? last.report.samples : Number.NaN,
    );
  });

  it('stops a profile when asked to', () => {
    const { reports, told, pid } = nodeWithJob();
    reports.take({ kind: 'start-profile', request: profile(pid) });
    vi.advanceTimersByTime(11_000);
    reports.take({ kind: 'stop-profile', profileId: 'prf_1' });
    expect(told.at(-1)).toMatchObject({ report: { status: 'stopped' } });
    const count = told.length;
    vi.advanceTimersByTime(60_000);
    expect(told.length).toBe(count);
  });

  it('says so when the process is not there', () => {
    const { reports, told } = nodeWithJob();
    reports.take({ kind: 'start-profile', request: profile(4_000_000) });
    expect(told).toMatchObject([{ report: { status: 'failed', reason: { code: 'no-such-process' } } }]);
  });
});
