// The memory of recording and symbolising. In: what is profiled. Out: the most that each program took, and all together at one moment,
// looked at every 20 ms; what the agent itself has is not part of it.
import { setTimeout as delay } from 'node:timers/promises';
import type { StartProfile } from '../../shared/api/profile.ts';
import type { Programs } from '../measuring/started-programs.ts';
import { CountedProgram } from './counted-program.ts';
import { ProfilingJidi } from './profiling-jidi.ts';
import { ProgramWatch, type WatchedProgram } from './program-watch.ts';

export interface MemoryCase {
  readonly name: string;
  readonly isWholeNode: boolean;
  readonly order: Pick<StartProfile, 'duration' | 'frequency' | 'callGraph'>;
}

export interface MemoryUse {
  readonly name: string;
  readonly callGraph: string;
  readonly samples: number;
  readonly programs: readonly WatchedProgram[];
  readonly most: ProgramWatch['most'];
}

export async function measureMemory(
  programs: Programs,
  threads: number,
  cases: readonly MemoryCase[],
): Promise<MemoryUse[]> {
  const jidi = await ProfilingJidi.start(programs, programs.makeFolder());
  const program = new CountedProgram({ folder: programs.makeFolder(), threads, cores: 0 });
  program.runOn();
  const uses: MemoryUse[] = [];
  try {
    for (const { name, isWholeNode, order } of cases) {
      const watch = new ProgramWatch(jidi.agentPid, { withMemory: true });
      const target = isWholeNode ? { wholeNode: true } : { pid: program.pid };
      const id = await jidi.begin({ ...target, ...order });
      const { callGraph, samples, reason } = await jidi.until(id, 'finished');
      if (samples === 0) throw new Error(`${name}: no samples: ${reason?.message ?? 'without a reason'}`);
      // The agent clears away.
      await delay(500);
      watch.end();
      uses.push({ name, callGraph: callGraph ?? '', samples, programs: watch.ofEach(), most: watch.most });
    }
    return uses;
  } finally {
    program.close();
    await programs.stopAll();
  }
}
