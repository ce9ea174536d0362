// Claim: a job loses less than 0.2 % of its computing to the agent at 5 s.
//
// In: a tight loop pinned on each core, all at once, as a job that uses the whole node. The agent runs all the time and is
// stopped (SIGSTOP) for one half of each pair, so that neither its start nor a cold cache counts; which half comes first
// alternates. It is woken before its half begins, and each half begins in the middle of an interval and lasts whole ones.
// The collector runs on this machine too and costs the loops as well: the loss is an upper bound. Rounds vary with what else the
// host of a virtual machine does; the time for which other programs had the cores does not.
// Deadline: 20 minutes.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machineInWords } from './agent/flags.ts';
import { createJidi } from './agent/jidi.ts';
import { type LoopResult, PinnedLoops } from './agent/pinned-loops.ts';
import { costBetween, readTree, treeOf } from './measuring/process-tree.ts';
import { printNote } from './measuring/report.ts';
import { Programs } from './measuring/started-programs.ts';
import { medianInterval } from './measuring/statistics.ts';

const intervalMs = 5_000;
/** For what piled up while it was stopped. */
const catchUpMs = 1_000;
const goalPercent = 0.2;

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: {
    pairs: { ...text, default: '20' },
    seconds: { ...text, default: '10' },
    'warm-up': { ...text, default: '30' },
    agent: text,
  },
});
const pairs = Number(flags.pairs);
const seconds = Math.max(1, Math.round((Number(flags.seconds) * 1000) / intervalMs)) * (intervalMs / 1000);
const programs = new Programs();
const folder = programs.makeFolder();
const loops = new PinnedLoops(folder);
try {
  await measure();
} finally {
  loops.close();
  await programs.stopAll();
}

async function measure(): Promise<void> {
  const running = await createJidi(flags.agent).start({ intervalMs, folder, programs });
  const pid = running.parts[0]?.pid ?? 0;
  await delay(Number(flags['warm-up']) * 1000);
  const on: LoopResult[] = [];
  const off: LoopResult[] = [];
  let agentSeconds = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const isOn of pair % 2 === 0 ? [false, true] : [true, false]) {
      const { result, cpuSeconds } = await half(pid, isOn);
      (isOn ? on : off).push(result);
      if (isOn) agentSeconds += cpuSeconds;
    }
  }
  await running.close();
  report(on, off, agentSeconds / (pairs * seconds * loops.count));
}

async function half(pid: number, isOn: boolean): Promise<{ result: LoopResult; cpuSeconds: number }> {
  programs.assertAllRun();
  signalAll(pid, isOn ? 'SIGCONT' : 'SIGSTOP');
  await delay(catchUpMs);
  await delay((intervalMs * 1.5 - (Date.now() % intervalMs)) % intervalMs);
  const before = readTree(pid);
  const result = await loops.run(seconds);
  const { cpuSeconds } = costBetween(before, readTree(pid));
  programs.assertAllRun();
  signalAll(pid, 'SIGCONT');
  return { result, cpuSeconds };
}

function signalAll(pid: number, signal: 'SIGCONT' | 'SIGSTOP'): void {
  for (const each of treeOf(pid)) {
    try {
      process.kill(each, signal);
    } catch (error) {
      // A short-lived child of the agent has ended meanwhile.
      if (each === pid) throw error;
    }
  }
}

function report(on: readonly LoopResult[], off: readonly LoopResult[], agentShare: number): void {
  const losses = off.map(({ rounds }, pair) => 100 * (1 - (on[pair]?.rounds ?? Number.NaN) / rounds));
  const { median, low, high } = medianInterval(losses);
  const loopSeconds = seconds * loops.count;
  const aside = medianInterval(
    off.map(
      ({ asideSeconds }, pair) =>
        (100 * ((on[pair]?.asideSeconds ?? Number.NaN) - asideSeconds)) / loopSeconds,
    ),
  );
  const longest = (results: readonly LoopResult[]): string =>
    Math.max(...results.map(({ longestMs }) => longestMs)).toFixed(2);
  const usual = (results: readonly LoopResult[]): string =>
    medianInterval(results.map(({ longestMs }) => longestMs)).median.toFixed(2);
  printNote(`${machineInWords()}; a loop on each core, the agent every ${intervalMs / 1000} s
${pairs} pairs of ${seconds} s with and without: ${losses.map((loss) => loss.toFixed(3)).join(' ')} % lost
median ${median.toFixed(3)} %, with 95 % between ${low.toFixed(3)} and ${high.toFixed(3)} %; goal < ${goalPercent} %
more of the time put aside for other programs with it: median ${aside.median.toFixed(3)} %, with 95 % between ${aside.low.toFixed(3)} and ${aside.high.toFixed(3)} %
CPU time of the agent, of all cores: ${(100 * agentShare).toFixed(3)} %
longest single interruption: ${longest(on)} ms with, ${longest(off)} ms without (usual in one half: ${usual(on)} and ${usual(off)} ms)`);
  if (median >= goalPercent) process.exitCode = 1;
}
