// The table of a fleet run: what was measured beside its goal. In: figures. Out: text for the terminal and for the page.
import { printNote } from '../../measuring/report.ts';
import { markdownTable } from '../../store/page.ts';
import type { FleetBenchFlags } from './fleet-bench-flags.ts';
import type { FleetMeasurement } from './measure-fleet.ts';

type Language = 'en' | 'zh';

interface Line {
  readonly en: string;
  readonly zh: string;
  readonly value: number;
  readonly unit: string;
  /** At most. */
  readonly goal: number | null;
}

export interface PageFacts {
  readonly machine: string;
  readonly command: string;
  readonly flags: FleetBenchFlags;
  readonly language: Language;
}

const heads: Readonly<Record<Language, readonly string[]>> = {
  en: ['Figure', 'Measured', 'Goal'],
  zh: ['指标', '测得', '目标'],
};

export function printGoals(measured: FleetMeasurement, { nodes, series }: FleetBenchFlags): void {
  printNote(`\n${nodes} agents × ${series} series`);
  for (const line of linesOf(measured)) {
    const verdict = line.goal === null ? '' : line.value <= line.goal ? '  ok' : '  MISSED';
    const goal = line.goal === null ? '' : `goal ≤ ${line.goal} ${line.unit}`;
    printNote(`${line.en.padEnd(48)} ${shown(line).padStart(16)}   ${goal}${verdict}`);
  }
  const codes = Object.entries(measured.end.refusals).map(([code, count]) => `${code}: ${count}`);
  if (codes.length > 0) printNote(`refused: ${codes.join(', ')}`);
}

export function renderGoals(
  measured: FleetMeasurement,
  { machine, command, flags, language }: PageFacts,
): string {
  const rows = linesOf(measured).map((line) => [
    line[language],
    shown(line),
    line.goal === null ? '' : `≤ ${line.goal} ${line.unit}`,
  ]);
  const title =
    language === 'en'
      ? `${flags.nodes} agents, ${flags.series} series`
      : `${flags.nodes} 个 agent，各 ${flags.series} 个序列`;
  return [`**${title}**. ${machine}. \`${command}\``, markdownTable([heads[language], ...rows])].join('\n\n');
}

function linesOf(measured: FleetMeasurement): readonly Line[] {
  const { steady, end, storm } = measured;
  const gibibyte = 1024;
  const lines = [
    line('CPU of the collector', '收集器 CPU', [measured.cpuShare * 100, '% of a core', 40]),
    line('CPU for each sample, process lists included', '每样本 CPU（含进程列表）', [
      measured.nanosecondsPerSample,
      'ns',
      null,
    ]),
    line('Memory (RSS)', '内存（RSS）', [measured.rssMiB, 'MiB', 1.2 * gibibyte]),
    line('Memory at its peak', '内存峰值', [measured.peakRssMiB, 'MiB', null]),
    line('Samples', '样本', [measured.samplesPerSecond, '/s', null]),
    line('Acknowledgement, p50', '确认延迟 p50', [steady.acks.p50, 'ms', null]),
    line('Acknowledgement, p99', '确认延迟 p99', [steady.acks.p99, 'ms', 1_000]),
    line('Age of live data when stored, p99', '实时数据入库时的年龄 p99', [steady.liveAges.p99, 'ms', null]),
    line('Batches generated', '产生的批次', [end.generated, '', null]),
    line('… acknowledged', '……已确认', [end.acknowledged, '', null]),
    line('… refused', '……被拒绝', [end.refused, '', 0]),
    line('… dropped by agents for want of room', '……因缓冲区满丢弃', [end.dropped, '', 0]),
    line('… gone with nodes that were switched off', '……随节点断电丢失', [end.forgotten, '', null]),
    line('… still under way at the end', '……结束时仍在途', [end.kept, '', null]),
    line('Ticks that the fleet itself missed', '模拟器自身错过的采样', [end.missedTicks, '', null]),
    line('On disk', '磁盘占用', [measured.diskMiB, 'MiB', null]),
  ];
  if (storm === null) return lines;
  return [
    ...lines,
    line('Storm: all are back after', '重连风暴：全部恢复', [storm.reconnectSeconds, 's', 60]),
    line('Storm: absorbed after', '重连风暴：积压消化完', [storm.absorbedSeconds, 's', 60]),
    line('Storm: age of live data, p99', '重连风暴：实时数据年龄 p99', [storm.liveAgeP99Ms / 1000, 's', 15]),
    line('Storm: age of live data, most', '重连风暴：实时数据最大年龄', [
      storm.liveAgeMostMs / 1000,
      's',
      null,
    ]),
    line('Storm: CPU of the collector', '重连风暴：收集器 CPU', [storm.cpuSeconds, 's', null]),
  ];
}

function line(en: string, zh: string, [value, unit, goal]: readonly [number, string, number | null]): Line {
  return { en, zh, value, unit, goal };
}

function shown({ value, unit }: Line): string {
  if (Number.isNaN(value)) return 'never';
  const digits = Number.isInteger(value) || value >= 1_000 ? value.toFixed(0) : value.toPrecision(3);
  return `${digits} ${unit}`.trimEnd();
}
