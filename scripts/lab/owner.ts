// Whose something is: a process, named by its id and the moment it began, so that a later one with the same id is another.
import { readFileSync } from 'node:fs';

export function ownMark(): string {
  return `${process.pid} ${beginOf(process.pid) ?? ''}`;
}

/** Whether the process whose mark stands in a file still runs; without a file nobody does. */
export function isRunning(file: string): boolean {
  const [pid, begin] = readText(file)?.split(' ') ?? [];
  return pid !== undefined && beginOf(Number(pid)) === begin;
}

/** Clock ticks since the machine started; undefined when it has ended, collected or not. The command name may contain anything. */
function beginOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined; // Not there: the caller says what that means.
  }
}
