// Which element of `nvidia-smi -q -x` becomes which series. In: a path of elements below <gpu> or <mig_device>.
// Out: a metric, its labels and how the text is read. The paths are those of the generations nvsmi_device_v10 to v13
// (drivers R418 to R590): an element has moved now and then, so several paths may lead to one column; a driver prints
// one of them. What a card or a driver does not tell (N/A, [Not Supported], ERR!, "Requested functionality has been
// deprecated") is absent.
import { counter, gauge, type Labels, type MetricDefinition } from '../../../shared/model/metric.ts';
import { gpuMetrics } from './gpu-metrics.ts';

export type Unit = keyof typeof units;

/** The word behind the number, and how the number becomes base units. */
const units = {
  percent: { suffix: ' %', factor: 1, divisor: 100 },
  mebibytes: { suffix: ' MiB', factor: 1024 * 1024, divisor: 1 },
  // NVML counts these in 1000 bytes.
  kilobytesPerSecond: { suffix: ' KB/s', factor: 1000, divisor: 1 },
  watts: { suffix: ' W', factor: 1, divisor: 1 },
  celsius: { suffix: ' C', factor: 1, divisor: 1 },
  megahertz: { suffix: ' MHz', factor: 1e6, divisor: 1 },
  microseconds: { suffix: ' us', factor: 1, divisor: 1e6 },
  lanes: { suffix: 'x', factor: 1, divisor: 1 },
  count: { suffix: '', factor: 1, divisor: 1 },
};

export interface Column {
  readonly metric: MetricDefinition;
  readonly labels: Labels;
  readonly paths: readonly string[];
  readonly parse: (text: string) => number;
}

/** NaN unless the text is a number with exactly the unit that is expected. */
export function parseQuantity(text: string, unit: Unit): number {
  const { suffix, factor, divisor } = units[unit];
  if (!text.endsWith(suffix)) return Number.NaN;
  const digits = text.slice(0, text.length - suffix.length);
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(digits) ? (Number(digits) * factor) / divisor : Number.NaN;
}

/** NaN unless the text is one of the two words. */
function parseFlag(text: string, [yes, no]: readonly [string, string]): number {
  if (text === yes) return 1;
  return text === no ? 0 : Number.NaN;
}

const m = {
  encoder: gauge('jidi_gpu_encoder_utilization_ratio', 2, 'Share of time in which the video encoder worked.'),
  decoder: gauge('jidi_gpu_decoder_utilization_ratio', 2, 'Share of time in which the video decoder worked.'),
  memoryReserved: gauge('jidi_gpu_memory_reserved_bytes', 0, 'Memory of the GPU that its driver keeps.'),
  bar1Size: gauge('jidi_gpu_bar1_size_bytes', 0, 'Memory of the GPU that others can map (BAR1).'),
  bar1Used: gauge('jidi_gpu_bar1_used_bytes', 0, 'Memory of the GPU that others have mapped (BAR1).'),
  pcieTransmit: gauge(
    'jidi_gpu_pcie_transmit_bytes_per_second',
    0,
    'Bytes that the GPU sent over PCIe per second, over 20 ms.',
  ),
  pcieReceive: gauge(
    'jidi_gpu_pcie_receive_bytes_per_second',
    0,
    'Bytes that the GPU received over PCIe per second, over 20 ms.',
  ),
  modulePower: gauge('jidi_gpu_module_power_watts', 3, 'Power of the whole module with its processor.'),
  slowdownTemperature: gauge(
    'jidi_gpu_temperature_slowdown_celsius',
    3,
    'Temperature at which the GPU slows down.',
  ),
  temperatureMargin: gauge(
    'jidi_gpu_temperature_margin_celsius',
    3,
    'Degrees that are left until the GPU slows down.',
  ),
  clockMax: gauge('jidi_gpu_clock_max_hertz', 0, 'Highest clock of a part of the GPU.'),
  fan: gauge('jidi_gpu_fan_ratio', 2, 'Speed of the fan against its highest.'),
  state: gauge('jidi_gpu_performance_state', 0, 'Performance state: 0 is the fastest, 15 the slowest.'),
  throttle: gauge('jidi_gpu_throttle', 0, '1 while the reason holds the clocks of the GPU down.'),
  throttleTime: counter(
    'jidi_gpu_throttle_seconds_total',
    6,
    'Time in which the reason held the clocks of the GPU down.',
  ),
  ecc: counter('jidi_gpu_ecc_errors_total', 0, 'Memory errors in the life of the GPU.'),
  eccVolatile: counter('jidi_gpu_ecc_volatile_errors_total', 0, 'Memory errors since the driver was loaded.'),
  retired: gauge('jidi_gpu_retired_pages', 0, 'Pages of memory that are not used any more.'),
  retiredPending: gauge('jidi_gpu_retired_pages_pending', 0, '1 when a restart will retire pages.'),
  remapped: gauge('jidi_gpu_remapped_rows', 0, 'Rows of memory that were replaced by spare ones.'),
  remappedPending: gauge('jidi_gpu_remapped_rows_pending', 0, '1 when a restart will replace rows.'),
  remappedFailure: gauge('jidi_gpu_remapped_rows_failure', 0, '1 when a row could not be replaced.'),
  recovery: gauge('jidi_gpu_recovery_needed', 0, '1 when the driver asks for a reset or a restart.'),
  migSize: gauge('jidi_gpu_mig_memory_size_bytes', 0, 'Memory of a MIG device.'),
  migUsed: gauge('jidi_gpu_mig_memory_used_bytes', 0, 'Memory of a MIG device in use.'),
  migEcc: counter(
    'jidi_gpu_mig_ecc_uncorrectable_errors_total',
    0,
    'Uncorrectable errors in a MIG device since the driver was loaded.',
  ),
};

