// What was measured of the cost of profiles, in rows that say whether the goal was met. In: measurements. Out: rows.
import { medianInterval } from '../measuring/statistics.ts';
import { median } from '../measuring/stopwatch.ts';
import type { MemoryUse } from './memory-use.ts';
import type { CostRow } from './overhead-section.ts';
import type { SlowdownResult, Way } from './slowdown.ts';
import type { TickLoss } from './tick-loss.ts';
import type { Drawn } from './until-drawn.ts';

const goals = { lost: 0.01, drawnMs: 2000, memoryMiB: 150e6 / 1024 ** 2 };
const wayNames: Readonly<Record<Way, { readonly en: string; readonly zh: string }>> = {
  none: { en: 'no profile', zh: '不剖析' },
  fp: { en: 'speed lost, frame pointers', zh: '程序变慢，帧指针' },
  auto: { en: 'speed lost, callers found automatically', zh: '程序变慢，自动选择' },
  perf: { en: 'the same with plain `perf record -F 99 -g`', zh: '同样条件下直接用 `perf record -F 99 -g`' },
};

export function slowdownRows({ slowdowns, chosen }: SlowdownResult): readonly CostRow[] {
  return slowdowns.map(({ way, ofCpu, ofClock }) => {
    const cpu = medianInterval(ofCpu);
    const clock = medianInterval(ofClock);
    return {
      ...wayNames[way],
      measured: `${percent(cpu.median)} (${percent(cpu.low)} … ${percent(cpu.high)})`,
      goal: way === 'perf' ? '–' : `≤ ${percent(goals.lost)}`,
      isMissed: way !== 'perf' && cpu.median > goals.lost,
      more:
        `by the clock ${percent(clock.median)} (${percent(clock.low)} … ${percent(clock.high)}), ${ofCpu.length} rounds` +
        (way === 'auto' ? `, chosen: ${chosen}` : ''),
    };
  });
}

export function drawnRows(callGraph: string, results: readonly Drawn[]): readonly CostRow[] {
  const drawn = results.map(({ drawnBy }) => drawnBy);
  const middle = (pick: (one: Drawn) => number): string => `${Math.round(median(results.map(pick)))}`;
  const parts = [
    `recorded by ${middle(({ recordedBy }) => recordedBy)}`,
    `reading from ${middle(({ readFrom }) => readFrom)} to ${middle(({ readBy }) => readBy)}`,
    `told by ${middle(({ toldBy }) => toldBy)}`,
    `answered by ${middle(({ answeredBy }) => answeredBy)} ms`,
    `${middle(({ samples }) => samples)} samples`,
    `begun ${middle(({ beganAfter }) => beganAfter)} ms after the order`,
  ];
  return [
    {
      en: `end of sampling to flame graph, ${callGraph}`,
      zh: `采样结束到火焰图，${callGraph}`,
      measured: `${(median(drawn) / 1000).toFixed(2)} s (${(Math.min(...drawn) / 1000).toFixed(2)} … ${(Math.max(...drawn) / 1000).toFixed(2)})`,
      goal: `≤ ${goals.drawnMs / 1000} s`,
      isMissed: median(drawn) > goals.drawnMs,
      more: parts.join(', '),
    },
  ];
}

export function memoryRows(uses: readonly MemoryUse[]): readonly CostRow[] {
  return uses.map(({ name, samples, programs, most }) => ({
    en: `memory, ${name}`,
    zh: name === 'process' ? '内存，一个进程' : '内存，整个节点',
    measured: `${megabytes(most.pssMiB)} MB PSS`,
    goal: `≤ ${megabytes(goals.memoryMiB)} MB`,
    isMissed: most.pssMiB > goals.memoryMiB,
    more:
      `resident ${megabytes(most.residentMiB)}, anonymous ${megabytes(most.anonymousMiB)}; at the top ${most.of} MiB; each: ` +
      `${programs.map((each) => `${each.name} ${megabytes(each.pssMiB)}`).join(', ')}; ${samples} samples`,
  }));
}

export function tickRows({ ticks, missedWithout, missedWith }: TickLoss): readonly CostRow[] {
  return [
    {
      en: 'ticks missed during profiles',
      zh: '剖析期间错过的采集',
      measured: `${missedWith} of ${ticks}`,
      goal: 'no more than without',
      isMissed: missedWith > missedWithout,
      more: `${missedWithout} without a profile in the same time; every 1 s, missed when more than 250 ms late`,
    },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function megabytes(mebibytes: number): string {
  return ((mebibytes * 1024 ** 2) / 1e6).toFixed(0);
}
