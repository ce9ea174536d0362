// Claim: a tick of 256 series costs the main thread at most 6 µs to be written to the log and kept in the head, less than
// 600 bytes of log, and at most 30 ns a value to be read again at the start.
//
// In: ticks of so many nodes, in the order in which they arrive; everything is synced, as it is in the store. Measured: CPU
// time of the main thread, round by round, and the memory that it takes. What the wire costs is not in it.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogFront, openLogFront } from '../collector/store/front/log-front.ts';
import { replayLog } from '../collector/store/front/replay.ts';
import { Head } from '../collector/store/head/head.ts';
import { selectHead } from '../collector/store/head/head-samples.ts';
import { SeriesLists } from '../collector/store/log/series-lists.ts';
import { createTurns } from '../collector/store/turns.ts';
import { systemClock } from '../shared/clock.ts';
import { createLogger } from '../shared/log.ts';
import type { Sender } from '../shared/model/delivery.ts';
import type { MetricTick } from '../shared/model/metric.ts';
import { createTicks, firstTickMs, seriesCount, tickEveryMs } from './measuring/node-ticks.ts';
import { printNote } from './measuring/report.ts';
import { cpuMicroseconds, median } from './measuring/stopwatch.ts';

const nodeCount = 2000;
const tickCount = 24;
/** So many ticks of all nodes before anything is measured. */
const warmTicks = 8;
const fleet = 5000;
const rounds = 5;
const log = createLogger('bench', 'silent');

/** Everything stays in the log. */
const lasting = {
  lastFlushed: () => Promise.resolve(0),
  positions: () => Promise.resolve([]),
  flush: () => new Promise<never>(() => {}),
};

const folder = mkdtempSync(join(tmpdir(), 'jidi-bench-'));
try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const nodes = Array.from({ length: nodeCount }, (_, node) => createTicks(tickCount, node + 1));
  const senders = nodes.map((_, node) => ({ node: `node-${node}`, spoolId: 'spool' }));
  const front = await openLogFront({ folder, writer: lasting, clock: systemClock, log });
  // What is learned once, and the first ticks of all nodes, is not the rule.
  await append(front, { nodes, senders }, [0, warmTicks]);
  const before = process.memoryUsage.rss();
  const costs: number[] = [];
  for (let place = warmTicks; place < tickCount; place += 1) {
    const began = process.threadCpuUsage();
    await append(front, { nodes, senders }, [place, place + 1]);
    const { user, system } = process.threadCpuUsage(began);
    costs.push((user + system) / nodeCount);
  }
  const ticks = nodeCount * (tickCount - warmTicks);
  printNote(`append           ${spread(costs)} µs a tick of ${seriesCount} series`);
  printNote(`log              ${(folderBytes() / nodeCount / tickCount).toFixed(0)} bytes a tick`);
  printNote(`memory           ${((process.memoryUsage.rss() - before) / ticks).toFixed(0)} bytes a tick`);
  await measureSelection(front);
  await front.close();
  await measureReplay();
}

/** All nodes send one tick, then all the next one, each in a batch of its own. */
async function append(
  front: LogFront,
  { nodes, senders }: { nodes: readonly (readonly MetricTick[])[]; senders: readonly Sender[] },
  [from, to]: readonly [number, number],
): Promise<void> {
  for (let place = from; place < to; place += 1) {
    const appended = nodes.map((ticks, node) => {
      const tick = ticks[place];
      const payload = { kind: 'metrics', ticks: tick === undefined ? [] : [tick] } as const;
      const sender = senders[node] ?? { node: '', spoolId: '' };
      return front.append(sender, { sequence: place + 1, payload });
    });
    await Promise.all(appended);
  }
}

/** One metric over as many nodes as a large fleet has. */
async function measureSelection(front: LogFront): Promise<void> {
  const nodes = Array.from({ length: fleet }, (_, place) => `node-${place % nodeCount}`);
  const range = { fromMs: 0, toMs: firstTickMs + tickCount * tickEveryMs };
  const selectors = [{ metric: 'node_memory_Value0_bytes', match: {} }];
  const selection = { nodes, selectors, ...range };
  const select = () => selectHead(front.head, selection, createTurns(5));
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) costs.push((await cpuMicroseconds(select)) / 1000);
  printNote(`one metric       ${spread(costs)} ms of ${fleet} nodes, ${tickCount} ticks`);
}

async function measureReplay(): Promise<void> {
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const head = new Head(new SeriesLists(), systemClock);
    const cost = await cpuMicroseconds(() =>
      replayLog({ folder, lastFlushed: 0, log, onEntry: (segment, entry) => head.add(segment, entry) }),
    );
    costs.push((cost * 1000) / head.samples);
  }
  printNote(`replay           ${spread(costs)} ns a value`);
}

/** The middle one, and the best: what else runs on the machine makes every one worse. */
function spread(costs: readonly number[]): string {
  return `${median(costs).toFixed(2)} (best ${Math.min(...costs).toFixed(2)})`;
}

function folderBytes(): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
