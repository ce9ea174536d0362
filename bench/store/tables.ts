// The figures of the engines as tables, on the terminal and for the page. In: figures, ours first. Out: text.
import { printComparison, printNote } from '../measuring/report.ts';
import type { StoreFigures } from './measure.ts';
import { markdownTable } from './page.ts';

export interface StoreMeasurement {
  readonly machine: string;
  readonly command: string;
  readonly figures: readonly StoreFigures[];
  /** Name of a data set → what it is. */
  readonly data: Readonly<Record<string, string>>;
}

type Language = 'en' | 'zh';

const costColumns: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'CPU ns/sample, backlog',
    'live',
    'with later work',
    'RSS MiB',
    'peak RSS MiB',
    'bytes/sample on disk',
  ],
  zh: ['CPU ns/样本，补传', '实时', '含后续整理', 'RSS MiB', '峰值 RSS MiB', '磁盘字节/样本'],
};
/** As far as it decides the figures. */
const howMeasured: Readonly<Record<Language, string>> = {
  en: [
    'CPU and memory are those of the process of the engine only. The collector is fed as agents do it, by a stream and a batch',
    'for each node; its peers by remote write over one connection, some 10,000 samples in a request, which is less work for',
    'them than thousands of senders. Everything on disk is counted, after merging or compaction. In brackets: how many times',
    'as much as the collector. VictoriaMetrics answers without its cache of whole answers.',
  ].join(' '),
  zh: [
    'CPU 与内存只计引擎自身的进程。收集器按 agent 的方式接收数据：每个节点一条流、一次一批；',
    '对照引擎经一条连接以 remote write 接收，每个请求约一万个样本，比成千上万个发送者更省力。',
    '磁盘占用在合并或压实之后统计，全部文件计入。括号内为收集器的倍数。VictoriaMetrics 不使用整条结果缓存。',
  ].join(''),
};
interface Words {
  readonly engine: string;
  readonly machine: string;
  readonly command: string;
  readonly answers: string;
  readonly how: string;
}
const words: Readonly<Record<Language, Words>> = {
  en: {
    how: howMeasured.en,
    engine: 'Engine',
    machine: 'Machine',
    command: 'Command',
    answers: 'Answers over HTTP, median ms, warm',
  },
  zh: {
    how: howMeasured.zh,
    engine: '引擎',
    machine: '机器',
    command: '命令',
    answers: 'HTTP 查询中位数（毫秒，热缓存）',
  },
};

/** What is asked, by its English name. */
const inChinese: Readonly<Record<string, string>> = {
  'node page': '节点页：20 个指标 × 全程',
  'one series': '单个序列 × 全程',
  'all nodes': '一个指标 × 全部节点 × 1 小时',
  'p99 of all': '全部节点的 p99 × 1 小时',
  'map, past': '过去某时刻的节点图',
  'map, now': '当前节点图',
};

export function printFigures(figures: readonly StoreFigures[], what: string): void {
  const [ours, ...others] = figures.map((each) => ({ name: each.engine, figures: costsOf(each) }));
  const [first] = figures;
  if (ours === undefined || first === undefined) return;
  printNote(`\n${first.data}: ${what}, ${(first.samples / 1e6).toFixed(1)} million samples`);
  printComparison({ columns: costColumns.en, ours, others });
  const asked = Object.keys(first.answers);
  if (asked.length === 0) return;
  printNote(words.en.answers);
  const [oursAsked, ...othersAsked] = figures.map(({ engine, answers }) => ({
    name: engine,
    figures: asked.map((name) => answers[name] ?? Number.NaN),
  }));
  if (oursAsked !== undefined) printComparison({ columns: asked, ours: oursAsked, others: othersAsked });
}

export function renderMeasurement(
  { machine, command, figures, data }: StoreMeasurement,
  language: Language,
): string {
  const { engine, machine: machineWord, command: commandWord, answers, how } = words[language];
  const parts = [`${machineWord}: ${machine}. ${commandWord}: \`${command}\``, how];
  for (const [name, what] of Object.entries(data)) {
    const rows = figures.filter((each) => each.data === name);
    const [ours] = rows;
    if (ours === undefined) continue;
    parts.push(`**${name}**: ${what}, ${(ours.samples / 1e6).toFixed(1)} M`);
    parts.push(table([engine, ...costColumns[language]], rows, costsOf));
    const asked = Object.keys(ours.answers);
    if (asked.length === 0) continue;
    parts.push(`${answers}:`);
    parts.push(
      table(
        [engine, ...asked.map((one) => (language === 'zh' ? (inChinese[one] ?? one) : one))],
        rows,
        (each) => asked.map((one) => each.answers[one] ?? Number.NaN),
      ),
    );
  }
  return parts.join('\n\n');
}

function table(
  head: readonly string[],
  rows: readonly StoreFigures[],
  figuresOf: (row: StoreFigures) => readonly number[],
): string {
  const ours = rows[0] === undefined ? [] : figuresOf(rows[0]);
  const lines = rows.map((row, place) => [
    row.engine,
    ...figuresOf(row).map((figure, column) => withRatio(figure, place === 0 ? undefined : ours[column])),
  ]);
  return markdownTable([head, ...lines]);
}

function costsOf(figures: StoreFigures): readonly number[] {
  const { pastCpu, liveCpu, settledCpu, rssMiB, peakRssMiB, bytesPerSample } = figures;
  return [pastCpu, liveCpu, settledCpu, rssMiB, peakRssMiB, bytesPerSample];
}

/** JSON has no NaN: null stands for it. */
function withRatio(figure: number | null, ours: number | null | undefined): string {
  if (figure === null || Number.isNaN(figure)) return '–';
  const shown = figure >= 1000 ? figure.toFixed(0) : figure.toPrecision(3);
  if (ours === null || ours === undefined || Number.isNaN(ours)) return shown;
  return `${shown} (${(figure / ours).toFixed(figure / ours < 10 ? 1 : 0)}×)`;
}
