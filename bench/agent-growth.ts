// Claim: the agent does not grow: over a day of ticks its memory rises by less than 1 MiB an hour.
//
// In: this machine, whose processes come and go: a short-lived one is started now and then. The agent's sources, process
// scan, buffer and encoder make the 17,280 ticks of a day at 5 s as fast as they can, on a clock that is turned by hand;
// every batch is acknowledged. Memory is looked at after a full collection of garbage, once an hour of that clock.
// Deadline: 15 minutes.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DrivenAgent, tickEveryMs } from './agent/driven-agent.ts';
import { readMemory } from './measuring/process-tree.ts';
import { printNote } from './measuring/report.ts';
import { slope } from './measuring/statistics.ts';
import { median } from './measuring/stopwatch.ts';

interface Hour {
  readonly heapMiB: number;
  readonly anonymousMiB: number;
}

const mebibyte = 1024 * 1024;
const ticksPerHour = 3_600_000 / tickEveryMs;
/** Tables fill and code is compiled meanwhile. */
const settlingHours = 4;
const churnEveryTicks = 20;
const goalMiBPerHour = 1;

const { values: flags } = parseArgs({ options: { hours: { type: 'string', default: '24' } } });
const hours = Number(flags.hours);
setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');
const agent = new DrivenAgent();
agent.start();
const seen: Hour[] = [];
for (let hour = 1; hour <= hours; hour += 1) {
  for (let tick = 0; tick < ticksPerHour; tick += 1) {
    if (tick % churnEveryTicks === 0) spawn('true', { stdio: 'ignore' });
    await agent.tick();
  }
  seen.push(look());
  printNote(
    `hour ${hour}: heap ${last().heapMiB.toFixed(2)} MiB, anonymous ${last().anonymousMiB.toFixed(2)} MiB`,
  );
}
const { ticks, bytes, samples, dropped } = agent.statistics;
await agent.stop();
const settled = seen.slice(Math.min(settlingHours, seen.length - 2));
printNote(`\n${ticks} ticks, ${(bytes / samples).toFixed(2)} bytes per sample, ${dropped} dropped`);
const heap = slope(settled.map(({ heapMiB }) => heapMiB));
// V8 takes room for new objects in steps of many MiB when much is made in a short time, as here: a step is no growth.
const rises = settled
  .slice(1)
  .map(({ anonymousMiB }, index) => anonymousMiB - (settled[index]?.anonymousMiB ?? 0));
const anonymous = median(rises);
printNote(`after the first ${seen.length - settled.length} hours, goal < ${goalMiBPerHour} MiB per hour:
heap after collection: ${heap.toFixed(3)} MiB per hour (least squares)
anonymous memory: ${anonymous.toFixed(3)} MiB in the median hour, ${Math.max(...rises).toFixed(1)} in the largest step`);
if (Math.max(heap, anonymous) >= goalMiBPerHour) process.exitCode = 1;

function look(): Hour {
  if (typeof collectGarbage === 'function') collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  const { anonymousBytes } = readMemory([process.pid]);
  return { heapMiB: (heapUsed + external) / mebibyte, anonymousMiB: anonymousBytes / mebibyte };
}

function last(): Hour {
  return seen.at(-1) ?? { heapMiB: Number.NaN, anonymousMiB: Number.NaN };
}
