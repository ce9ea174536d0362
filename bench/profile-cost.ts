// Claim: a profile at 99 Hz takes at most 1 % of the profiled program's speed; from the end of sampling to the flame graph on screen
// pass at most 2 s; recording and symbolising take less than 150 MB; no tick of the agent is missed meanwhile.
//
// In: the bundles of `npm run build`, real perf, Chromium. Parts: `slowdown` (rounds in which the program counts what it gets done
// without a profile, with frame pointers, with the automatic choice, and under plain `perf record -F 99 -g`), `drawn` (as
// many samples as 16 threads give in 30 s at 99 Hz; here fewer cores sample more often), `memory`, `ticks`.
// Everything shares this machine with the program: what is told is an upper bound.
// Flags: --only slowdown,drawn,memory,ticks --rounds 20 --seconds 5 --turns 5 --write-docs
// Deadline: 30 minutes.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { machineInWords } from './agent/flags.ts';
import { printNote } from './measuring/report.ts';
import { Programs } from './measuring/started-programs.ts';
import { measureMemory } from './profile-cost/memory-use.ts';
import { type CostRow, writeCosts } from './profile-cost/overhead-section.ts';
import { drawnRows, memoryRows, slowdownRows, tickRows } from './profile-cost/rows.ts';
import { measureSlowdown } from './profile-cost/slowdown.ts';
import { measureTicks } from './profile-cost/tick-loss.ts';
import { measureDrawn } from './profile-cost/until-drawn.ts';

const threads = 16;
const cores = availableParallelism();
const text = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: {
    only: { ...text, default: 'slowdown,drawn,memory,ticks' },
    rounds: { ...text, default: '20' },
    seconds: { ...text, default: '5' },
    turns: { ...text, default: '5' },
    'write-docs': { type: 'boolean', default: false },
  },
});
const programs = new Programs();
const parts: Readonly<Record<string, () => Promise<readonly CostRow[]>>> = {
  slowdown: async () =>
    slowdownRows(
      await measureSlowdown(programs, {
        rounds: Number(flags.rounds),
        seconds: Number(flags.seconds),
        cores,
      }),
    ),
  drawn: async () => {
    const usual = {
      threads,
      cores: 0,
      seconds: 30,
      frequency: Math.min(2000, Math.ceil((99 * threads) / cores)),
    };
    const ways = ['fp', 'auto'] as const;
    const rows: CostRow[] = [];
    for (const callGraph of ways) {
      const results = await measureDrawn(
        programs,
        { ...usual, name: callGraph, callGraph },
        Number(flags.turns),
      );
      rows.push(...drawnRows(callGraph, results));
    }
    return rows;
  },
  memory: async () => {
    const order = { duration: 10, frequency: 499 };
    const cases = [
      { name: 'process', isWholeNode: false, order },
      { name: 'whole node', isWholeNode: true, order: { ...order, callGraph: 'fp' } },
    ] as const;
    return memoryRows(await measureMemory(programs, threads, cases));
  },
  ticks: async () => tickRows(await measureTicks(programs, threads)),
};

try {
  const rows: CostRow[] = [];
  for (const part of flags.only.split(',')) {
    const measure = parts[part];
    if (measure === undefined)
      throw new Error(`no part ${part}; there are: ${Object.keys(parts).join(', ')}`);
    for (const row of await measure()) {
      rows.push(row);
      printNote(
        `${row.isMissed ? 'MISSED' : 'ok    '} ${row.en}: ${row.measured}, goal ${row.goal}; ${row.more}`,
      );
    }
  }
  const machine = machineInWords();
  printNote(`${machine}; a program of ${threads} threads`);
  if (flags['write-docs']) writeCosts(rows, machine);
  if (rows.some(({ isMissed }) => isMissed)) process.exitCode = 1;
} finally {
  await programs.stopAll();
}
