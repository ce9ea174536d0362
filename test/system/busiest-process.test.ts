// Whether the busiest process of `jidi top` is the one that the kernel charges most, now and afterwards.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, userInfo } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  atEverySecond,
  type ProcessReading,
  readProcess,
  readProcesses,
  startOfProcess,
} from './kernel-readings.ts';
import { RunningJidi, until } from './running-jidi.ts';

type Processes = ReadonlyMap<number, ProcessReading>;

interface Row {
  readonly pid: number;
  readonly startTime: number;
  readonly command: string;
  readonly user: string;
  readonly cpuRatio: number;
  readonly residentBytes: number;
}

interface Busy {
  readonly pid: number;
  readonly ratio: number;
}

const fewestSeconds = 8;
const mostSeconds = 25;
/** Seconds in which the burner must lead clearly. */
const enoughLeads = 4;
/** So far must the first be ahead of the second to be a clear leader. */
const clearBy = 0.15;
const burnerMark = 'jidi-test-burner';

const readings = new Map<number, Processes>();
const tables = new Map<number, readonly Row[]>();
let jidi: RunningJidi;
let burner: ChildProcess;
let pid: number;
let startTime: number;
let first: number;
let last: number;

beforeAll(async () => {
  jidi = await RunningJidi.start();
  burner = startBurner();
  pid = burner.pid ?? 0;
  await until('the burner to burn', () => (readProcess(pid)?.cpuSeconds ?? 0) > 0.5);
  await atEverySecond((second) => {
    readings.set(second, readProcesses());
    const isEnough = readings.size > fewestSeconds && leadsOf(pid) >= enoughLeads;
    return isEnough || readings.size >= mostSeconds;
  });
  startTime = startOfProcess(pid);
  first = [...readings.keys()][0] ?? 0;
  last = [...readings.keys()].at(-1) ?? 0;
  await until('the last snapshot', async () => ((await tableAt('now')).time ?? 0) > last);
  const exited = once(burner, 'exit');
  burner.kill('SIGKILL');
  await exited;
  for (const second of readings.keys()) {
    const table = await tableAt(second);
    // A tick that a busy machine let pass has no table of its own.
    if (table.time === second) tables.set(second, table.processes);
  }
});
afterAll(async () => {
  burner.kill('SIGKILL');
  await jidi.stop();
});

test('the first of the table is the one that the kernel charges most, second by second', () => {
  expect(leadsOf(pid)).toBeGreaterThanOrEqual(enoughLeads);
  const clear = clearLeaders().filter(({ second }) => tables.has(second));
  expect(clear.length).toBeGreaterThanOrEqual(enoughLeads);
  const told = clear.map(({ second }) => ({ second, pid: tables.get(second)?.[0]?.pid }));
  expect(told).toEqual(clear);
});

test('it has used as much CPU time as the kernel counts, within 5 %', () => {
  const used = cpuSecondsAt(last) - cpuSecondsAt(first);
  const rows = [...tables].filter(([second]) => second > first).map(([second]) => rowAt(second));
  expect(rows.length).toBeGreaterThan(fewestSeconds / 2);
  const told = rows.reduce((sum, row) => sum + (row?.cpuRatio ?? Number.NaN), 0) / rows.length;
  expect(used).toBeGreaterThan(1);
  expect(Math.abs(told * (last - first) - used)).toBeLessThan(used * 0.05);
});

test('it has its user, its memory, its start and its command line', () => {
  const second = [...tables.keys()].at(-1) ?? 0;
  const row = rowAt(second);
  expect(row?.user).toBe(userInfo().username);
  expect(row?.command).toContain(burnerMark);
  expect(Math.abs((row?.startTime ?? 0) - startTime)).toBeLessThan(1.5);
  const resident = readings.get(second)?.get(pid)?.residentBytes ?? 0;
  expect(resident).toBeGreaterThan(0);
  expect(Math.abs((row?.residentBytes ?? 0) - resident)).toBeLessThanOrEqual(resident * 0.02);
});

test('it is told for a past moment after its end, and is gone from now', async () => {
  const then = await jidi.cliJson<Row[]>('top', jidi.node, '--at', new Date(last * 1000).toISOString());
  expect(then.map((row) => row.pid)).toContain(pid);
  await until('a snapshot without the burner', async () => {
    const now = await jidi.cliJson<Row[]>('top', jidi.node);
    return now.length > 0 && !now.some((row) => row.pid === pid);
  });
});

/** As many threads as there are cores, so that it leads on a machine that has other work, too; ends by itself. */
function startBurner(): ChildProcess {
  const burn = 'const end = Date.now() + 60000; while (Date.now() < end);';
  const program = `/* ${burnerMark} */ const { Worker } = require('node:worker_threads');
    for (let n = 1; n < ${availableParallelism()}; n += 1) new Worker(${JSON.stringify(burn)}, { eval: true });
    setTimeout(() => { ${burn} }, 200);`;
  return spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
}

function tableAt(moment: number | 'now'): Promise<{ time: number | null; processes: readonly Row[] }> {
  return jidi.json(`/api/v1/nodes/${jidi.node}/processes?at=${moment}`);
}

function rowAt(second: number): Row | undefined {
  return tables.get(second)?.find((row) => row.pid === pid);
}

function cpuSecondsAt(second: number): number {
  return readings.get(second)?.get(pid)?.cpuSeconds ?? Number.NaN;
}

function leadsOf(leader: number): number {
  return clearLeaders().filter((one) => one.pid === leader).length;
}

/** The seconds in which one process was clearly ahead of all others. */
function clearLeaders(): readonly { readonly second: number; readonly pid: number }[] {
  return [...readings.keys()].flatMap((second) => {
    const before = readings.get(second - 1);
    const after = readings.get(second);
    if (before === undefined || after === undefined) return [];
    const [busiest, next] = byUse(before, after);
    if (busiest === undefined || busiest.ratio < (next?.ratio ?? 0) + clearBy) return [];
    return [{ second, pid: busiest.pid }];
  });
}

function byUse(before: Processes, after: Processes): readonly Busy[] {
  return [...after]
    .map(([one, { cpuSeconds }]) => ({ pid: one, ratio: cpuSeconds - (before.get(one)?.cpuSeconds ?? 0) }))
    .toSorted((left, right) => right.ratio - left.ratio);
}
