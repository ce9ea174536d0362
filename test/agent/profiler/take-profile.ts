// Takes a profile and keeps what was told about it.
import type { Profiler } from '../../../agent/profiler/profiler.ts';
import {
  isProfileOver,
  type ProfileReport,
  type ProfileRequest,
  type StackTree,
} from '../../../shared/model/profile.ts';

export interface TakenProfile {
  readonly reports: readonly ProfileReport[];
  readonly last: ProfileReport;
  readonly tree: StackTree;
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
      if (isProfileOver(report.status)) resolve({ reports, last: report, tree: treeOf(reports) });
    });
  });
}

function treeOf(reports: readonly ProfileReport[]): StackTree {
  const chunks = reports.flatMap(({ stacks }) => stacks ?? []);
  return {
    frames: chunks.flatMap((chunk) => chunk.frames),
    parents: chunks.flatMap((chunk) => chunk.parents),
    frameIds: chunks.flatMap((chunk) => chunk.frameIds),
    self: chunks.flatMap((chunk) => chunk.self),
  };
}
