import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type NodeReport, Reports } from '../../../../bench/fleet/agent/reports.ts';
import { planFleet } from '../../../../bench/fleet/values/fleet-plan.ts';
import { NodeProcesses } from '../../../../bench/fleet/values/node-processes.ts';
import { profileRequest } from '../../../shared/model/some-profile.ts';
import { wholeProcess } from '../../../shared/model/whole-process.ts';

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
    processes: () => processes.all(),
    pace: () => processes.pace(),
    report: (report) => void told.push(report),
  });
  return { reports, told, pid: rank?.pid ?? 0, job: job?.id ?? '' };
}

/** All that was told of stacks. */
function recordedOf(told: readonly NodeReport[]) {
  const chunks = told.flatMap((each) => (each.kind === 'profile' ? (each.report.stacks ?? []) : []));
  const threads = chunks.flatMap((chunk) => chunk.threads);
  const columns = chunks.flatMap(({ samples }) => samples ?? []);
  const threadIds = columns.flatMap((each) => each.threadIds);
  const weights = columns.flatMap((each) => each.weights);
  const weightByThread = threads.map((_thread, id) =>
    weights.reduce((sum, weight, place) => sum + (threadIds[place] === id ? weight : 0), 0),
  );
  return {
    samples: weights.length,
    weight: chunks.flatMap(({ self }) => self).reduce((sum, each) => sum + each, 0),
    weightByThread,
    timesMs: columns.flatMap((each) => each.timesMs ?? []),
    ranks: new Set(threads.flatMap(({ localRank }) => localRank ?? [])),
    modules: chunks.flatMap(({ frames }) => frames.map(({ module }) => module)),
  };
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
      report: { status: 'finished', progress: 1, process: { pid }, stacks: { last: true } },
    });
    const { samples, weight } = recordedOf(told);
    expect(weight).toBe(last?.kind === 'profile' ? last.report.samples : Number.NaN);
    // Its main thread is on a CPU but for the time that it is blocked, 30 s at 99 Hz.
    expect(samples).toBeGreaterThan(2500);
  });

  it.each([
    ['job', { kind: 'job', job: '' }],
    ['cgroup', { kind: 'cgroup', path: '/system.slice/slurmstepd.scope/job_/step_0' }],
    ['node', { kind: 'node' }],
  ] as const)('shows all of a %s, with its ranks, in order of time', (_kind, target) => {
    const { reports, told, job } = nodeWithJob();
    const named =
      target.kind === 'job'
        ? { ...target, job }
        : target.kind === 'cgroup'
          ? { ...target, path: target.path.replace('job_', `job_${job}`) }
          : target;
    reports.take({ kind: 'start-profile', request: { ...profile(1), target: named } });
    vi.advanceTimersByTime(40_000);
    const { ranks, timesMs, modules } = recordedOf(told);
    expect(ranks.size).toBeGreaterThan(0);
    expect(timesMs.every((time, place) => time >= (timesMs[place - 1] ?? 0) && time <= 30_000)).toBe(true);
    expect(modules).toContain('[kernel]');
  });

  it('tells of waiting when it is asked for time', () => {
    const { reports, told, pid } = nodeWithJob();
    reports.take({ kind: 'start-profile', request: { ...profile(pid), event: 'wall' } });
    vi.advanceTimersByTime(40_000);
    expect(told.at(-1)).toMatchObject({ report: { unit: 'microseconds' } });
    const { weightByThread } = recordedOf(told);
    for (const weight of weightByThread) expect(Math.abs(weight / 1e6 - 30)).toBeLessThan(1);
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
    expect(told).toMatchObject([{ report: { status: 'failed', reason: { code: 'process-gone' } } }]);
  });
});
