// Whether what jidi tells is true: its figures against the kernel's own counters, read here at the same moments.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atEverySecond, type Reading, readKernel } from './kernel-readings.ts';
import { type RunningLoad, startLoad, whyNoStress } from './machine-load.ts';
import { RunningJidi } from './running-jidi.ts';

const isLong = process.env['JIDI_LONG'] === '1';
const windowSeconds = isLong ? 60 : 30;
const stepSeconds = 10;
const agreement = 0.02;

interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [number, number | null])[];
}

let jidi: RunningJidi;
beforeAll(async () => {
  jidi = await RunningJidi.start();
});
afterAll(async () => {
  await jidi.stop();
});

describe('under load', () => {
  const why = whyNoStress();
  const kernel = new Map<number, Reading>();
  let load: RunningLoad;
  let from: number;
  let to: number;
  beforeAll(async () => {
    if (why !== undefined) return;
    load = await startLoad(2 * windowSeconds + 30);
    ({ from, to } = await readWindow(kernel));
    await load.stop();
  });
  afterAll(async () => {
    if (why === undefined) await load.stop();
  });
  beforeEach((ctx) => {
    if (why !== undefined) ctx.skip(why);
  });

  const metrics = [
    'node_cpu_seconds_total',
    'node_disk_written_bytes_total',
    'node_disk_writes_completed_total',
    'node_disk_io_time_seconds_total',
    'node_network_receive_bytes_total',
    'node_network_receive_packets_total',
    'node_network_transmit_bytes_total',
  ];
  test.each(metrics)('%s grows as the kernel counts', async (metric) => {
    const grown = growth(kernel, metric, { from, to });
    const largest = Math.max(...grown.values());
    expect(largest).toBeGreaterThan(0);
    const counted = await readMetric(metric, { from, to });
    const rates = await readMetric(metric, { from, to }, '--rate');
    for (const [labels, expected] of grown) {
      // What hardly moves is told to the kernel's own clock tick, not to 2 %.
      const tolerance = agreement * Math.max(expected, largest / 20);
      const raw = counted.get(labels) ?? [];
      expect(raw.length, `${metric} ${labels}`).toBe((to - from) / stepSeconds + 1);
      expect(Math.abs((raw.at(-1) ?? Number.NaN) - (raw[0] ?? 0) - expected), labels).toBeLessThan(tolerance);
      const perSecond = (rates.get(labels) ?? []).slice(1);
      const fromRates = perSecond.reduce((sum, rate) => sum + rate * stepSeconds, 0);
      expect(perSecond.length).toBe((to - from) / stepSeconds);
      expect(Math.abs(fromRates - expected), `rate of ${labels}`).toBeLessThan(tolerance);
    }
  });

  test('every core, active disk and interface of the kernel is there', async () => {
    const cores = await readMetric('node_cpu_seconds_total', { from, to });
    expect([...cores.keys()].toSorted()).toEqual(
      [...growth(kernel, 'node_cpu_seconds_total', { from, to }).keys()].toSorted(),
    );
    const interfaces = await readMetric('node_network_receive_bytes_total', { from, to });
    expect(interfaces.has('device=lo')).toBe(true);
  });

  test.each(['MemTotal', 'MemFree', 'MemAvailable', 'Cached', 'AnonPages'])(
    'memory: %s is what the kernel says',
    async (name) => {
      const metric = `node_memory_${name}_bytes`;
      const range = `--from ${from} --to ${to} --step 1s`.split(' ');
      const [series] = await jidi.cliJson<Series[]>('metrics', jidi.node, '--metric', metric, ...range);
      const pairs = (series?.samples ?? []).flatMap(([second, value]) => {
        const expected = kernel.get(second)?.get(metric);
        return value === null || expected === undefined ? [] : [{ value, expected }];
      });
      expect(pairs.length).toBeGreaterThan(windowSeconds / 2);
      const told = mean(pairs.map(({ value }) => value));
      const read = mean(pairs.map(({ expected }) => expected));
      expect(Math.abs(told - read)).toBeLessThanOrEqual(agreement * read);
    },
  );
});

/** Reads the kernel at every second until two moments, both told by the agent, lie as far apart as the window is long. */
async function readWindow(kernel: Map<number, Reading>): Promise<{ from: number; to: number }> {
  const isMark = (second: number): boolean => second % stepSeconds === 0;
  let from = 0;
  let to = 0;
  await atEverySecond(async (second) => {
    kernel.set(second, readKernel());
    if (kernel.size > 2 * windowSeconds + 20)
      throw new Error('the agent tells no ticks of whole ten seconds');
    // Tell of a mark only when the agent has had the time to tell it.
    if (!isMark(second - 2) || !kernel.has(second - 2)) return false;
    const told = await ticksTold(second - windowSeconds - 30, second - 2);
    const marks = [...kernel.keys()].filter((one) => isMark(one) && told.has(one));
    from = marks[0] ?? 0;
    to = marks.at(-1) ?? 0;
    return to - from >= windowSeconds;
  });
  return { from, to };
}

async function ticksTold(from: number, to: number): Promise<ReadonlySet<number>> {
  const [series] = await jidi.json<Series[]>(
    `/api/v1/nodes/${jidi.node}/metrics?metric=node_load1&from=${from}&to=${to}&step=1s`,
  );
  return new Set(series?.samples.flatMap(([second, value]) => (value === null ? [] : [second])));
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** How much each series of the metric grew, by its labels. Devices that did nothing are left out. */
function growth(
  kernel: ReadonlyMap<number, Reading>,
  metric: string,
  { from, to }: Window,
): ReadonlyMap<string, number> {
  const before = kernel.get(from) ?? new Map<string, number>();
  const grown = [...(kernel.get(to) ?? [])].flatMap(([key, value]): [string, number][] => {
    const [name, labels = ''] = key.split(' ');
    return name === metric ? [[labels, value - (before.get(key) ?? 0)]] : [];
  });
  const keepsIdle = metric === 'node_cpu_seconds_total';
  return new Map(grown.filter(([labels, value]) => keepsIdle || (value > 0 && !isPartition(labels))));
}

/** Partitions are left out by jidi, as they are by node_exporter. */
function isPartition(labels: string): boolean {
  return /device=(loop|z?ram)\d+$|device=[shv]d[a-z]\d+$|device=nvme\d+n\d+p\d+$/.test(labels);
}

async function readMetric(
  metric: string,
  { from, to }: Window,
  ...more: readonly string[]
): Promise<ReadonlyMap<string, readonly number[]>> {
  const range = ['--from', `${from}`, '--to', `${to}`, '--step', `${stepSeconds}s`];
  const series = await jidi.cliJson<Series[]>('metrics', jidi.node, '--metric', metric, ...range, ...more);
  return new Map(
    series.map(({ labels, samples }) => [
      Object.keys(labels)
        .toSorted()
        .map((name) => `${name}=${labels[name]}`)
        .join(),
      samples.map(([, value]) => value ?? Number.NaN),
    ]),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
