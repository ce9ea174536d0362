// Takes a profile and keeps what was told about it.
import type { Profiler } from '../../../agent/profiler/profiler.ts';
import {
  isProfileOver,
  type ProfileReport,
  type ProfileRequest,
  type RecordedStacks,
  type StackTree,
} from '../../../shared/model/profile.ts';

export interface TakenProfile {
  readonly reports: readonly ProfileReport[];
  readonly last: ProfileReport;
  readonly tree: StackTree;
  readonly recorded: RecordedStacks;
}

export function takeProfile(
  profiler: Profiler,
  request: ProfileRequest,
  onReport: (report: ProfileReport) => void = () => undefined,
): Promise<TakenProfile> {
  const reports: ProfileReport[] = [];
  return new Promise((resolve) => {
    profiler.start(request, (report) => {
      reports.push(report);
      onReport(report);
      if (!isProfileOver(report.status)) return;
      const recorded = recordedOf(reports);
      resolve({ reports, last: report, tree: recorded, recorded });
    });
  });
}

function recordedOf(reports: readonly ProfileReport[]): RecordedStacks {
  const chunks = reports.flatMap(({ stacks }) => stacks ?? []);
  const samples = chunks.flatMap((chunk) => chunk.samples ?? []);
  return {
    frames: chunks.flatMap((chunk) => chunk.frames),
    parents: chunks.flatMap((chunk) => chunk.parents),
    frameIds: chunks.flatMap((chunk) => chunk.frameIds),
    self: chunks.flatMap((chunk) => chunk.self),
    threads: chunks.flatMap((chunk) => chunk.threads),
    samples: {
      timesMs: samples.flatMap(({ timesMs }) => timesMs ?? []),
      threadIds: samples.flatMap(({ threadIds }) => threadIds),
      nodes: samples.flatMap(({ nodes }) => nodes),
      weights: samples.flatMap(({ weights }) => weights),
    },
  };
}
