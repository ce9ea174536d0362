// One measurement: one program, one interval, one number of extra processes. In: how long. Out: a row for each of its
// parts. The program is started anew and has its warm-up before the window opens: what a start costs is not counted.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { costBetween, readMemory, readTree, type TreeReading, treeOf } from '../measuring/process-tree.ts';
import type { Programs } from '../measuring/started-programs.ts';
import type { Delivered, MeasuredPart, Peer, RunningPeer } from './peer.ts';
import { countProcesses } from './sleepers.ts';

export interface Scenario {
  readonly intervalMs: number;
  readonly extraProcesses: number;
  readonly windowMs: number;
  readonly warmUpMs: number;
}

export interface Row {
  readonly name: string;
  readonly intervalSeconds: number;
  readonly extraProcesses: number;
  readonly processesThere: number;
  readonly seesProcesses: boolean;
  /** CPU seconds per minute. */
  readonly cpu: number;
  readonly pssMiB: number;
  readonly anonymousMiB: number;
  /** Voluntary and not, of all threads, per minute. */
  readonly switches: number;
  readonly switchesPerTick: number;
  /** Values at each interval; NaN for a part whose share is not known. */
  readonly values: number;
  readonly facts: Readonly<Record<string, number>>;
  /** Cores that other programs of the machine kept busy meanwhile: with much of it the figures mean little. */
  readonly otherBusyCores: number;
}

const mebibyte = 1024 * 1024;
const clockTicksPerSecond = 100;

export async function measure(peer: Peer, scenario: Scenario, programs: Programs): Promise<readonly Row[]> {
  try {
    const folder = programs.makeFolder();
    const running = await peer.start({ intervalMs: scenario.intervalMs, folder, programs });
    try {
      return await watch(peer, running, scenario);
    } finally {
      await running.close();
    }
  } finally {
    await programs.stopAll();
  }
}

interface Readings {
  readonly trees: readonly TreeReading[];
  readonly busySeconds: number;
  readonly atMs: number;
  readonly processes: number;
}

async function watch(peer: Peer, running: RunningPeer, scenario: Scenario): Promise<readonly Row[]> {
  const { intervalMs, windowMs, warmUpMs } = scenario;
  await delay(Math.max(warmUpMs, peer.leastWarmUpMs ?? 0));
  await delay(untilMidInterval(intervalMs));
  for (const { name, pid } of running.parts) {
    if (treeOf(pid).length === 1 && readTree(pid).size === 0) throw new Error(`${name} has ended`);
  }
  running.begin();
  const before = read(running.parts);
  await delay(windowMs);
  const after = read(running.parts);
  const delivered = await running.end();
  return rowsOf(peer, running, { scenario, before, after, delivered });
}

/** A window from the middle of an interval to the middle of another one holds whole ticks. */
function untilMidInterval(intervalMs: number): number {
  const past = Date.now() % intervalMs;
  return (intervalMs * 1.5 - past) % intervalMs;
}

function read(parts: readonly MeasuredPart[]): Readings {
  const trees = parts.map(({ pid }) => readTree(pid));
  return { trees, busySeconds: busySeconds(), atMs: performance.now(), processes: countProcesses() };
}

interface Measured {
  readonly scenario: Scenario;
  readonly before: Readings;
  readonly after: Readings;
  readonly delivered: Delivered;
}

function rowsOf(
  { name, seesProcesses, hasSeparateParts }: Peer,
  { parts }: RunningPeer,
  measured: Measured,
): readonly Row[] {
  const { scenario, before, after, delivered } = measured;
  const seconds = (after.atMs - before.atMs) / 1000;
  const ticks = scenario.windowMs / scenario.intervalMs;
  const costs = parts.map((part, index) => {
    const cost = costBetween(before.trees[index] ?? new Map(), after.trees[index] ?? new Map());
    return { name: part.name, ...cost, ...readMemory(treeOf(part.pid)) };
  });
  const sum = {
    name,
    cpuSeconds: total(costs.map((cost) => cost.cpuSeconds)),
    contextSwitches: total(costs.map((cost) => cost.contextSwitches)),
    pssBytes: total(costs.map((cost) => cost.pssBytes)),
    anonymousBytes: total(costs.map((cost) => cost.anonymousBytes)),
  };
  const otherBusy = (after.busySeconds - before.busySeconds - sum.cpuSeconds) / seconds;
  return [sum, ...(hasSeparateParts === true ? costs : [])].map((cost) => ({
    name: cost.name,
    intervalSeconds: scenario.intervalMs / 1000,
    extraProcesses: scenario.extraProcesses,
    processesThere: Math.round((before.processes + after.processes) / 2),
    seesProcesses,
    cpu: (cost.cpuSeconds * 60) / seconds,
    pssMiB: cost.pssBytes / mebibyte,
    anonymousMiB: cost.anonymousBytes / mebibyte,
    switches: (cost.contextSwitches * 60) / seconds,
    switchesPerTick: cost.contextSwitches / ticks,
    values: cost === sum ? delivered.values : (delivered.facts[`values of ${cost.name}`] ?? Number.NaN),
    facts: cost === sum ? delivered.facts : {},
    otherBusyCores: Math.max(0, otherBusy),
  }));
}

/** CPU seconds of everything on this machine but idling. */
function busySeconds(): number {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = first.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / clockTicksPerSecond;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
