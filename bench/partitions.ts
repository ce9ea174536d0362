// Claim: a flush costs at most 40 ns for each sample, compaction with the roll-up at most 60 ns; on disk, everything counted, a
// sample takes at most 1.21 bytes on a long day of few nodes and 1.73 bytes on one hour of many.
//
// In: values of simulated nodes with 256 series, a tick every 5 s, as segments of the log of two minutes each. Measured: CPU of
// the flush and of the compaction, syncs included; sizes of files once everything is in them.
// Flags: nodes=16 hours=24 (one run instead of those of the claim).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactHour } from '../collector/store/compaction/compact-hour.ts';
import { CounterTails } from '../collector/store/compaction/counter-tails.ts';
import { flushSegment } from '../collector/store/flush/flush-segment.ts';
import { SegmentEncoder } from '../collector/store/log/segment-encoder.ts';
import { segmentHead } from '../collector/store/log/segment-head.ts';
import { SeriesLists } from '../collector/store/log/series-lists.ts';
import { listPartitions } from '../collector/store/partitions/partition-folder.ts';
import { hourMs, partitionAt, type Tier } from '../collector/store/partitions/tier.ts';
import { createTurns } from '../collector/store/turns.ts';
import { SegmentWriter } from '../shared/segment-file/segment-writer.ts';
import { planFleet } from './fleet/values/fleet-plan.ts';
import { NodeValues } from './fleet/values/node-values.ts';
import { printNote } from './measuring/report.ts';
import { cpuMicroseconds } from './measuring/stopwatch.ts';

const startMs = Date.UTC(2026, 10, 21);
const everyMs = 5_000;
const segmentMs = 120_000;
const seriesPerNode = 256;
const lists = new SeriesLists();

const flags = new Map(process.argv.slice(2).map((flag) => flag.split('=') as [string, string]));
const asked = { nodes: Number(flags.get('nodes') ?? 0), hours: Number(flags.get('hours') ?? 1) };
const runs =
  asked.nodes > 0
    ? [asked]
    : [
        { nodes: 16, hours: 24 },
        { nodes: 400, hours: 1 },
      ];
for (const run of runs) {
  const root = mkdtempSync(join(tmpdir(), 'jidi-bench-'));
  try {
    await measure(root, run);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Costs {
  samples: number;
  flushUs: number;
  compactUs: number;
  peakBytes: number;
  longestTurnMs: number;
  turnBeganMs: number;
}

async function measure(root: string, { nodes, hours }: { nodes: number; hours: number }): Promise<void> {
  const plan = planFleet({ nodes, seed: 7, startMs, series: seriesPerNode });
  const sources = plan.nodes.map((node) => new NodeValues(plan, node));
  const numbers = new Map(plan.nodes.map(({ name }, place) => [name, place]));
  const tails = new CounterTails();
  const costs: Costs = {
    samples: 0,
    flushUs: 0,
    compactUs: 0,
    peakBytes: 0,
    longestTurnMs: 0,
    turnBeganMs: 0,
  };
  const yieldTurn = watchedTurns(costs);
  let segment = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    const endMs = startMs + (hour + 1) * hourMs;
    for (let fromMs = endMs - hourMs; fromMs < endMs; fromMs += segmentMs) {
      segment += 1;
      const path = join(root, `${segment}.log`);
      costs.samples += writeSegment(path, { number: segment, fromMs, sources, names: [...numbers.keys()] });
      const bytes = readFileSync(path);
      const options = {
        root,
        segment,
        numberOf: (node: string) => numbers.get(node),
        oldestMs: 0,
        yieldTurn,
      };
      costs.turnBeganMs = performance.now();
      costs.flushUs += await cpuMicroseconds(() => flushSegment(bytes, options));
      rmSync(path);
    }
    if (hour === 0) printNote(sizes(root, costs.samples, ['hot']));
    const partition = partitionAt('hot', endMs - hourMs);
    costs.turnBeganMs = performance.now();
    costs.compactUs += await cpuMicroseconds(() => compactHour(partition, { root, tails, yieldTurn }));
  }
  const { samples, flushUs, compactUs } = costs;
  printNote(
    [
      `${nodes} nodes × ${hours} h (${(samples / 1e6).toFixed(1)} M samples)`,
      `flush ${((flushUs * 1000) / samples).toFixed(1)} ns`,
      `compaction ${((compactUs * 1000) / samples).toFixed(1)} ns`,
      sizes(root, samples, ['raw', 'minute']),
      `longest turn ${costs.longestTurnMs.toFixed(0)} ms`,
      `RSS at most ${(costs.peakBytes / 2 ** 20).toFixed(0)} MiB`,
    ].join(' · '),
  );
}

/** Bytes for each sample of the files of these tiers. */
function sizes(root: string, samples: number, only: readonly Tier[]): string {
  return only
    .map((tier) => {
      const bytes = listPartitions(root, [tier]).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return `${tier} ${(bytes / samples).toFixed(3)} B`;
    })
    .join(' · ');
}

interface SegmentPlan {
  readonly number: number;
  readonly fromMs: number;
  readonly sources: readonly NodeValues[];
  readonly names: readonly string[];
}

/** Returns how many samples it has. */
function writeSegment(path: string, { number, fromMs, sources, names }: SegmentPlan): number {
  const file = new SegmentWriter(path, segmentHead(number));
  const encoder = new SegmentEncoder(file, lists);
  let samples = 0;
  for (let timeMs = fromMs; timeMs < fromMs + segmentMs; timeMs += everyMs) {
    const sequence = timeMs / everyMs;
    for (const [place, source] of sources.entries()) {
      const tick = source.tick(timeMs);
      for (const value of tick.values) if (!Number.isNaN(value)) samples += 1;
      encoder.append({
        sender: { node: names[place] ?? '', spoolId: '' },
        marks: [{ dataClass: 'metric', range: { from: sequence, to: sequence } }],
        payload: { kind: 'metrics', ticks: [tick] },
      });
    }
    encoder.written();
    file.write();
  }
  encoder.end();
  file.write();
  file.close();
  return samples;
}

/** Others have a turn as in the writer's thread; how long they waited at most is noted. */
function watchedTurns(costs: Costs): () => Promise<void> {
  const turns = createTurns(5);
  let count = 0;
  return async () => {
    costs.longestTurnMs = Math.max(costs.longestTurnMs, performance.now() - costs.turnBeganMs);
    count += 1;
    if (count % 100 === 0) costs.peakBytes = Math.max(costs.peakBytes, process.memoryUsage.rss());
    await turns();
    costs.turnBeganMs = performance.now();
  };
}
