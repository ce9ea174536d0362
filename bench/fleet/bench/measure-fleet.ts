// A collector with many agents: first it is left to settle, then measured, then killed and started again. In: how many, how
// long. Out: what it cost and how late everything was. The collector's CPU and memory are those of its process alone.
import { setTimeout as delay } from 'node:timers/promises';
import { costBetween, readTree } from '../../measuring/process-tree.ts';
import { printNote } from '../../measuring/report.ts';
import type { Programs, StartedProgram } from '../../measuring/started-programs.ts';
import { freePort } from '../../measuring/started-programs.ts';
import { collectorProgram } from '../../store/collector-program.ts';
import { occupiedBytes } from '../../store/disk-usage.ts';
import { readRss } from '../../store/measure.ts';
import type { FleetFigures } from '../figures.ts';
import { FleetProcesses } from '../fleet-process.ts';
import type { FleetBenchFlags } from './fleet-bench-flags.ts';

export interface StormFigures {
  /** Until every agent streams again, s. */
  readonly reconnectSeconds: number;
  /** Until what was kept meanwhile has arrived, s. */
  readonly absorbedSeconds: number;
  /** Age of live data meanwhile, ms. */
  readonly liveAgeP99Ms: number;
  readonly liveAgeMostMs: number;
  readonly cpuSeconds: number;
}

export interface FleetMeasurement {
  /** CPU seconds per second. */
  readonly cpuShare: number;
  readonly nanosecondsPerSample: number;
  readonly rssMiB: number;
  readonly peakRssMiB: number;
  readonly samplesPerSecond: number;
  readonly steady: FleetFigures;
  readonly diskMiB: number;
  readonly storm: StormFigures | null;
  readonly end: FleetFigures;
}

const warmUpMs = 20_000;
const startSeconds = 15;
const stormLimitMs = 180_000;
/** How long the collector is away. */
const awayMs = 3_000;
const lookMs = 250;
const drainMs = 30_000;
const readyWithinMs = 120_000;
/** A node that was just switched on greets a moment later. */
const mostOf = 0.99;

interface Collector {
  readonly folder: string;
  readonly flags: readonly string[];
  program: StartedProgram;
}

export async function measureFleet(flags: FleetBenchFlags, programs: Programs): Promise<FleetMeasurement> {
  const { nodes, seconds, series, processes } = flags;
  const port = await freePort();
  const target = `127.0.0.1:${port}`;
  const collector = await startCollector(programs, target);
  const fleetFlags = [
    ...flags.fleet,
    `--target=${target}`,
    `--series=${series}`,
    `--start-within=${startSeconds}s`,
  ];
  const fleet = new FleetProcesses([...fleetFlags, `--start-ms=${Date.now()}`], nodes, processes);
  try {
    printNote(`${nodes} agents connect within ${startSeconds} s …`);
    await fleet.started();
    await until(async () => (await fleet.ask({ what: 'figures' })).streaming >= nodes * mostOf, stormLimitMs);
    await delay(warmUpMs);
    printNote(`all stream; measuring for ${seconds} s …`);
    const steady = await measureSteady(fleet, collector, seconds);
    const storm = flags.hasStorm ? await measureStorm(fleet, collector, programs) : null;
    const end = await fleet.ask({ what: 'drain', deadlineMs: drainMs });
    return { ...steady, diskMiB: occupiedBytes(collector.folder) / 2 ** 20, storm, end };
  } finally {
    await fleet.stop();
  }
}

async function measureSteady(fleet: FleetProcesses, { program }: Collector, seconds: number) {
  const before = await fleet.ask({ what: 'forget-latencies' });
  const cpuBefore = readTree(program.pid);
  const beganMs = performance.now();
  await delay(seconds * 1000);
  const { cpuSeconds } = costBetween(cpuBefore, readTree(program.pid));
  const passed = (performance.now() - beganMs) / 1000;
  const steady = await fleet.ask({ what: 'figures' });
  const samples = steady.samples - before.samples;
  return {
    cpuShare: cpuSeconds / passed,
    nanosecondsPerSample: (cpuSeconds * 1e9) / samples,
    ...readRss(program.pid),
    samplesPerSecond: samples / passed,
    steady,
  };
}

/** The collector goes without a word and comes back; all agents return at once. */
async function measureStorm(
  fleet: FleetProcesses,
  collector: Collector,
  programs: Programs,
): Promise<StormFigures> {
  printNote('the collector is killed and started again …');
  process.kill(collector.program.pid, 'SIGKILL');
  await delay(awayMs);
  await fleet.ask({ what: 'forget-latencies' });
  await open(programs, collector);
  const before = readTree(collector.program.pid);
  const beganMs = performance.now();
  const since = () => (performance.now() - beganMs) / 1000;
  let reconnectSeconds = Number.NaN;
  let absorbedSeconds = Number.NaN;
  await until(async () => {
    const { streaming, off, backlog, agents } = await fleet.ask({ what: 'figures' });
    const isBack = streaming >= (agents - off) * mostOf;
    if (Number.isNaN(reconnectSeconds) && isBack) reconnectSeconds = since();
    if (!Number.isNaN(reconnectSeconds) && backlog === 0) absorbedSeconds = since();
    return !Number.isNaN(absorbedSeconds);
  }, stormLimitMs);
  const { liveAges } = await fleet.ask({ what: 'figures' });
  const { cpuSeconds } = costBetween(before, readTree(collector.program.pid));
  const ages = { liveAgeP99Ms: liveAges.p99, liveAgeMostMs: liveAges.largest };
  return { reconnectSeconds, absorbedSeconds, ...ages, cpuSeconds };
}

async function startCollector(programs: Programs, target: string): Promise<Collector> {
  const folder = programs.makeFolder();
  const flags = [
    `--data=${folder}`,
    '--http=127.0.0.1:0',
    '--agents=127.0.0.1:0',
    '--enrolment=127.0.0.1:0',
    '--login=none',
    `--grpc=${target}`,
    '--log=error',
  ];
  const collector = { folder, flags, program: startProgram(programs, flags) };
  await collector.program.printed(/^plain: (\S+)$/m, readyWithinMs);
  return collector;
}

async function open(programs: Programs, collector: Collector): Promise<void> {
  collector.program = startProgram(programs, collector.flags);
  await collector.program.printed(/^plain: (\S+)$/m, readyWithinMs);
}

function startProgram(programs: Programs, flags: readonly string[]): StartedProgram {
  return programs.start('jidi-collector', [process.execPath, collectorProgram(), ...flags]);
}

/** False when the time is up. */
async function until(condition: () => Promise<boolean>, deadlineMs: number): Promise<boolean> {
  const endMs = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > endMs) return false;
    await delay(lookMs);
  }
  return true;
}
