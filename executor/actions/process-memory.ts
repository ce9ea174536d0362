// Tells how much memory one process really takes: its own, and its share of what it has in common with others. Harmless.
// It reads /proc/PID/smaps_rollup (proc_pid_smaps(5)), which goes through all of the process's pages: too dear to be
// measured all the time. It refuses a pid that meanwhile belongs to another process.
// A process can make the reading hang, for it has a say in who holds the lock of its memory: so another program reads,
// which is ended, or left alone, at the deadline.
import { readFile } from 'node:fs/promises';
import type { Action, ActionContext, ActionOutcome } from '../action.ts';
import { errorText } from '../refusal.ts';

/** USER_HZ of every architecture this runs on. */
const ticksPerSecond = 100;
/** The kernel tells its boot in whole seconds, and a clock that is set moves it. */
const toleranceMs = 2_000;

/** PF_KTHREAD of include/linux/sched.h, in the flags of /proc/PID/stat. */
const kernelThreadFlag = 0x0020_0000;
const withoutMemory = {
  kernelThread: 'is a kernel thread: it has no memory of its own',
  zombie: 'has ended and was not waited for by its parent: its memory was given back',
} as const;

/** What is shown, and which lines of the file add up to it. */
const figures: readonly (readonly [name: string, keys: readonly string[], meaning: string])[] = [
  ['PSS', ['Pss'], 'its own memory, and its share of what it has in common with others'],
  ['USS', ['Private_Clean', 'Private_Dirty', 'Private_Hugetlb'], 'what would be free if it ended'],
  ['RSS', ['Rss'], 'all of its pages that are in memory, shared ones in full'],
  ['anonymous', ['Pss_Anon'], 'part of PSS: heap, stacks'],
  ['file', ['Pss_File'], 'part of PSS: programs, libraries, mapped files'],
  ['shmem', ['Pss_Shmem'], 'part of PSS: shared memory, tmpfs'],
  ['swap', ['Swap'], 'swapped out'],
];

export const processMemory: Action = {
  name: 'process-memory',
  description: 'Tell how much memory a process really takes (PSS, USS, RSS, swap)',
  changesNode: false,
  parameters: [
    { name: 'pid', description: 'The process', pattern: '^[1-9][0-9]{0,9}$', required: true },
    {
      name: 'startTime',
      description:
        'When it was started, in ms since the Unix epoch; then nothing is told of another one with its pid',
      pattern: '^[1-9][0-9]{9,13}$',
      required: false,
    },
  ],
  settings: [],

  check() {},

  async run(context) {
    const { pid = '', startTime } = context.parameters;
    const { procFolder } = context.machine;
    try {
      const { name, startedMs, kind } = await readProcess(procFolder, pid);
      if (startTime !== undefined && Math.abs(startedMs - Number(startTime)) > toleranceMs) {
        return reused(pid, startedMs, startTime);
      }
      if (kind !== 'ordinary')
        return failure('no-memory', `Process ${pid} (${name}) ${withoutMemory[kind]}.`);
      const text = await readRollup(context, pid);
      const after = await readProcess(procFolder, pid);
      if (after.startedMs !== startedMs) return reused(pid, after.startedMs);
      const lines = describeMemory(text);
      if (lines.length === 0)
        return failure('no-memory', `Process ${pid} (${name}) has no memory of its own.`);
      context.write(
        `process ${pid} (${name}), started ${new Date(startedMs).toISOString()}\n${lines.join('')}`,
      );
      return { exitCode: 0, reason: null };
    } catch (error) {
      return unreadable(pid, error);
    }
  },
};

/** Empty for a process without memory; ESRCH is what the kernel says to that. */
async function readRollup(context: ActionContext, pid: string): Promise<string> {
  const { exitCode, text } = await context.read('cat', [`${context.machine.procFolder}/${pid}/smaps_rollup`]);
  if (exitCode === 0) return text;
  if (/No such (?:process|file)/.test(text)) return '';
  throw new Error(text.trim() || `cat ended with exit code ${exitCode}`);
}

/** Lines for people; none when the file says nothing: a kernel thread, or a zombie. */
export function describeMemory(rollup: string): readonly string[] {
  const kibibytes = new Map(
    [...rollup.matchAll(/^(\w+):\s+(\d{1,15}) kB$/gm)].map(([, key = '', value]) => [key, Number(value)]),
  );
  return figures.flatMap(([name, keys, meaning]) => {
    const parts = keys.flatMap((key) => kibibytes.get(key) ?? []);
    if (parts.length === 0) return [];
    const bytes = parts.reduce((sum, part) => sum + part, 0) * 1024;
    const shown = `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
    return [`${name.padEnd(9)} ${shown.padStart(13)}  ${String(bytes).padStart(15)} bytes  ${meaning}\n`];
  });
}

interface FoundProcess {
  readonly name: string;
  readonly startedMs: number;
  readonly kind: 'ordinary' | keyof typeof withoutMemory;
}

async function readProcess(procFolder: string, pid: string): Promise<FoundProcess> {
  // `pid (name) state …`: the name may hold anything; the start is the 20th field after it.
  const stat = await readFile(`${procFolder}/${pid}/stat`, 'utf8');
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const startTicks = Number(fields[19]);
  const boot = /^btime (\d+)$/m.exec(await readFile(`${procFolder}/stat`, 'latin1'))?.[1];
  const startedMs = Number(boot) * 1000 + (startTicks * 1000) / ticksPerSecond;
  if (!Number.isFinite(startedMs)) throw new Error('its start time cannot be read');
  const isOfKernel = Math.trunc(Number(fields[6]) / kernelThreadFlag) % 2 === 1;
  const kind = isOfKernel ? 'kernelThread' : fields[0] === 'Z' ? 'zombie' : 'ordinary';
  return { name: oneLine(stat.slice(stat.indexOf('(') + 1, end)), startedMs, kind };
}

function unreadable(pid: string, error: unknown): ActionOutcome {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ESRCH') return failure('process-gone', `There is no process ${pid}.`);
  return failure('process-unreadable', `The memory of process ${pid} cannot be read: ${errorText(error)}.`);
}

function reused(pid: string, startedMs: number, asked?: string): ActionOutcome {
  const started = `${new Date(startedMs).toISOString()} (${Math.round(startedMs)} ms since the Unix epoch)`;
  const instead = asked === undefined ? '' : `, not at ${asked} ms`;
  return failure(
    'process-gone',
    `That process has ended; ${pid} was given to another one, started ${started}${instead}.`,
  );
}

function failure(code: keyof typeof remedies, message: string): ActionOutcome {
  return { exitCode: 1, reason: { code, message, remedy: remedies[code] } };
}

const remedies = {
  'process-gone': 'Look for it among the processes that run now: jidi top NODE.',
  'process-unreadable': 'Run the executor as root: it may then read the memory of every process.',
  'no-memory': 'Ask for a process of a user: kernel threads and zombies have none.',
} as const;

/** A name may hold anything; a line feed in it must not make a line of its own. Who shows the text does the rest. */
function oneLine(name: string): string {
  return JSON.stringify(name).slice(1, -1);
}
