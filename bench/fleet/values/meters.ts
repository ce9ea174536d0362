// The devices of a simulated node, as tables: which series they have, how they are without and with full work.
import type { Labels, MetricKind } from '../../../shared/model/metric.ts';
import type { Meter } from './device-signals.ts';
import type { Follows } from './drive.ts';

const gpuMemoryBytes = 80 * 1024 ** 3;
const mebibyte = 1024 ** 2;

interface Row {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly decimals: number;
  readonly follows: Follows;
  /** Of what travels: value × 10^decimals. */
  readonly idle: number;
  readonly full: number;
  readonly noise: number;
  readonly restless?: boolean;
  readonly step?: number;
}

const gpu = { kind: 'gauge', follows: 'gpu' } as const;
const gpuRows: readonly Row[] = [
  { metric: 'jidi_gpu_utilization_ratio', ...gpu, decimals: 2, idle: 0, full: 100, noise: 0.03 },
  {
    metric: 'jidi_gpu_memory_used_bytes',
    ...gpu,
    decimals: 0,
    idle: 4 * mebibyte,
    full: gpuMemoryBytes * 0.8,
    noise: 0.001,
    step: mebibyte,
  },
  {
    metric: 'jidi_gpu_power_watts',
    ...gpu,
    decimals: 3,
    idle: 61_000,
    full: 640_000,
    noise: 0.02,
    restless: true,
    step: 10,
  },
  {
    metric: 'jidi_gpu_temperature_celsius',
    ...gpu,
    decimals: 3,
    idle: 31_000,
    full: 68_000,
    noise: 0.01,
    step: 1_000,
  },
  { metric: 'jidi_gpu_memory_busy_ratio', ...gpu, decimals: 2, idle: 0, full: 62, noise: 0.04 },
  {
    metric: 'jidi_gpu_clock_hertz',
    ...gpu,
    decimals: 0,
    idle: 345e6,
    full: 1_980e6,
    noise: 0.01,
    step: 15e6,
  },
];

const counter = { kind: 'counter', decimals: 0 } as const;
const socketRows: readonly Row[] = [
  {
    metric: 'node_rapl_package_joules_total',
    kind: 'counter',
    decimals: 6,
    follows: 'cores',
    idle: 62e6,
    full: 268e6,
    noise: 0.02,
    restless: true,
    step: 61,
  },
  {
    metric: 'node_rapl_dram_joules_total',
    kind: 'counter',
    decimals: 6,
    follows: 'cores',
    idle: 9e6,
    full: 41e6,
    noise: 0.02,
    restless: true,
    step: 61,
  },
  {
    metric: 'jidi_memory_bandwidth_local_bytes_total',
    ...counter,
    follows: 'cores',
    idle: 2e7,
    full: 6e10,
    noise: 0.08,
    restless: true,
    step: 65_536,
  },
  {
    metric: 'jidi_memory_bandwidth_total_bytes_total',
    ...counter,
    follows: 'cores',
    idle: 3e7,
    full: 7e10,
    noise: 0.08,
    restless: true,
    step: 65_536,
  },
];

const temperature = {
  metric: 'node_hwmon_temp_celsius',
  kind: 'gauge',
  decimals: 3,
  follows: 'cores',
  step: 1_000,
} as const;
const sensorRows: readonly Row[] = [
  { ...temperature, idle: 36_000, full: 74_000, noise: 0.02, restless: true },
  { ...temperature, idle: 33_000, full: 61_000, noise: 0.01 },
];

const network = { kind: 'counter', decimals: 0, follows: 'network' } as const;
const infinibandRows: readonly Row[] = [
  {
    metric: 'node_infiniband_port_data_received_bytes_total',
    ...network,
    idle: 900,
    full: 2.2e10,
    noise: 0.2,
    restless: true,
    step: 4,
  },
  {
    metric: 'node_infiniband_port_data_transmitted_bytes_total',
    ...network,
    idle: 900,
    full: 2.2e10,
    noise: 0.2,
    restless: true,
    step: 4,
  },
  {
    metric: 'node_infiniband_port_packets_received_total',
    ...network,
    idle: 8,
    full: 5.4e6,
    noise: 0.2,
    restless: true,
  },
  {
    metric: 'node_infiniband_port_packets_transmitted_total',
    ...network,
    idle: 8,
    full: 5.4e6,
    noise: 0.2,
    restless: true,
  },
];

export function gpuMeters(count: number): readonly Meter[] {
  return numbered(count).flatMap((each) => gpuRows.map((row) => meter(row, { gpu: each })));
}

/** Two sockets, one InfiniBand port. */
export function boardMeters(): readonly Meter[] {
  const port = { device: 'mlx5_0', port: '1' };
  return [
    ...numbered(2).flatMap((socket) =>
      socketRows.map((row) =>
        meter(
          row,
          row.metric.startsWith('node_rapl')
            ? { index: socket, path: `/class/powercap/intel-rapl:${socket}` }
            : { domain: socket },
        ),
      ),
    ),
    ...numbered(2).flatMap((socket) =>
      sensorRows.map((row, sensor) =>
        meter(row, { chip: `platform_coretemp_${socket}`, sensor: `temp${sensor + 1}` }),
      ),
    ),
    ...infinibandRows.map((row) => meter(row, port)),
  ];
}

function meter({ metric, kind, decimals, ...rest }: Row, labels: Labels): Meter {
  return { definition: { metric, kind, decimals, labels }, ...rest };
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}
