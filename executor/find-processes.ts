// In: the name of a daemon. Out: the pids of living processes whose kernel name it is. For machines without systemd.
// It reads /proc/PID/stat, `pid (name) state …` (proc_pid_stat(5)); the name itself may hold parentheses.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The kernel keeps 15 characters of a name. */
const kernelNameLength = 15;
/** Dead, but not yet collected by the parent. */
const deadStates = ['Z', 'X', 'x'];

export function findProcesses(procFolder: string, name: string): readonly number[] {
  const wanted = name.slice(0, kernelNameLength);
  return readdirSync(procFolder)
    .filter((entry) => /^\d+$/.test(entry) && readLivingName(join(procFolder, entry, 'stat')) === wanted)
    .map(Number);
}

function readLivingName(path: string): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(path, 'latin1');
  } catch {
    // The process ended while we looked.
    return undefined;
  }
  const end = stat.lastIndexOf(')');
  const isDead = deadStates.includes(stat.charAt(end + 2));
  return isDead ? undefined : stat.slice(stat.indexOf('(') + 1, end);
}
