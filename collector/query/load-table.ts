// In: nodes and a grid of minutes. Out: what the map shows of each node in each minute, from stored samples.
import type { NodeLoad } from '../../shared/api/node.ts';
import type { BucketGrid, RolledSeries } from '../store/buckets.ts';
import type { NodeRecord, Store } from '../store/store.ts';
import { valuesOf } from './bucket-values.ts';
import { clampRatio, roundedLoad } from './node-load.ts';
import { forEachRolled, readRolled } from './rolled-series.ts';

const figures = ['busy', 'all', 'available', 'total', 'load1', 'disk', 'network', 'quiet'] as const;
type Figure = (typeof figures)[number];

type Labels = RolledSeries['labels'];

/** So few that all figures of thousands of nodes are small. */
const fewBuckets = 4;

interface Source {
  readonly metric: string;
  /** undefined: this series does not count. */
  readonly figures: (labels: Labels) => readonly Figure[];
}

const cpu = ({ mode }: Labels): readonly Figure[] =>
  mode === 'idle' || mode === 'iowait' ? ['all'] : ['all', 'busy'];
const network = ({ device }: Labels): readonly Figure[] => (device === 'lo' ? [] : ['network']);

const coreSeconds: Source = { metric: 'node_cpu_seconds_total', figures: cpu };
const sources: readonly Source[] = [
  { metric: 'jidi_cpu_seconds_total', figures: cpu },
  { metric: 'node_memory_MemAvailable_bytes', figures: () => ['available'] },
  { metric: 'node_memory_MemTotal_bytes', figures: () => ['total'] },
  { metric: 'node_load1', figures: () => ['load1'] },
  { metric: 'node_disk_read_bytes_total', figures: () => ['disk'] },
  { metric: 'node_disk_written_bytes_total', figures: () => ['disk'] },
  { metric: 'node_network_receive_bytes_total', figures: network },
  { metric: 'node_network_transmit_bytes_total', figures: network },
  { metric: 'jidi_agent_quiet', figures: () => ['quiet'] },
];

export interface LoadScope {
  readonly nodes: readonly NodeRecord[];
  readonly grid: BucketGrid;
  /** Nothing measured later is counted, ms. */
  readonly toMs: number;
}

// Invariants: NaN says that nothing is known; figures of series that count together are sums.
export class LoadTable {
  readonly grid: BucketGrid;
  readonly #rows: ReadonlyMap<string, number>;
  readonly #values: Readonly<Record<Figure, Float64Array>>;
  readonly #isMeasured: Uint8Array;

  static async read(store: Pick<Store, 'rollUp'>, scope: LoadScope): Promise<LoadTable> {
    const table = new LoadTable(scope);
    // Of an hour one after another: all at once would be in memory at once.
    const together = scope.grid.count <= fewBuckets ? [sources] : sources.map((source) => [source]);
    for (const some of together) await table.#add(store, some, scope);
    // Agents of other makers have no totals; the cores are summed then.
    const nodes = scope.nodes.filter(({ name }) => !table.#hasCpu(name));
    await table.#add(store, [coreSeconds], { ...scope, nodes });
    return table;
  }

  private constructor({ nodes, grid }: LoadScope) {
    const size = nodes.length * grid.count;
    const values = () => new Float64Array(size).fill(Number.NaN);
    this.grid = grid;
    this.#rows = new Map(nodes.map(({ name }, row) => [name, row * grid.count]));
    this.#values = {
      busy: values(),
      all: values(),
      available: values(),
      total: values(),
      load1: values(),
      disk: values(),
      network: values(),
      quiet: values(),
    };
    this.#isMeasured = new Uint8Array(size);
  }

  /** True when anything was measured in that bucket. */
  isMeasured(node: string, bucket: number): boolean {
    return this.#isMeasured[this.#place(node, bucket)] === 1;
  }

  load(node: string, bucket: number): NodeLoad {
    const place = this.#place(node, bucket);
    const known = (figure: Figure) => {
      const value = this.#values[figure][place] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    };
    const [busy, all, available, total] = [known('busy'), known('all'), known('available'), known('total')];
    return roundedLoad({
      cpuRatio: all === null || all <= 0 ? null : clampRatio((busy ?? 0) / all),
      memoryRatio:
        available === null || total === null || total <= 0 ? null : clampRatio(1 - available / total),
      load1: known('load1'),
      diskBytesPerSecond: known('disk'),
      networkBytesPerSecond: known('network'),
      quiet: known('quiet') === 1,
    });
  }

  async #add(store: Pick<Store, 'rollUp'>, some: readonly Source[], scope: LoadScope): Promise<void> {
    const selectors = some.map(({ metric }) => ({ metric, match: {} }));
    const figuresOf = new Map(some.map((source) => [source.metric, source.figures]));
    const series = await readRolled(store, { ...scope, selectors, onlyAverage: true });
    await forEachRolled(series, ({ node, metric, labels, buckets }) => {
      const row = this.#rows.get(node) ?? 0;
      const wanted = figuresOf.get(metric)?.(labels) ?? [];
      const values = valuesOf(buckets, 'avg');
      for (let bucket = 0; bucket < values.length; bucket += 1) {
        if ((buckets.counts[bucket] ?? 0) > 0) this.#isMeasured[row + bucket] = 1;
      }
      for (const figure of wanted) addTo(this.#values[figure], row, values);
    });
  }

  #hasCpu(node: string): boolean {
    const row = this.#rows.get(node) ?? 0;
    for (let bucket = 0; bucket < this.grid.count; bucket += 1) {
      if (!Number.isNaN(this.#values.all[row + bucket])) return true;
    }
    return false;
  }

  #place(node: string, bucket: number): number {
    return (this.#rows.get(node) ?? Number.NaN) + bucket;
  }
}

function addTo(into: Float64Array, row: number, values: Float64Array): void {
  for (let bucket = 0; bucket < values.length; bucket += 1) {
    const value = values[bucket] ?? Number.NaN;
    if (value !== value) continue;
    const known = into[row + bucket] ?? Number.NaN;
    into[row + bucket] = known === known ? known + value : value;
  }
}
