// In: what the parts of the collector count about themselves. Out: Prometheus text under jidi_collector_….
// process_… and nodejs_… keep the names that every dashboard of Node programs knows.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One figure that a part keeps by itself, read when somebody asks. */
export interface Reading {
  /** Without the prefix; ends in `_total` when it is a counter, else it is a gauge. */
  readonly name: string;
  readonly help: string;
  readonly value: number;
  /** The same names in every reading of one metric. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What is read of the store's statistics. */
export interface StorageStatistics {
  readonly sizeBytes: number;
  readonly commits: number;
  readonly batches: Readonly<Record<string, number>>;
  readonly duplicates: number;
  readonly duplicateTicks: number;
  readonly ignoredReports: number;
  readonly refusedSeries: number;
  readonly joinedGaps: number;
}

export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route, never the address: addresses are without bound. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface SelfMetrics {
  readonly contentType: string;
  /** Asked whenever somebody reads the metrics: ingest, control, live … each adds its own. */
  addReadings(read: () => readonly Reading[]): void;
  observeRequest(request: AnsweredRequest): void;
  text(): Promise<string>;
}

const prefix = 'jidi_collector_';

export function createSelfMetrics(options: {
  readonly version: string;
  readonly store: () => StorageStatistics;
}): SelfMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: `${prefix}http_request_duration_seconds`,
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const readers = [() => storeReadings(options.store()), () => [buildReading(options.version)]];
  return {
    contentType: registry.contentType,
    addReadings: (read) => void readers.push(() => [...read()]),
    observeRequest: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    async text() {
      publish(
        registry,
        readers.flatMap((read) => read()),
      );
      return await registry.metrics();
    },
  };
}

/** Copies the readings into the registry; a series that is no longer read is gone. */
function publish(registry: Registry, readings: readonly Reading[]): void {
  for (const name of new Set(readings.map((reading) => reading.name)))
    registry.removeSingleMetric(prefix + name);
  for (const { name, help, value, labels = {} } of readings) {
    const known = registry.getSingleMetric(prefix + name);
    const options = { name: prefix + name, help, labelNames: Object.keys(labels), registers: [registry] };
    const isCounter = name.endsWith('_total');
    const metric = known ?? (isCounter ? new Counter(options) : new Gauge(options));
    if (metric instanceof Counter || metric instanceof Gauge) metric.inc(labels, value);
  }
}

function buildReading(version: string): Reading {
  return { name: 'build_info', help: 'Version of the collector.', value: 1, labels: { version } };
}

function storeReadings(statistics: StorageStatistics): Reading[] {
  const { sizeBytes, commits, batches, duplicates, duplicateTicks } = statistics;
  const { ignoredReports, refusedSeries, joinedGaps } = statistics;
  return [
    { name: 'store_size_bytes', help: 'Size of the data on disk.', value: sizeBytes },
    { name: 'store_commits_total', help: 'Transactions synced to disk.', value: commits },
    { name: 'store_duplicate_batches_total', help: 'Batches that had come before.', value: duplicates },
    { name: 'store_duplicate_ticks_total', help: 'Ticks of a time that had one.', value: duplicateTicks },
    { name: 'store_ignored_reports_total', help: 'Reports of nothing known.', value: ignoredReports },
    {
      name: 'store_refused_series_total',
      help: 'Series of nodes beyond what is kept of a node.',
      value: refusedSeries,
    },
    {
      name: 'store_joined_gaps_total',
      help: 'Declared losses that are told as one with others, because their node has too many.',
      value: joinedGaps,
    },
    ...Object.entries(batches).map(([dataClass, value]) => ({
      name: 'store_batches_total',
      help: 'Batches stored, by class of data.',
      value,
      labels: { class: dataClass },
    })),
  ];
}
