// Claim: to keep every tick on disk before it is sent costs the agent a few tenths of a millisecond of CPU per tick, and
// hardly a context switch.
//
// In: ticks of one node, five milliseconds apart, so that caches are as cold as in an agent that slept. Each is put, taken
// out, encoded for the stream and acknowledged; once without any spool, once with one in memory, once with one on disk.
// The three take turns. Compared is what each costs beyond the bare encoding.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceUsage } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { type OpenedSpool, openSpool } from '../agent/spool/open-spool.ts';
import { spoolCodec } from '../agent/uplink/spool-codec.ts';
import { telemetryClientStream } from '../proto/client-streams.ts';
import { systemClock } from '../shared/clock.ts';
import { createLogger } from '../shared/log.ts';
import type { SentBatch } from '../shared/model/batch.ts';
import type { MetricTick } from '../shared/model/metric.ts';
import { TelemetryEncoder } from '../shared/wire/telemetry-stream.ts';
import { createTicks, seriesCount } from './measuring/node-ticks.ts';
import { type Contender, printComparison, printNote } from './measuring/report.ts';
import { median } from './measuring/stopwatch.ts';

const ticksPerTurn = 150;
const turns = 8;
/** Code is compiled meanwhile. */
const warmUpTurns = 2;
const tickEveryMs = 5;
const mebibyte = 1024 * 1024;

interface Cost {
  readonly cpuMs: number;
  readonly switches: number;
}

interface Way {
  readonly name: string;
  readonly costs: Cost[];
  readonly take: (tick: MetricTick) => void;
}

const folder = mkdtempSync(join(tmpdir(), 'jidi-bench-spool-'));
const stream = telemetryClientStream();
const spools = { memory: open('memory'), disk: open('disk') };
const ways: readonly Way[] = [
  { name: 'bare', costs: [], take: sendBare() },
  { name: 'spool on disk', costs: [], take: sendThrough(spools.disk) },
  { name: 'spool in memory', costs: [], take: sendThrough(spools.memory) },
];
const ticks = createTicks(ticksPerTurn * turns, 1);
for (let turn = 0; turn < turns; turn += 1) {
  for (const way of ways) {
    const cost = await measure(way.take, ticks.slice(turn * ticksPerTurn, (turn + 1) * ticksPerTurn));
    if (turn >= warmUpTurns) way.costs.push(cost);
  }
}
const { bytes, writes, syncs } = spools.disk.spool.statistics;
printNote(
  `ticks of ${seriesCount} series; on disk ${Math.round(bytes / writes)} bytes each, ${syncs} syncs\n`,
);
const bare = ways[0] === undefined ? Number.NaN : medianOf(ways[0], 'cpuMs');
const [ours, ...others] = ways.slice(1).map(
  (way): Contender => ({
    name: way.name,
    figures: [medianOf(way, 'cpuMs') - bare, medianOf(way, 'switches')],
  }),
);
if (ours !== undefined) {
  printComparison({
    columns: ['CPU ms/tick beyond encoding', 'context switches/tick, its own'],
    ours,
    others,
  });
}
await Promise.all(Object.values(spools).map((opened) => opened.close()));
rmSync(folder, { recursive: true });

function open(place: 'disk' | 'memory'): OpenedSpool {
  return openSpool({
    folder,
    place,
    diskBytes: 64 * mebibyte,
    memoryBytes: 8 * mebibyte,
    owner: { node: 'bench', machineId: '', bootId: 'boot' },
    bootedMs: () => 1_700_000_000_000,
    codec: spoolCodec,
    clock: systemClock,
    log: createLogger('bench', 'silent'),
  });
}

function sendBare(): (tick: MetricTick) => void {
  const encoder = new TelemetryEncoder();
  let sequence = 0;
  return (tick) => {
    sequence += 1;
    send(encoder, { sequence, payload: { kind: 'metrics', ticks: [tick] }, bootedMs: null });
  };
}

function sendThrough({ spool }: OpenedSpool): (tick: MetricTick) => void {
  const encoder = new TelemetryEncoder();
  let reached = 0;
  return (tick) => {
    spool.put({ kind: 'metrics', ticks: [tick] });
    for (const batch of spool.after('metric', reached, { batches: 16 })) {
      send(encoder, batch);
      reached = batch.sequence;
    }
    spool.acknowledge({ dataClass: 'metric', sequence: reached, beyond: [] });
  };
}

function send(encoder: TelemetryEncoder, batch: SentBatch): void {
  stream.requestSerialize(encoder.batch(batch));
}

async function measure(take: (tick: MetricTick) => void, some: readonly MetricTick[]): Promise<Cost> {
  const before = resourceUsage();
  for (const tick of some) {
    await delay(tickEveryMs);
    take(tick);
  }
  const after = resourceUsage();
  const cpuMicroseconds = after.userCPUTime - before.userCPUTime + after.systemCPUTime - before.systemCPUTime;
  return {
    cpuMs: cpuMicroseconds / 1000 / some.length,
    switches: (after.voluntaryContextSwitches - before.voluntaryContextSwitches) / some.length - 1,
  };
}

function medianOf({ costs }: Way, figure: keyof Cost): number {
  return median(costs.map((cost) => cost[figure]));
}
