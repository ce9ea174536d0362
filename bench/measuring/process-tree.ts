// What a program costs with all its children. In: process ids. Out: CPU time, memory, context switches, as the kernel
// tells them in /proc. CPU time is counted in nanoseconds where the kernel tells them (schedstat), in clock ticks of
// 10 ms otherwise. What it misses: children that came and ended between two readings and were waited for by nobody.
import { readdirSync, readFileSync } from 'node:fs';

const clockTicksPerSecond = 100;
const nanoseconds = 1e9;

/** One process at one moment. */
interface ProcessUse {
  readonly startTicks: string;
  /** CPU seconds by thread id. */
  readonly threads: ReadonlyMap<number, number>;
  /** CPU seconds of the process, in clock ticks, threads that have ended included. */
  readonly ownSeconds: number;
  /** CPU seconds of children that have ended. */
  readonly endedChildrenSeconds: number;
  readonly switches: number;
}

export type TreeReading = ReadonlyMap<number, ProcessUse>;

export interface TreeMemory {
  readonly pssBytes: number;
  readonly anonymousBytes: number;
}

export interface TreeCost {
  readonly cpuSeconds: number;
  readonly contextSwitches: number;
}

/** The process and everything below it. */
export function treeOf(rootPid: number): readonly number[] {
  const childrenOf = new Map<number, number[]>();
  for (const pid of listedNumbers('/proc')) {
    const parent = Number(statFields(`/proc/${pid}/stat`)?.[1]);
    const siblings = childrenOf.get(parent);
    if (siblings === undefined) childrenOf.set(parent, [pid]);
    else siblings.push(pid);
  }
  const found = [rootPid];
  for (const pid of found) found.push(...(childrenOf.get(pid) ?? []));
  return found;
}

export function readTree(rootPid: number): TreeReading {
  const reading = new Map<number, ProcessUse>();
  for (const pid of treeOf(rootPid)) {
    const use = readProcess(pid);
    if (use !== undefined) reading.set(pid, use);
  }
  return reading;
}

/** What the tree used between two readings. */
export function costBetween(before: TreeReading, after: TreeReading): TreeCost {
  let cpuSeconds = 0;
  let contextSwitches = 0;
  for (const [pid, use] of after) {
    const earlier = before.get(pid);
    const first = earlier?.startTicks === use.startTicks ? earlier : undefined;
    cpuSeconds += ownCpu(first, use) + use.endedChildrenSeconds - (first?.endedChildrenSeconds ?? 0);
    contextSwitches += Math.max(0, use.switches - (first?.switches ?? 0));
  }
  // What was measured of a child before it ended comes back in its parent's account.
  for (const [pid, use] of before) if (!after.has(pid)) cpuSeconds -= use.ownSeconds;
  return { cpuSeconds: Math.max(0, cpuSeconds), contextSwitches };
}

/** Threads in nanoseconds; where one of them ended meanwhile, the process in clock ticks. */
function ownCpu(first: ProcessUse | undefined, use: ProcessUse): number {
  const allThere = [...(first?.threads.keys() ?? [])].every((thread) => use.threads.has(thread));
  if (!allThere || use.threads.size === 0) return use.ownSeconds - (first?.ownSeconds ?? 0);
  let seconds = 0;
  for (const [thread, cpu] of use.threads) seconds += cpu - (first?.threads.get(thread) ?? 0);
  return seconds;
}

export function readMemory(pids: readonly number[]): TreeMemory {
  let pssBytes = 0;
  let anonymousBytes = 0;
  for (const pid of pids) {
    const text = textOf(`/proc/${pid}/smaps_rollup`) ?? '';
    pssBytes += kibibytes(text, 'Pss') * 1024;
    anonymousBytes += kibibytes(text, 'Anonymous') * 1024;
  }
  return { pssBytes, anonymousBytes };
}

function readProcess(pid: number): ProcessUse | undefined {
  const fields = statFields(`/proc/${pid}/stat`);
  if (fields === undefined) return undefined;
  const threads = new Map<number, number>();
  let switches = 0;
  for (const thread of listedNumbers(`/proc/${pid}/task`)) {
    const [onCpu] = (textOf(`/proc/${pid}/task/${thread}/schedstat`) ?? '').split(' ');
    if (onCpu !== undefined && onCpu !== '') threads.set(thread, Number(onCpu) / nanoseconds);
    const status = textOf(`/proc/${pid}/task/${thread}/status`) ?? '';
    for (const [, count] of status.matchAll(/voluntary_ctxt_switches:\s+(\d+)/g)) switches += Number(count);
  }
  return {
    startTicks: fields[19] ?? '',
    threads,
    ownSeconds: seconds(fields[11], fields[12]),
    endedChildrenSeconds: seconds(fields[13], fields[14]),
    switches,
  };
}

function seconds(...ticks: readonly (string | undefined)[]): number {
  return ticks.reduce((sum, each) => sum + Number(each ?? 0), 0) / clockTicksPerSecond;
}

/** The fields behind the name, which may hold anything: state is 0, parent 1, utime 11 … of proc_pid_stat(5). */
function statFields(path: string): readonly string[] | undefined {
  const text = textOf(path);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function kibibytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0);
}

function listedNumbers(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return []; // It has ended: nothing is left to count.
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // The process has ended.
  }
}
