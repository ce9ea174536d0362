// The tables of docs/overhead.md. In: measured rows. Out: the page with the part between its markers renewed, in both
// languages. It refuses a page without markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './scenario.ts';

export interface Measurement {
  readonly machine: string;
  readonly command: string;
  readonly rows: readonly Row[];
}

interface Words {
  readonly program: string;
  readonly machine: string;
  readonly command: string;
  readonly cpu: string;
  readonly other: (interval: string) => string;
  readonly columns: readonly string[];
  readonly scenario: (intervalSeconds: number, processes: number) => string;
  readonly jidi: readonly string[];
  readonly busy: string;
}

const docs = join(import.meta.dirname, '../../docs');
const begin = '<!-- measured: begin -->';
const end = '<!-- measured: end -->';
/** From bytes of one node to Mbit of 5,000. */
const bitsOfManyNodes = (5_000 * 8) / 1e6;
/** With more than this many cores busy otherwise the figures are no good. */
export const muchOtherLoad = 0.2;

const pages: Readonly<Record<string, Words>> = {
  'overhead.md': {
    program: 'Program',
    machine: 'Machine',
    command: 'Command',
    cpu: 'CPU seconds per minute, and in brackets how many times as much as jidi-agent:',
    other: (interval) => `Memory, context switches and values every ${interval}:`,
    columns: ['PSS MiB', 'anonymous MiB', 'switches per minute', 'values per interval'],
    scenario: (seconds, processes) => `${seconds} s, ${processes} processes`,
    jidi: [
      'jidi-agent',
      'share of one core',
      'switches per tick',
      'bytes sent per tick',
      'bytes per value',
      'bytes per metric sample',
      '5,000 nodes send, Mbit/s',
    ],
    busy: 'Other programs kept up to {cores} cores busy during this run: the figures are provisional.',
  },
  'zh/overhead.md': {
    program: '程序',
    machine: '机器',
    command: '命令',
    cpu: '每分钟消耗的 CPU 秒数，括号内为 jidi-agent 的倍数：',
    other: (interval) => `间隔 ${interval} 时的内存、上下文切换和数值个数：`,
    columns: ['PSS MiB', '匿名内存 MiB', '每分钟上下文切换', '每个间隔的数值个数'],
    scenario: (seconds, processes) => `${seconds} 秒，${processes} 个进程`,
    jidi: [
      'jidi-agent',
      '占一个核的比例',
      '每次采样的上下文切换',
      '每次采样发送的字节',
      '每个数值的字节',
      '每个指标样本的字节',
      '5,000 个节点发送的 Mbit/s',
    ],
    busy: '本次测量期间其他程序最多占用了 {cores} 个核：数字是暂时的。',
  },
};

export function writeOverheadPages(measurement: Measurement): void {
  for (const [name, words] of Object.entries(pages)) {
    const path = join(docs, name);
    const page = readFileSync(path, 'utf8');
    const from = page.indexOf(begin);
    const to = page.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${path} has no markers ${begin} and ${end}`);
    const tables = renderTables(measurement, words);
    writeFileSync(path, `${page.slice(0, from)}${begin}\n\n${tables}\n\n${page.slice(to)}`);
  }
}

function renderTables({ machine, command, rows }: Measurement, words: Words): string {
  const scenarios = [...new Map(rows.map((row) => [scenarioOf(row), row])).values()];
  const busiest = Math.max(...rows.map(({ otherBusyCores }) => otherBusyCores));
  const fastest = scenarios.filter(
    ({ intervalSeconds }) => intervalSeconds === scenarios[0]?.intervalSeconds,
  );
  const parts = [
    `${words.machine}: ${machine}. ${words.command}: \`${command}\``,
    ...(busiest > muchOtherLoad ? [words.busy.replace('{cores}', busiest.toFixed(1))] : []),
    words.cpu,
    cpuTable(rows, scenarios, words),
    ...fastest.flatMap((scenario) => [
      words.other(words.scenario(scenario.intervalSeconds, scenario.processesThere)),
      otherTable(rows, scenario, words),
    ]),
    wireTable(rows, words),
  ];
  return parts.join('\n\n');
}

function cpuTable(rows: readonly Row[], scenarios: readonly Row[], words: Words): string {
  const head = scenarios.map((row) => words.scenario(row.intervalSeconds, row.processesThere));
  const lines = namesOf(rows).map((name) => [
    name,
    ...scenarios.map((scenario) => {
      const ours = find(rows, scenario, 'jidi-agent')?.cpu;
      return withRatio(find(rows, scenario, name)?.cpu, ours, 2);
    }),
  ]);
  return markdown([[words.program, ...head], ...lines]);
}

function otherTable(rows: readonly Row[], scenario: Row, words: Words): string {
  const lines = namesOf(rows).map((name) => {
    const row = find(rows, scenario, name);
    return [
      name,
      fixed(row?.pssMiB, 1),
      fixed(row?.anonymousMiB, 1),
      fixed(row?.switches, 0),
      fixed(row?.values, 0),
    ];
  });
  return markdown([[words.program, ...words.columns], ...lines]);
}

function wireTable(rows: readonly Row[], words: Words): string {
  const lines = rows
    .filter(({ name }) => name === 'jidi-agent')
    .map(({ intervalSeconds, processesThere, cpu, switchesPerTick, facts }) => [
      words.scenario(intervalSeconds, processesThere),
      `${fixed((cpu / 60) * 100, 3)} %`,
      fixed(switchesPerTick, 1),
      fixed(facts['bytesPerTick'], 0),
      fixed(facts['bytesPerValue'], 2),
      fixed(facts['bytesPerMetricSample'], 2),
      fixed(((facts['bytesPerTick'] ?? Number.NaN) * bitsOfManyNodes) / intervalSeconds, 1),
    ]);
  return markdown([words.jidi, ...lines]);
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}

function scenarioOf({ intervalSeconds, extraProcesses }: Row): string {
  return `${intervalSeconds}/${extraProcesses}`;
}

function namesOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ name }) => name))];
}

function find(rows: readonly Row[], scenario: Row, name: string): Row | undefined {
  return rows.find((row) => row.name === name && scenarioOf(row) === scenarioOf(scenario));
}

function withRatio(value: number | undefined, ours: number | undefined, decimals: number): string {
  if (value === undefined || ours === undefined || value === ours) return fixed(value, decimals);
  const ratio = value / ours;
  return `${fixed(value, decimals)} (${ratio.toFixed(ratio < 10 ? 1 : 0)}×)`;
}

/** JSON has no NaN: null stands for it. */
function fixed(value: number | null | undefined, decimals: number): string {
  if (value === undefined || value === null || Number.isNaN(value)) return '–';
  return value.toFixed(decimals);
}