const power = ['power_readings', 'gpu_power_readings'];
const clockParts = ['graphics', 'sm', 'mem', 'video'];
const reasons = [
  'gpu_idle',
  'applications_clocks_setting',
  'sw_power_cap',
  'hw_slowdown',
  'hw_thermal_slowdown',
  'hw_power_brake_slowdown',
  'sync_boost',
  'sw_thermal_slowdown',
  'display_clocks_setting',
];
/** Their counters have shorter names. */
const timedReasons = {
  sw_power_cap: 'sw_power_cap',
  sync_boost: 'sync_boost',
  sw_therm_slowdown: 'sw_thermal_slowdown',
  hw_therm_slowdown: 'hw_thermal_slowdown',
  hw_power_brake: 'hw_power_brake_slowdown',
};
const eccErrors = {
  sram_correctable: 'sram_correctable',
  sram_uncorrectable: 'sram_uncorrectable',
  sram_uncorrectable_parity: 'sram_uncorrectable_parity',
  sram_uncorrectable_secded: 'sram_uncorrectable_secded',
  dram_correctable: 'dram_correctable',
  dram_uncorrectable: 'dram_uncorrectable',
  'single_bit/total': 'single_bit',
  'double_bit/total': 'double_bit',
};

export const gpuColumns: readonly Column[] = [
  quantity(gpuMetrics.utilization, 'percent', 'utilization/gpu_util'),
  quantity(gpuMetrics.memoryBusy, 'percent', 'utilization/memory_util'),
  quantity(m.encoder, 'percent', 'utilization/encoder_util'),
  quantity(m.decoder, 'percent', 'utilization/decoder_util'),
  quantity(gpuMetrics.memorySize, 'mebibytes', 'fb_memory_usage/total'),
  quantity(gpuMetrics.memoryUsed, 'mebibytes', 'fb_memory_usage/used'),
  quantity(m.memoryReserved, 'mebibytes', 'fb_memory_usage/reserved'),
  quantity(m.bar1Size, 'mebibytes', 'bar1_memory_usage/total'),
  quantity(m.bar1Used, 'mebibytes', 'bar1_memory_usage/used'),
  quantity(m.pcieTransmit, 'kilobytesPerSecond', 'pci/tx_util'),
  quantity(m.pcieReceive, 'kilobytesPerSecond', 'pci/rx_util'),
  quantity(gpuMetrics.pcieReplays, 'count', 'pci/replay_counter'),
  quantity(gpuMetrics.pcieGeneration, 'count', 'pci/pci_gpu_link_info/pcie_gen/current_link_gen'),
  quantity(gpuMetrics.pcieWidth, 'lanes', 'pci/pci_gpu_link_info/link_widths/current_link_width'),
  quantity(gpuMetrics.pcieWidthMax, 'lanes', 'pci/pci_gpu_link_info/link_widths/max_link_width'),
  quantity(gpuMetrics.power, 'watts', ...below(power, ['power_draw', 'average_power_draw'])),
  quantity(gpuMetrics.powerLimit, 'watts', ...below(power, ['enforced_power_limit', 'current_power_limit'])),
  quantity(
    m.modulePower,
    'watts',
    'module_power_readings/power_draw',
    'module_power_readings/average_power_draw',
  ),
  quantity(gpuMetrics.temperature, 'celsius', 'temperature/gpu_temp'),
  quantity(gpuMetrics.memoryTemperature, 'celsius', 'temperature/memory_temp'),
  quantity(m.slowdownTemperature, 'celsius', 'temperature/gpu_temp_slow_threshold'),
  quantity(m.temperatureMargin, 'celsius', 'temperature/gpu_temp_tlimit'),
  quantity(m.fan, 'percent', 'fan_speed'),
  { metric: m.state, labels: {}, paths: ['performance_state'], parse: parseState },
  ...clockParts.map((part) => clockColumn(gpuMetrics.clock, 'clocks', part)),
  ...clockParts.map((part) => clockColumn(m.clockMax, 'max_clocks', part)),
  ...reasons.map(throttleColumn),
  ...Object.entries(timedReasons).map(([element, reason]) =>
    labelled(m.throttleTime, { reason }, 'microseconds', [
      `clocks_event_reasons_counters/clocks_event_reasons_counters_${element}`,
    ]),
  ),
  ...Object.entries(eccErrors).flatMap(([path, error]) => [
    labelled(m.ecc, { error }, 'count', [`ecc_errors/aggregate/${path}`]),
    labelled(m.eccVolatile, { error }, 'count', [`ecc_errors/volatile/${path}`]),
  ]),
  ...['single_bit', 'double_bit'].map((cause) =>
    labelled(m.retired, { cause }, 'count', [
      `retired_pages/${cause === 'single_bit' ? 'multiple_single' : 'double'}_bit_retirement/retired_count`,
    ]),
  ),
  flag(m.retiredPending, ['Yes', 'No'], 'retired_pages/pending_retirement'),
  labelled(m.remapped, { cause: 'correctable' }, 'count', ['remapped_rows/remapped_row_corr']),
  labelled(m.remapped, { cause: 'uncorrectable' }, 'count', ['remapped_rows/remapped_row_unc']),
  flag(m.remappedPending, ['Yes', 'No'], 'remapped_rows/remapped_row_pending'),
  flag(m.remappedFailure, ['Yes', 'No'], 'remapped_rows/remapped_row_failure'),
  { metric: m.recovery, labels: {}, paths: ['gpu_recovery_action'], parse: parseRecovery },
];

