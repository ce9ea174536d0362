// Claim: a packed row per node and tick is stored many times faster than a row per sample and takes half the room or
// less. The price: the charts of one node cost two to five times the CPU to read, as each goes through whole rows.
//
// In: twenty minutes of ticks of eight nodes, in the order in which they arrive. Both sides sync every transaction.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../collector/store/sqlite-store.ts';
import { systemClock } from '../shared/clock.ts';
import { createLogger } from '../shared/log.ts';
import type { MetricTick } from '../shared/model/metric.ts';
import { createTicks, firstTickMs, memoryMetrics, seriesCount, tickEveryMs } from './measuring/node-ticks.ts';
import { type Contender, printComparison, printNote } from './measuring/report.ts';
import { type NodeTick, type RowOrder, SampleRows } from './measuring/sample-rows.ts';
import { compareCpu, cpuMicroseconds } from './measuring/stopwatch.ts';

const nodeCount = 8;
const tickCount = 240;
/** So many the store's queue takes into one transaction. */
const perCommit = 512;
const questions = 9;
const chartNode = 'n3';
const chartMetrics = memoryMetrics.slice(0, 20);
const lastTickMs = firstTickMs + tickCount * tickEveryMs;

const folder = mkdtempSync(join(tmpdir(), 'jidi-bench-'));
try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Candidate {
  readonly name: string;
  append(portion: readonly NodeTick[]): unknown;
  /** How many samples of one series there are. */
  readSeries(metric: string): number | Promise<number>;
  /** Closes; the size of the file. */
  close(): number | Promise<number>;
}

async function main(): Promise<void> {
  const portions = inPortions(arriving());
  const candidates = [openStore(), openRows('indexed'), openRows('clustered')];
  const appending = candidates.map(() => 0);
  for (const portion of portions) {
    for (const [index, candidate] of candidates.entries()) {
      appending[index] = (appending[index] ?? 0) + (await cpuMicroseconds(() => candidate.append(portion)));
    }
  }
  const reading = await compareCpu(
    questions,
    candidates.map((candidate) => () => readCharts(candidate)),
  );
  const contenders: Contender[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const perTick = (appending[index] ?? 0) / (nodeCount * tickCount);
    const perSample = (await candidate.close()) / (nodeCount * tickCount * seriesCount);
    contenders.push({ name: candidate.name, figures: [perTick, perSample, (reading[index] ?? 0) / 1000] });
  }
  const [ours, ...others] = contenders;
  if (ours === undefined) return;
  printNote(`${nodeCount} nodes × ${tickCount} ticks × ${seriesCount} samples\n`);
  const charts = `${chartMetrics.length} charts of a node, CPU ms`;
  printComparison({ columns: ['append, CPU µs/tick', 'bytes/sample', charts], ours, others });
}

async function readCharts(candidate: Candidate): Promise<void> {
  for (const metric of chartMetrics) {
    const samples = await candidate.readSeries(metric);
    if (samples !== tickCount)
      throw new Error(`${candidate.name}: a chart has ${samples} samples, not ${tickCount}`);
  }
}

function openStore(): Candidate {
  const dataDir = join(folder, 'store');
  const log = createLogger('bench', 'silent');
  const store = openSqliteStore({ dataDir, retentionMs: Number.MAX_SAFE_INTEGER, clock: systemClock, log });
  const sequenceOf = ({ timeMs }: MetricTick) => (timeMs - firstTickMs) / tickEveryMs + 1;
  return {
    name: 'a packed row per tick',
    append: (portion) =>
      Promise.all(
        portion.map(({ node, tick }) => {
          const batch = { sequence: sequenceOf(tick), payload: { kind: 'metrics', ticks: [tick] } } as const;
          return store.append({ node, spoolId: 'bench' }, batch);
        }),
      ),
    async readSeries(metric) {
      const range = { fromMs: firstTickMs, toMs: lastTickMs };
      const [found] = await store.select({ nodes: [chartNode], metric, match: {}, ...range });
      return found?.timesMs.length ?? 0;
    },
    async close() {
      await store.close();
      return statSync(join(dataDir, 'store.db')).size;
    },
  };
}

function openRows(order: RowOrder): Candidate {
  const rows = new SampleRows(join(folder, `${order}.db`), order);
  return {
    name: `a row per sample, ${order}`,
    append: (portion) => rows.append(portion),
    readSeries: (metric) => rows.select({ node: chartNode, metric, fromMs: firstTickMs, toMs: lastTickMs }),
    close: () => rows.close(),
  };
}

/** All nodes at each moment, one moment after the other. */
function arriving(): readonly NodeTick[] {
  const nodes = Array.from({ length: nodeCount }, (_, index) => ({
    node: `n${index}`,
    ticks: createTicks(tickCount, index),
  }));
  return Array.from({ length: tickCount }, (_, time) =>
    nodes.flatMap(({ node, ticks }) => {
      const tick = ticks[time];
      return tick === undefined ? [] : [{ node, tick }];
    }),
  ).flat();
}

function inPortions(ticks: readonly NodeTick[]): readonly (readonly NodeTick[])[] {
  const count = Math.ceil(ticks.length / perCommit);
  return Array.from({ length: count }, (_, index) => ticks.slice(index * perCommit, (index + 1) * perCommit));
}
