// A report for people. In: a NodeReport. Out: text for a terminal, grouped by source, values in readable units, then the
// top processes. Names that come from the machine are made harmless.
import { formatBytes, formatRatio, formatSeconds } from '../../shared/format.ts';
import type { Labels, MetricDefinition } from '../../shared/model/metric.ts';
import type { ProcessSample } from '../../shared/model/process.ts';
import { visible } from '../../shared/text.ts';
import type { NodeReport } from './node-report.ts';
import type { Say } from './report-language.ts';
import type { ReportValue, SourceReport } from './survey-sources.ts';
import { flowText, textTable } from './text-table.ts';

const width = 110;
const nameWidth = 44;

/** `columns`: how wide the terminal is; nothing is cut where there is none. */
export function reportText(report: NodeReport, say: Say, columns?: number): string {
  const { node, timeMs, version, sources } = report;
  const label = (key: 'node' | 'time', text: string): string => say('labelled', { label: say(key), text });
  const head = `${label('node', visible(node))}   ${label('time', localTime(timeMs))}   jidi-agent ${version}\n`;
  const there = sources.filter(({ state }) => state !== 'absent');
  const absent = sources.filter(({ state }) => state === 'absent').map(({ name }) => name);
  const nothing =
    absent.length === 0 ? '' : `\n${say('labelled', { label: say('nothing'), text: absent.join(', ') })}\n`;
  return `${head}${there.map((source) => sourceText(source, say)).join('')}${nothing}\n${processText(report, say, columns)}`;
}

function sourceText({ name, reads, values, state, reason }: SourceReport, say: Say): string {
  const failure =
    state === 'failed' ? `  ${say('labelled', { label: say('failed'), text: visible(reason ?? '') })}\n` : '';
  const byMetric = Map.groupBy(values, ({ metric }) => metric.name);
  return `\n${name} · ${say('reads')} ${reads}\n${failure}${[...byMetric.values()].map(metricText).join('')}`;
}

function metricText(values: readonly ReportValue[]): string {
  const [first] = values;
  if (first === undefined) return '';
  if (isFact(first)) return `  ${first.metric.name}\n${values.map(factText).join('')}`;
  const texts = values.map(({ metric, labels, value }) => valueText(metric, labels, value));
  const [only] = texts;
  if (texts.length === 1) return `  ${first.metric.name.padEnd(nameWidth)}  ${only}\n`;
  return `  ${first.metric.name}\n${flowText(texts, '    ', width)}`;
}

/** The labels are what it says; the value is always 1. */
function isFact({ metric, labels, value }: ReportValue): boolean {
  return value === 1 && metric.name.endsWith('_info') && Object.keys(labels).length > 0;
}

function factText({ labels }: ReportValue): string {
  const texts = Object.entries(labels).map(([key, text]) => `${key}: ${visible(text)}`);
  return flowText(texts, '    ', width);
}

/** `lo: 3.5 GiB`, `node 0: 1.2 GiB`, `resource cpu, kind some: 4.1 %`. */
function valueText(metric: MetricDefinition, labels: Labels, value: number): string {
  const pairs = Object.entries(labels);
  const shown = formatValue(metric, value);
  const [[, only] = ['', '']] = pairs;
  if (pairs.length === 0) return shown;
  if (pairs.length === 1 && !/^[\d.,+-]*$/.test(only)) return `${visible(only)}: ${shown}`;
  return `${pairs.map(([key, text]) => `${key} ${visible(text)}`).join(', ')}: ${shown}`;
}

/** By the unit that the metric's name ends in. */
export function formatValue({ name, decimals }: MetricDefinition, value: number): string {
  const base = name.replace(/_total$/, '');
  if (/(?:boot_time|timestamp|start_time)_seconds$/.test(base) || base === 'node_time_seconds')
    return localTime(value * 1000);
  if (base.endsWith('_bytes') || numaBytes.test(name)) return formatBytes(value);
  if (base.endsWith('_ratio')) return formatRatio(value);
  if (base.endsWith('_seconds')) return formatShortSeconds(value);
  const number = value.toLocaleString('en-US', { maximumFractionDigits: decimals });
  if (base.endsWith('_hertz')) return formatHertz(value);
  if (base.endsWith('_bytes_per_second')) return `${formatBytes(value)}/s`;
  const sign = signs.get(base.slice(base.lastIndexOf('_') + 1));
  return sign === undefined ? number : `${number} ${sign}`;
}

/** node_exporter's names of them have no unit; those of huge pages, and of what the allocator did, are counts. */
const numaBytes = /^node_memory_numa_(?!HugePages_(?:Total|Free|Surp)$)(?!.*_total$)/;

/** By the last word of a name; some of node_exporter's are singular. */
const signs: ReadonlyMap<string, string> = new Map([
  ['celsius', '°C'],
  ['watts', 'W'],
  ['watt', 'W'],
  ['volts', 'V'],
  ['amps', 'A'],
  ['joules', 'J'],
  ['joule', 'J'],
  ['rpm', 'rpm'],
]);

function formatShortSeconds(value: number): string {
  const size = Math.abs(value);
  if (size >= 1 || size === 0) return formatSeconds(value);
  return size >= 0.001
    ? `${Number((value * 1000).toPrecision(3))} ms`
    : `${Number((value * 1e6).toPrecision(3))} µs`;
}

function formatHertz(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(2)} GHz` : `${(value / 1e6).toFixed(0)} MHz`;
}

function processText(report: NodeReport, say: Say, terminal: number | undefined): string {
  const { snapshot, snapshotFailure } = report;
  if (snapshot === null) return `${say('noProcesses', { reason: visible(snapshotFailure ?? '') })}\n`;
  const { processes, processCount } = snapshot;
  const heading = say('processes', { shown: processes.length, count: processCount });
  const right = { alignRight: true };
  const columns = [
    { heading: 'PID', ...right },
    { heading: say('user') },
    { heading: say('job') },
    { heading: say('rank'), ...right },
    { heading: say('cpu'), ...right },
    { heading: say('memory'), ...right },
    { heading: say('threads'), ...right },
    { heading: say('state') },
    { heading: say('command') },
  ];
  const busiestFirst = processes.toSorted(
    (left, right) => shownCpu(right) - shownCpu(left) || right.residentBytes - left.residentBytes,
  );
  return `${heading}\n${textTable(columns, busiestFirst.map(processRow), terminal)}`;
}

/** What looks equal is equal: to a tenth of a percent, as it is shown. */
function shownCpu({ cpuRatio }: ProcessSample): number {
  return Math.round(cpuRatio * 1000);
}

function processRow(process: ProcessSample): readonly string[] {
  const { pid, user, job, step, localRank, cpuRatio, residentBytes, threads, state, command, name } = process;
  return [
    String(pid),
    visible(user),
    job === null ? '–' : visible(step === null ? job : `${job}.${step}`),
    localRank === null ? '–' : String(localRank),
    formatRatio(cpuRatio),
    formatBytes(residentBytes),
    String(threads),
    state,
    visible(command === '' ? `[${name}]` : command),
  ];
}

/** ISO 8601 in the machine's own time zone, as date -Iseconds writes it. */
function localTime(timeMs: number): string {
  const date = new Date(timeMs);
  const minutes = -date.getTimezoneOffset();
  const two = (value: number): string => String(value).padStart(2, '0');
  const zone = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  const shifted = new Date(timeMs + minutes * 60_000);
  return Number.isNaN(date.getTime()) ? '–' : `${shifted.toISOString().slice(0, 19)}${zone}`;
}
