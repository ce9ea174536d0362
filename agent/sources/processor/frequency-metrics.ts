// What the source cpufreq tells, and in which columns.
import { gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import { SeriesRow } from '../series-row.ts';

/** Columns of a core: now, the hardware's most, the most that is allowed. */
export const perCoreMetrics: readonly MetricDefinition[] = [
  gauge('node_cpu_scaling_frequency_hertz', 0, 'Frequency of the hardware thread, on nodes of up to 32.'),
  gauge('node_cpu_frequency_max_hertz', 0, 'Highest frequency that the hardware thread has.'),
  gauge('node_cpu_scaling_frequency_max_hertz', 0, 'Highest frequency that the settings allow it.'),
];

const stats = ['min', 'mean', 'max', 'sample'] as const;
const limits = ['hardware', 'policy'] as const;
const frequency = gauge(
  'jidi_cpu_frequency_hertz',
  0,
  'Frequency over the cores of the package; stat="sample" is one core in turn, where reading all takes too long.',
);
const limit = gauge(
  'jidi_cpu_frequency_limit_hertz',
  0,
  'Highest frequency that a core of the package has (by="hardware") or is allowed (by="policy").',
);

export const frequencyMetrics: readonly MetricDefinition[] = [frequency, limit, ...perCoreMetrics];

/** Columns: least, mean, largest, one core in turn, the hardware's most, the most that is allowed. */
export function createPackageRow(number: string): SeriesRow {
  return new SeriesRow([
    ...stats.map((stat) => ({ metric: frequency, labels: { package: number, stat } })),
    ...limits.map((by) => ({ metric: limit, labels: { package: number, by } })),
  ]);
}