export const migColumns: readonly Column[] = [
  quantity(m.migSize, 'mebibytes', 'fb_memory_usage/total'),
  quantity(m.migUsed, 'mebibytes', 'fb_memory_usage/used'),
  quantity(m.migEcc, 'count', 'ecc_error_count/volatile_count/sram_uncorrectable'),
];

function quantity(metric: MetricDefinition, unit: Unit, ...paths: readonly string[]): Column {
  return labelled(metric, {}, unit, paths);
}

function labelled(metric: MetricDefinition, labels: Labels, unit: Unit, paths: readonly string[]): Column {
  return { metric, labels, paths, parse: (text) => parseQuantity(text, unit) };
}

function flag(metric: MetricDefinition, words: readonly [string, string], path: string): Column {
  return { metric, labels: {}, paths: [path], parse: (text) => parseFlag(text, words) };
}

function clockColumn(metric: MetricDefinition, folder: string, part: string): Column {
  const domain = part === 'mem' ? 'memory' : part;
  return labelled(metric, { domain }, 'megahertz', [`${folder}/${part}_clock`]);
}

/** Renamed in R535: what slows the clocks need not be an emergency. */
function throttleColumn(reason: string): Column {
  const paths = ['throttle', 'event'].map((word) => `clocks_${word}_reasons/clocks_${word}_reason_${reason}`);
  return {
    metric: m.throttle,
    labels: { reason },
    paths,
    parse: (text) => parseFlag(text, ['Active', 'Not Active']),
  };
}

function below(folders: readonly string[], names: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => names.map((name) => `${folder}/${name}`));
}

function parseState(text: string): number {
  return /^P(\d|1[0-5])$/.test(text) ? Number(text.slice(1)) : Number.NaN;
}

function parseRecovery(text: string): number {
  if (text === 'None') return 0;
  return /\b(Reset|Reboot|Drain)\b/.test(text) ? 1 : Number.NaN;
}
