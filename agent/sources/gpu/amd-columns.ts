// Which file of the amdgpu driver becomes which series (Documentation/gpu/amdgpu). In: a file below
// /sys/class/drm/cardN/device, or below the one hwmon folder there. Out: metrics, and how the text is read.
// Left out: `pcie_bw`, because the driver sleeps a second while it is read.
import { counter, gauge, type Labels, type MetricDefinition } from '../../../shared/model/metric.ts';
import { gpuMetrics } from './gpu-metrics.ts';

export interface AmdColumn {
  readonly metric: MetricDefinition;
  /** Besides the name of the card, which stands under `card` with node_exporter's names and under `gpu` with ours. */
  readonly labels: Labels;
  readonly file: string;
  readonly isHwmon: boolean;
  /** True for what hardly changes: read once a minute. */
  readonly isSlow: boolean;
  readonly parse: (text: string) => number;
}

export const amdMetrics = {
  cardInfo: gauge('node_drm_card_info', 0, 'Card information.'),
  ras: counter('jidi_gpu_ras_errors_total', 0, 'Errors in a block of the GPU, as its RAS unit counts them.'),
};

const junction = gauge(
  'jidi_gpu_junction_temperature_celsius',
  3,
  'Temperature of the hottest place of the GPU.',
);
const busyPercent = gauge('node_drm_gpu_busy_percent', 0, 'How busy the GPU is as a percentage.');
const vramSize = gauge('node_drm_memory_vram_size_bytes', 0, 'The size of VRAM in bytes.');
const vramUsed = gauge('node_drm_memory_vram_used_bytes', 0, 'The used amount of VRAM in bytes.');
const visibleSize = gauge('node_drm_memory_vis_vram_size_bytes', 0, 'The size of visible VRAM in bytes.');
const visibleUsed = gauge(
  'node_drm_memory_vis_vram_used_bytes',
  0,
  'The used amount of visible VRAM in bytes.',
);
const gttSize = gauge(
  'node_drm_memory_gtt_size_bytes',
  0,
  'The size of the graphics translation table (GTT) block in bytes.',
);
const gttUsed = gauge(
  'node_drm_memory_gtt_used_bytes',
  0,
  'The used amount of the graphics translation table (GTT) block in bytes.',
);

export const amdColumns: readonly AmdColumn[] = [
  device('gpu_busy_percent', busyPercent, percent(1)),
  device('gpu_busy_percent', gpuMetrics.utilization, percent(100)),
  device('mem_busy_percent', gpuMetrics.memoryBusy, percent(100)),
  device('mem_info_vram_used', vramUsed, whole(1)),
  device('mem_info_vram_used', gpuMetrics.memoryUsed, whole(1)),
  slow(device('mem_info_vram_total', vramSize, whole(1))),
  slow(device('mem_info_vram_total', gpuMetrics.memorySize, whole(1))),
  slow(device('mem_info_vis_vram_used', visibleUsed, whole(1))),
  slow(device('mem_info_gtt_used', gttUsed, whole(1))),
  slow(device('mem_info_vis_vram_total', visibleSize, whole(1))),
  slow(device('mem_info_gtt_total', gttSize, whole(1))),
  slow(device('pcie_replay_count', gpuMetrics.pcieReplays, whole(1))),
  slow(device('current_link_speed', gpuMetrics.pcieGeneration, parseGeneration)),
  slow(device('current_link_width', gpuMetrics.pcieWidth, whole(1))),
  slow(device('max_link_width', gpuMetrics.pcieWidthMax, whole(1))),
  // A driver has one of the two: an average, or on newer cards the value of now.
  hwmon('power1_average', gpuMetrics.power, whole(1e6)),
  hwmon('power1_input', gpuMetrics.power, whole(1e6)),
  slow(hwmon('power1_cap', gpuMetrics.powerLimit, whole(1e6))),
  hwmon('temp1_input', gpuMetrics.temperature, whole(1000)),
  hwmon('temp2_input', junction, whole(1000)),
  hwmon('temp3_input', gpuMetrics.memoryTemperature, whole(1000)),
  hwmon('freq1_input', gpuMetrics.clock, whole(1), { domain: 'graphics' }),
  hwmon('freq2_input', gpuMetrics.clock, whole(1), { domain: 'memory' }),
];

function device(file: string, metric: MetricDefinition, parse: AmdColumn['parse']): AmdColumn {
  return { metric, labels: {}, file, isHwmon: false, isSlow: false, parse };
}

function hwmon(
  file: string,
  metric: MetricDefinition,
  parse: AmdColumn['parse'],
  labels: Labels = {},
): AmdColumn {
  return { metric, labels, file, isHwmon: true, isSlow: false, parse };
}

function slow(column: AmdColumn): AmdColumn {
  return { ...column, isSlow: true };
}

/** A whole number in a smaller unit. Fifteen digits are exact; all bits set means that the driver does not know. */
function whole(divisor: number): (text: string) => number {
  return (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) / divisor : Number.NaN);
}

function percent(divisor: number): (text: string) => number {
  return (text) => (/^(\d{1,2}|100)$/.test(text) ? Number(text) / divisor : Number.NaN);
}

const generations = ['2.5', '5.0', '8.0', '16.0', '32.0', '64.0'];

/** `16.0 GT/s PCIe`, without the last word on older kernels. */
function parseGeneration(text: string): number {
  const speed = /^(\d{1,2}\.\d) GT\/s( PCIe)?$/.exec(text)?.[1] ?? '';
  const at = generations.indexOf(speed);
  return at < 0 ? Number.NaN : at + 1;
}

export interface RasErrors {
  readonly uncorrectable: number;
  readonly correctable: number;
}

/** `ue: 0`, `ce: 12`, and on newer kernels `de: 0`; a line each. */
export function parseRas(text: string): RasErrors {
  const count = (key: string): number => {
    const digits = new RegExp(`^${key}: (\\d{1,15})$`, 'm').exec(text)?.[1];
    return digits === undefined ? Number.NaN : Number(digits);
  };
  return { uncorrectable: count('ue'), correctable: count('ce') };
}
