// What a profile takes of the profiled program. In: how many rounds, of how many seconds. Out: for each way to record how much less it
// got done than without, round by round, by its own CPU time and by the clock. In each round every way has its turn once, in
// an order that moves on; the program runs on all cores, one thread on each.
import { setTimeout as delay } from 'node:timers/promises';
import type { Programs } from '../measuring/started-programs.ts';
import { type Counted, CountedProgram } from './counted-program.ts';
import { ProfilingJidi } from './profiling-jidi.ts';

const frequency = 99;
/** perf alone needs it to begin; it tells nobody when it has. */
const perfStartMs = 1_500;
const restMs = 500;

const ways = ['none', 'fp', 'auto', 'perf'] as const;
export type Way = (typeof ways)[number];

export interface Slowdown {
  readonly way: Way;
  /** Shares lost, one for each round. */
  readonly ofCpu: number[];
  readonly ofClock: number[];
}

export interface SlowdownResult {
  readonly slowdowns: readonly Slowdown[];
  /** The way that the automatic choice took. */
  readonly chosen: string;
}

export async function measureSlowdown(
  programs: Programs,
  { rounds, seconds, cores }: { readonly rounds: number; readonly seconds: number; readonly cores: number },
): Promise<SlowdownResult> {
  const jidi = await ProfilingJidi.start(programs, programs.makeFolder());
  const program = new CountedProgram({ folder: programs.makeFolder(), threads: cores, cores });
  const stage = { programs, jidi, program, seconds, chosen: '' };
  const slowdowns = ways.slice(1).map((way): Slowdown => ({ way, ofCpu: [], ofClock: [] }));
  try {
    await program.count(2);
    for (let round = 0; round < rounds; round += 1) {
      const counts = new Map<Way, Counted>();
      for (let turn = 0; turn < ways.length; turn += 1) {
        const way = ways[(round + turn) % ways.length] ?? 'none';
        counts.set(way, await countWith(stage, way));
        await delay(restMs);
      }
      for (const { way, ofCpu, ofClock } of slowdowns) {
        const [without, with_] = [counts.get('none'), counts.get(way)];
        if (without === undefined || with_ === undefined) continue;
        ofCpu.push(1 - with_.roundsPerCpuSecond / without.roundsPerCpuSecond);
        ofClock.push(1 - with_.roundsPerSecond / without.roundsPerSecond);
      }
    }
    return { slowdowns, chosen: stage.chosen };
  } finally {
    program.close();
    await programs.stopAll();
  }
}

interface Stage {
  readonly programs: Programs;
  readonly jidi: ProfilingJidi;
  readonly program: CountedProgram;
  readonly seconds: number;
  chosen: string;
}

async function countWith(stage: Stage, way: Way): Promise<Counted> {
  const { program, seconds } = stage;
  if (way === 'none') return await program.count(seconds);
  // It computes all the time, so that the automatic choice has something to choose by.
  return way === 'perf' ? await countWithPerf(stage) : await countWithProfile(stage, way);
}

async function countWithProfile(stage: Stage, callGraph: 'fp' | 'auto'): Promise<Counted> {
  const { jidi, program, seconds } = stage;
  const warm = callGraph === 'auto' ? program.count(4) : undefined;
  const duration = Math.max(10, Math.ceil(seconds) + 6);
  const id = await jidi.begin({ pid: program.pid, duration, frequency, callGraph });
  const running = await jidi.until(id, 'running');
  if (callGraph === 'auto') stage.chosen = running.callGraph ?? '';
  await warm;
  const counted = await program.count(seconds);
  if ((await jidi.profile(id)).status !== 'running') throw new Error('the profile ended too early');
  await jidi.stop(id);
  const { samples } = await jidi.until(id, 'stopped');
  if (samples === 0) throw new Error('the profile has no samples');
  return counted;
}

async function countWithPerf({ programs, program, seconds }: Stage): Promise<Counted> {
  const folder = programs.makeFolder();
  const args = [
    'perf',
    'record',
    '-F',
    String(frequency),
    '-g',
    '-p',
    String(program.pid),
    '-o',
    `${folder}/perf.data`,
  ];
  const perf = programs.start('perf', args);
  await delay(perfStartMs);
  const counted = await program.count(seconds);
  if (perf.hasEnded) throw perf.endedError();
  process.kill(perf.pid, 'SIGINT');
  const endMs = performance.now() + 10_000;
  while (!perf.hasEnded && performance.now() < endMs) await delay(20);
  await perf.stop();
  return counted;
}
