// Reports as JSON for scripts. In: a NodeReport. Out: text. What is not known is null; times are ISO 8601.
import type { NodeReport } from './node-report.ts';

export function reportJson(report: NodeReport): string {
  const { node, timeMs, version, sources, snapshot, snapshotFailure } = report;
  const shown = {
    node,
    time: new Date(timeMs).toISOString(),
    version,
    sources: sources.map(({ name, reads, state, reason, remedy, durationSeconds, values, lacks }) => ({
      name,
      reads,
      state,
      reason,
      remedy,
      durationSeconds,
      lacks,
      values: values.map(({ metric, labels, value }) => ({
        name: metric.name,
        kind: metric.kind,
        labels,
        value,
      })),
    })),
    processes: snapshot,
    processesReason: snapshotFailure,
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}
