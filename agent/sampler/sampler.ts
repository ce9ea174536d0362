// Measures the node at every tick. In: sources, a process scan, figures of other parts of the agent. Out: one
// MetricTick and one ProcessSnapshot per tick, through callbacks; where they go is not known here.
// Sources run one after another, each under a deadline; what fails is counted and harms no other source.
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import {
  counter,
  gauge,
  type Labels,
  type MetricDefinition,
  type MetricTick,
} from '../../shared/model/metric.ts';
import type { ProcessSnapshot } from '../../shared/model/process.ts';
import type { SeriesHandle, Source } from '../sources/source.ts';
import { AlignedTicker } from './aligned-ticker.ts';
import type { CpuBudget } from './cpu-budget.ts';
import type { ProcessScanner } from './process-scanner.ts';
import { SeriesTable } from './series-table.ts';
import { SourceRunner, sourceMetrics } from './source-runner.ts';

const ownMetrics = {
  missed: counter('jidi_agent_ticks_missed_total', 0, 'Ticks that were due and could not be made in time.'),
  series: gauge('jidi_agent_series', 0, 'Series that the agent follows.'),
  forgotten: counter(
    'jidi_agent_series_forgotten_total',
    0,
    'Series that were forgotten because they had no value for long.',
  ),
  refused: counter(
    'jidi_agent_series_refused_total',
    0,
    'Series that were refused because the limit of the node was reached.',
  ),
  interval: gauge(
    'jidi_agent_interval_seconds',
    0,
    'Spacing of the ticks in force; longer than configured while the agent keeps to its CPU budget.',
  ),
};

const budgetMetrics = {
  configured: gauge('jidi_agent_configured_interval_seconds', 0, 'Spacing of the ticks by configuration.'),
  ratio: gauge(
    'jidi_agent_budget_ratio',
    3,
    "The agent's CPU time against what its budget allows, in the last whole minute; absent in the first two minutes.",
  ),
  widenings: counter(
    'jidi_agent_interval_widenings_total',
    0,
    'How often the agent measured less often from then on, because it was above its CPU budget.',
  ),
};

/** Everything the sampler itself tells, for the reference of metrics. */
export const samplerMetrics: readonly MetricDefinition[] = [
  ...Object.values(sourceMetrics),
  ...Object.values(ownMetrics),
  ...Object.values(budgetMetrics),
];

/** No more than a collector takes of one node (wireBounds.seriesPerNode). */
const usualSeriesLimit = 4096;
const longestDeadlineMs = 2000;

export interface SamplerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly intervalMs: number;
  /** Read in this order; closed by their owner. */
  readonly sources: readonly Source[];
  readonly scanner: ProcessScanner | null;
  readonly onTick: (tick: MetricTick) => void;
  readonly onSnapshot: (snapshot: ProcessSnapshot) => void;
  /** How long a source may take; a quarter of the interval when not given, at most 2 s. */
  readonly sourceDeadlineMs?: number;
  readonly seriesLimit?: number;
  /** Decides on the interval; without it the one given stays. */
  readonly budget?: CpuBudget;
  /** Asked at every tick: true lets only the sources run that are marked as the cheapest, and no process scan. */
  readonly isQuiet?: () => boolean;
  /** The interval has changed, from the next tick on. */
  readonly onInterval?: (intervalMs: number) => void;
}

export interface Sampler {
  /** Begins with the next aligned tick; idempotent. */
  start(): void;
  /** Resolves when the tick under way has ended; idempotent. */
  stop(): Promise<void>;
  /** Tells a figure of another part of the agent at every tick; NaN when there is none. */
  observe(metric: MetricDefinition, labels: Labels, read: () => number): void;
}

export function createSampler(options: SamplerOptions): Sampler {
  const { clock, log, intervalMs, budget } = options;
  const table = new SeriesTable(options.seriesLimit ?? usualSeriesLimit);
  const deadlineMs = options.sourceDeadlineMs ?? Math.min(longestDeadlineMs, intervalMs / 4);
  const observations = createObservations(table);
  const scan = createScan(options.scanner);
  const sources = scan === null ? options.sources : [...options.sources, scan.source];
  const runners = sources.map((source) => new SourceRunner(source, { clock, log, deadlineMs, sink: table }));

  const followBudget = (): void => {
    budget?.look();
    const wanted = budget?.intervalMs ?? intervalMs;
    if (wanted === ticker.intervalMs) return;
    ticker.intervalMs = wanted;
    options.onInterval?.(wanted);
  };

  const forgetAbsent = (): void => {
    const places = table.forgetAbsent(clock.monotonic());
    if (places === null) return;
    for (const runner of runners) runner.moveTo(places);
    observations.ask();
  };

  const onTick = async (timeMs: number): Promise<void> => {
    scan?.begin(timeMs);
    const isQuiet = options.isQuiet?.() ?? false;
    for (const runner of runners) {
      if (isQuiet && !runner.isQuiet) runner.rest();
      else await runner.run(timeMs);
    }
    observations.set();
    options.onTick(table.take(timeMs));
    forgetAbsent();
    const snapshot = scan?.take() ?? null;
    if (snapshot !== null) options.onSnapshot(snapshot);
    followBudget();
  };

  const ticker = new AlignedTicker({ clock, intervalMs, log, onTick });
  observations.add(ownMetrics.missed, {}, () => ticker.missed);
  observations.add(ownMetrics.refused, {}, () => table.refused);
  observations.add(ownMetrics.series, {}, () => table.size);
  observations.add(ownMetrics.forgotten, {}, () => table.forgotten);
  observations.add(ownMetrics.interval, {}, () => ticker.intervalMs / 1000);
  if (budget !== undefined) {
    observations.add(budgetMetrics.configured, {}, () => intervalMs / 1000);
    observations.add(budgetMetrics.ratio, {}, () => budget.ratio);
    observations.add(budgetMetrics.widenings, {}, () => budget.widenings);
  }
  return {
    start: () => ticker.start(),
    stop: () => ticker.stop(),
    observe: (metric, labels, read) => observations.add(metric, labels, read),
  };
}

interface Observations {
  add(metric: MetricDefinition, labels: Labels, read: () => number): void;
  set(): void;
  /** Asks for all handles anew. */
  ask(): void;
}

interface Observation {
  readonly metric: MetricDefinition;
  readonly labels: Labels;
  readonly read: () => number;
  handle: SeriesHandle;
}

function createObservations(table: SeriesTable): Observations {
  const entries: Observation[] = [];
  return {
    add(metric, labels, read) {
      entries.push({ metric, labels, read, handle: table.series(metric, labels) });
    },
    ask() {
      for (const entry of entries) entry.handle = table.series(entry.metric, entry.labels);
    },
    set() {
      for (const { handle, read } of entries) table.set(handle, read());
    },
  };
}

interface Scan {
  readonly source: Source;
  begin(timeMs: number): void;
  take(): ProcessSnapshot | null;
}

/** The process scan in the shape of a source, so that it is timed, counted and told of like one. */
function createScan(scanner: ProcessScanner | null): Scan | null {
  if (scanner === null) return null;
  let time = 0;
  let snapshot: ProcessSnapshot | null = null;
  const source: Source = {
    name: 'processes',
    reads: '/proc/PID',
    metrics: [],
    probe: () => ({ present: true }),
    read() {
      snapshot = scanner.scan(time);
    },
    close() {},
  };
  return {
    source,
    begin(timeMs) {
      time = timeMs;
      snapshot = null;
    },
    take: () => snapshot,
  };
}
