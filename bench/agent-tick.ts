// Claim: one tick of the agent – every source and the processes of the node – costs a few milliseconds of CPU and no
// child process; the usual library for the same figures costs many times as much.
//
// In: this machine as it is. Both sides are asked once a second: the library answers from a cache when it is asked again
// within half a second, and idle processes are read less often by the scan. CPU time of child processes counts, as the
// kernel tells it when they have ended.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { currentLoad, mem, processes } from 'systeminformation';
import { createHost } from '../agent/host/host.ts';
import { ProcessScanner } from '../agent/processes/process-scanner.ts';
import { SeriesTable } from '../agent/sampler/series-table.ts';
import { sourceFactories } from '../agent/sources/registry.ts';
import { type Contender, printComparison, printNote } from './measuring/report.ts';
import { cpuMicroseconds, median } from './measuring/stopwatch.ts';

const tickEveryMs = 1_000;
const ticks = 8;
const warmUp = 2;
const libraryRounds = 4;
/** Clock ticks of /proc: USER_HZ, 100 on every machine this runs on. */
const microsecondsPerClockTick = 10_000;

const ours = await measureAgent();
const library = await measureLibrary();
printNote(`${ours.series} series, ${ours.processes} processes\n`);
printComparison({
  columns: ['CPU ms/tick', 'of it in child processes'],
  ours: ours.contender,
  others: [library],
});

async function measureAgent(): Promise<{ contender: Contender; series: number; processes: number }> {
  const host = createHost();
  const sources = sourceFactories.map((create) => create(host)).filter((source) => source.probe().present);
  const table = new SeriesTable(4_096);
  const scanner = new ProcessScanner(host);
  const costs: number[] = [];
  let found = 0;
  const childrenBefore = childMicroseconds();
  for (let tick = 0; tick < ticks; tick += 1) {
    await delay(tickEveryMs);
    const cost = await cpuMicroseconds(async () => {
      for (const source of sources) await source.read(table);
      found = scanner.scan(Date.now()).processCount;
      table.take(Date.now());
    });
    if (tick >= warmUp) costs.push(cost / 1000);
  }
  for (const source of sources) source.close();
  const inChildren = (childMicroseconds() - childrenBefore) / 1000 / ticks;
  const contender = { name: 'sources and process scan', figures: [median(costs) + inChildren, inChildren] };
  return { contender, series: table.size, processes: found };
}

async function measureLibrary(): Promise<Contender> {
  const ask = () => Promise.all([currentLoad(), mem(), processes()]);
  await ask();
  const costs: number[] = [];
  const childrenBefore = childMicroseconds();
  for (let round = 0; round < libraryRounds; round += 1) {
    await delay(tickEveryMs);
    costs.push((await cpuMicroseconds(async () => void (await ask()))) / 1000);
  }
  const inChildren = (childMicroseconds() - childrenBefore) / 1000 / libraryRounds;
  const name = 'systeminformation: currentLoad, mem, processes';
  return { name, figures: [median(costs) + inChildren, inChildren] };
}

/** CPU time of the children of this process that have ended: cutime and cstime of proc_pid_stat(5). */
function childMicroseconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * microsecondsPerClockTick;
}
