// Claim: a tick of 256 series costs the main thread at most 6 µs to be written to the log and kept in the head, less than
// 600 bytes of log, and at most 30 ns a value to be read again at the start.
//
// In: ticks of so many nodes, in the order in which they arrive; everything is synced, as it is in the store. Measured: CPU
// time of the process, and the memory that it takes. What the wire costs is not in it.
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
import { cpuMicroseconds } from './measuring/stopwatch.ts';

const nodeCount = 2000;
const tickCount = 24;
/** So many ticks of all nodes before anything is measured. */
const warmTicks = 8;
const fleet = 5000;
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
  const main = process.threadCpuUsage();
  const cost = await cpuMicroseconds(() => append(front, { nodes, senders }, [warmTicks, tickCount]));
  const ticks = nodeCount * (tickCount - warmTicks);
  printNote(`append           ${(cost / ticks).toFixed(2)} µs a tick of ${seriesCount} series`);
  const { user, system } = process.threadCpuUsage(main);
  printNote(
    `  main thread    ${((user + system) / ticks).toFixed(2)} µs, of it in the kernel ${(system / ticks).toFixed(2)}`,
  );
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
  const selection = { nodes, metric: 'node_memory_Value0_bytes', match: {}, ...range };
  const select = () => selectHead(front.head, selection, createTurns(5));
  await select();
  const cost = await cpuMicroseconds(select);
  printNote(`one metric       ${(cost / 1000).toFixed(1)} ms of ${fleet} nodes, ${tickCount} ticks`);
}

async function measureReplay(): Promise<void> {
  const head = new Head(new SeriesLists(), systemClock);
  const cost = await cpuMicroseconds(() =>
    replayLog({ folder, lastFlushed: 0, log, onEntry: (segment, entry) => head.add(segment, entry) }),
  );
  printNote(`replay           ${((cost * 1000) / head.samples).toFixed(1)} ns a value`);
}

function folderBytes(): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
