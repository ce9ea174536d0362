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

const seconds = 10;
/** The two read some milliseconds apart; so much CPU time may pass meanwhile on a machine that has other work, too. */
const apartSeconds = 0.15;
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
    return readings.size > seconds + 1;
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
  let compared = 0;
  for (const [second, [told]] of tables) {
    if (second === first || second === last) continue;
    const used = useBetween(second - 1, second);
    const ofTold = used.find((one) => one.pid === told?.pid);
    // One reads a little later than the other: who ends about then is seen by one of them only.
    const most = used.find((one) => readings.get(second + 1)?.has(one.pid) === true);
    if (ofTold === undefined || most === undefined) continue;
    expect(ofTold.used, `second ${second}`).toBeGreaterThan(most.used - apartSeconds);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(seconds / 2);
});

test('over ten seconds, the first by the tables is the first by the kernel', () => {
  const [charged] = useBetween(first, last);
  const sums = new Map<number, number>();
  for (const [second, rows] of tables) {
    if (second === first) continue;
    for (const { pid: one, cpuRatio } of rows) sums.set(one, (sums.get(one) ?? 0) + cpuRatio);
  }
  const [told] = [...sums].toSorted((left, right) => right[1] - left[1]);
  expect(charged?.used).toBeGreaterThan(1);
  // Two that are level within 5 % are both the first.
  expect(sums.get(charged?.pid ?? 0)).toBeGreaterThan((told?.[1] ?? 0) * 0.95);
  const ofTold = useBetween(first, last).find((one) => one.pid === told?.[0]);
  expect(ofTold?.used).toBeGreaterThan((charged?.used ?? 0) * 0.95);
});

test('it has used as much CPU time as the kernel counts, within 5 %', () => {
  const used = cpuSecondsAt(last) - cpuSecondsAt(first);
  const rows = [...tables].filter(([second]) => second > first).map(([second]) => rowAt(second));
  expect(rows.length).toBeGreaterThan(seconds / 2);
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

/** As many threads as there are cores, so that it leads unless the machine has much other work; ends by itself. */
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

/** CPU seconds by process, the most first. */
function useBetween(from: number, to: number): readonly { readonly pid: number; readonly used: number }[] {
  const before = readings.get(from);
  return [...(readings.get(to) ?? [])]
    .map(([one, { cpuSeconds }]) => ({ pid: one, used: cpuSeconds - (before?.get(one)?.cpuSeconds ?? 0) }))
    .toSorted((left, right) => right.used - left.used);
}
