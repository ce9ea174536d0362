// Extra processes that do nothing, as many as asked. They end by themselves after a while, whatever becomes of the bench.
import { readdirSync } from 'node:fs';
import type { Programs, StartedProgram } from '../measuring/started-programs.ts';

const mostSleepers = 10_000;
const startDeadlineMs = 60_000;

export async function startSleepers(
  count: number,
  { programs, seconds }: { programs: Programs; seconds: number },
): Promise<StartedProgram | null> {
  if (count === 0) return null;
  if (count > mostSleepers) throw new Error(`${count} extra processes, at most ${mostSleepers}`);
  const script = `i=0; while [ $i -lt ${count} ]; do sleep ${seconds} & i=$((i+1)); done; wait`;
  const before = countProcesses();
  const shell = programs.start('extra processes', ['sh', '-c', script]);
  await shell.until(() => countProcesses() >= before + count * 0.99, startDeadlineMs);
  return shell;
}

/** How many processes this machine has. */
export function countProcesses(): number {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
}
