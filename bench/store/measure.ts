// Measures one engine with one data set. In: both. Out: what it cost, in figures. CPU is that of the engine's process alone.
import { readFileSync } from 'node:fs';
import { costBetween, readTree, type TreeReading } from '../measuring/process-tree.ts';
import { printNote } from '../measuring/report.ts';
import type { Programs } from '../measuring/started-programs.ts';
import { median } from '../measuring/stopwatch.ts';
import { type DataSet, everyMs, type Portion, samplesOf } from './data-set.ts';
import type { Engine, RunningEngine } from './engine.ts';

export interface StoreFigures {
  readonly engine: string;
  readonly data: string;
  readonly samples: number;
  /** CPU nanoseconds for each sample, while it arrived. */
  readonly pastCpu: number;
  readonly liveCpu: number;
  /** The same over everything, with the work that it did later. */
  readonly settledCpu: number;
  readonly rssMiB: number;
  readonly peakRssMiB: number;
  readonly bytesPerSample: number;
  /** Median ms of an answer, by question. */
  readonly answers: Readonly<Record<string, number>>;
}

export const pageMetrics = ['node_load1', 'node_load5', 'node_load15'].concat(
  ['MemTotal', 'MemAvailable', 'MemFree', 'Buffers', 'Cached', 'Active', 'Inactive', 'Active_anon', 'Dirty']
    .concat([
      'Inactive_anon',
      'Active_file',
      'Inactive_file',
      'AnonPages',
      'Mapped',
      'Shmem',
      'Slab',
      'PageTables',
    ])
    .map((name) => `node_memory_${name}_bytes`),
);
const oneMetric = 'node_load1';
const warmUps = 3;
const rounds = 15;
const manyNodes = 100;

export async function measureEngine(
  engine: Engine,
  data: DataSet,
  programs: Programs,
): Promise<StoreFigures> {
  const running = await engine.start(programs, data.nodes);
  const past = await feed(running, data.past());
  const present = await feed(running, data.present());
  const memory = readRss(running.pid);
  const later = await running.settle();
  const cpu = past.cpuSeconds + present.cpuSeconds + later;
  const samples = past.samples + present.samples;
  const answers = await ask(running, data);
  const bytes = await running.finish();
  return {
    engine: engine.name,
    data: data.options.name,
    samples,
    pastCpu: perSample(past),
    liveCpu: perSample(present),
    settledCpu: (cpu / samples) * 1e9,
    ...memory,
    bytesPerSample: bytes / samples,
    answers,
  };
}

/** Nanoseconds; NaN of nothing. */
function perSample({ cpuSeconds, samples }: { cpuSeconds: number; samples: number }): number {
  return samples === 0 ? Number.NaN : (cpuSeconds / samples) * 1e9;
}

async function feed(running: RunningEngine, portions: Iterable<Portion>) {
  const before: TreeReading = readTree(running.pid);
  let samples = 0;
  for (const portion of portions) {
    await running.ingest(portion);
    samples += samplesOf(portion);
  }
  await running.flush();
  return { samples, ...costBetween(before, readTree(running.pid)) };
}

async function ask(running: RunningEngine, data: DataSet): Promise<Readonly<Record<string, number>>> {
  const { nodes, startMs, options } = data;
  const node = nodes[nodes.length >> 1] ?? '';
  const to = options.endMs / 1000;
  const whole = { from: startMs / 1000, to };
  const hour = { from: Math.max(whole.from, to - 3_600), to };
  const metric = oneMetric;
  const questions: Record<string, () => Promise<unknown>> = {};
  if (options.series >= 100) {
    questions['node page'] = () => running.questions.nodePage({ node, metrics: pageMetrics, ...whole });
    questions['one series'] = () => running.questions.oneSeries({ node, metric, ...whole });
  }
  if (nodes.length >= manyNodes) {
    questions['all nodes'] = () => running.questions.acrossNodes({ nodes, metric, ...hour });
    questions['p99 of all'] = () => running.questions.percentile({ nodes, metric, ...hour });
    questions['map, past'] = () => running.questions.mapAt({ metric, at: to - 1_800 });
    questions['map, now'] = () => running.questions.mapNow({ metric });
  }
  const answers: Record<string, number> = {};
  for (const [name, question] of Object.entries(questions)) {
    // What is asked of now must have something to tell.
    if (name === 'map, now') await feed(running, data.moment(Math.floor(Date.now() / everyMs) * everyMs));
    answers[name] = await medianMs(running, name, question);
  }
  return answers;
}

/** NaN where it has no answer. */
async function medianMs(
  running: RunningEngine,
  name: string,
  question: () => Promise<unknown>,
): Promise<number> {
  try {
    for (let round = 0; round < warmUps; round += 1) await question();
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const beganMs = performance.now();
      await question();
      times.push(performance.now() - beganMs);
    }
    return median(times);
  } catch (error) {
    printNote(`pid ${running.pid}, ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return Number.NaN;
  }
}

export function readRss(pid: number): { rssMiB: number; peakRssMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { rssMiB: mebibytes('VmRSS'), peakRssMiB: mebibytes('VmHWM') };
}
