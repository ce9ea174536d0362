// Ticks of the agent while profiles are taken. In: how many threads compute. Out: how many ticks the agent missed, as it tells itself,
// with and without a profile, over the same time.
import { setTimeout as delay } from 'node:timers/promises';
import type { Programs } from '../measuring/started-programs.ts';
import { CountedProgram } from './counted-program.ts';
import { ProfilingJidi } from './profiling-jidi.ts';

const seconds = 20;
/** So that the newest tick has arrived. */
const arriveMs = 2_500;

export interface TickLoss {
  readonly ticks: number;
  readonly missedWithout: number;
  readonly missedWith: number;
}

export async function measureTicks(programs: Programs, threads: number): Promise<TickLoss> {
  const jidi = await ProfilingJidi.start(programs, programs.makeFolder());
  const program = new CountedProgram({ folder: programs.makeFolder(), threads, cores: 0 });
  try {
    program.runOn();
    const before = await missedSoFar(jidi);
    await delay(seconds * 1000);
    const between = await missedSoFar(jidi);
    const endMs = performance.now() + seconds * 1000;
    const id = await jidi.begin({ pid: program.pid, duration: 12, frequency: 499 });
    await jidi.until(id, 'finished');
    await delay(Math.max(0, endMs - performance.now()));
    const after = await missedSoFar(jidi);
    return { ticks: seconds, missedWithout: between - before, missedWith: after - between };
  } finally {
    program.close();
    await programs.stopAll();
  }
}

async function missedSoFar(jidi: ProfilingJidi): Promise<number> {
  await delay(arriveMs);
  const found = await jidi.get<readonly { readonly value?: number | null }[]>(
    'latest?metrics=jidi_agent_ticks_missed_total&nodes=n1',
  );
  const [first] = found;
  if (typeof first?.value !== 'number') throw new Error('the agent tells no missed ticks');
  return first.value;
}
