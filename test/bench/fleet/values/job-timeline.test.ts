import { describe, expect, it } from 'vitest';
import { JobTimeline } from '../../../../bench/fleet/values/job-timeline.ts';

const startMs = 1_764_600_000_000;
const options = { seed: 5, nodes: 300, startMs, gpusFrom: 280 };

describe('JobTimeline', () => {
  it('tells the same jobs to all who ask, whichever node and time they ask of first', () => {
    const forward = new JobTimeline(options);
    const backward = new JobTimeline(options);
    const times = Array.from({ length: 40 }, (_, index) => startMs + index * 300_000);
    const seen = times.map((timeMs) => forward.jobAt(17, timeMs));
    for (const timeMs of times.toReversed()) backward.jobAt(299, timeMs);
    expect(times.toReversed().map((timeMs) => backward.jobAt(17, timeMs))).toEqual(seen.toReversed());
  });

  it('runs a job on all of its nodes and on no other', () => {
    const timeline = new JobTimeline(options);
    for (let node = 0; node < options.nodes; node += 1) {
      const job = timeline.jobAt(node, startMs);
      if (job === null) continue;
      expect(job.firstNode).toBeLessThanOrEqual(node);
      expect(job.lastNode).toBeGreaterThanOrEqual(node);
      expect(timeline.jobAt(job.lastNode, startMs)?.id).toBe(job.id);
    }
  });

  it('gives jobs for GPUs to nodes that have some', () => {
    const timeline = new JobTimeline(options);
    for (let hour = 0; hour < 48; hour += 1) {
      expect(timeline.jobAt(3, startMs + hour * 3_600_000)?.application.gpu ?? 0).toBe(0);
    }
  });

  it('keeps most nodes busy', () => {
    const timeline = new JobTimeline(options);
    const busy = Array.from({ length: options.nodes }, (_, node) => timeline.jobAt(node, startMs)).filter(
      (job) => job !== null,
    );
    expect(busy.length).toBeGreaterThan(options.nodes * 0.6);
  });
});
