// Names of sensor chips and sensors, by the rules of node_exporter, so that its dashboards fit. In: /sys/class/hwmon.
// Out: a stable name per chip (numbers of hwmon change with the order of drivers), the metrics a sensor can have.
import { basename, dirname, resolve } from 'node:path';
import { counter, gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { listNames } from '../folder-rows.ts';
import { readLine } from '../number-files.ts';

export const chipLimit = 64;

export interface SensorKind {
  /** A file name `temp1_input` fits, with the sensor as its group. */
  readonly file: RegExp;
  readonly metric: MetricDefinition;
  readonly divisor: number;
  readonly unknownFrom: number;
  /** A limit, which stands still. */
  readonly isFixed: boolean;
}

/** 1000 °C. A drive without a limit says 65535 K. */
const unknownTemperature = 1_000_000;
const thousandth = 1000;
const millionth = 1_000_000;

export const sensorKinds: readonly SensorKind[] = [
  sensor('temp', 'input', gauge('node_hwmon_temp_celsius', 3, 'Temperature.'), thousandth),
  sensor('fan', 'input', gauge('node_hwmon_fan_rpm', 0, 'Turns of the fan per minute.'), 1),
  sensor('power', 'input', gauge('node_hwmon_power_watt', 6, 'Power at this moment.'), millionth),
  sensor(
    'power',
    'average',
    gauge('node_hwmon_power_average_watt', 6, 'Power, mean of an interval.'),
    millionth,
  ),
  sensor('in', 'input', gauge('node_hwmon_in_volts', 3, 'Voltage.'), thousandth),
  sensor('curr', 'input', gauge('node_hwmon_curr_amps', 3, 'Current.'), thousandth),
  sensor('energy', 'input', counter('node_hwmon_energy_joule_total', 6, 'Energy used.'), millionth),
  fixed('temp', 'max', gauge('node_hwmon_temp_max_celsius', 3, 'Temperature that is high.'), thousandth),
  fixed(
    'temp',
    'crit',
    gauge('node_hwmon_temp_crit_celsius', 3, 'Temperature that is critical.'),
    thousandth,
  ),
  fixed(
    'power',
    'cap',
    gauge('node_hwmon_power_cap_watt', 6, 'Power that is not to be exceeded.'),
    millionth,
  ),
];
export const sensorMetrics = sensorKinds.map(({ metric }) => metric);
export const chipNamesMetric = gauge('node_hwmon_chip_names', 0, 'What the driver calls the chip; always 1.');
export const labelMetric = gauge('node_hwmon_sensor_label', 0, 'What the driver calls the sensor; always 1.');
export const skippedChips = gauge(
  'jidi_hwmon_chips_skipped',
  0,
  `Sensor chips that are not followed because there are more than ${chipLimit}; absent when none.`,
);

/** Folders `hwmon0`, in order. */
export function listChips(host: Host): readonly string[] {
  return listNames(host, hwmonFolder(host), /^hwmon\d{1,4}$/);
}

export function hwmonFolder(host: Host): string {
  return `${host.roots.sys}/class/hwmon`;
}

/**
 * The chip's name for each folder; two chips of one device get what their driver calls them as well. Left out is a
 * chip that has neither a device nor a name: its number says nothing after the next boot.
 */
export function chipNames(host: Host, folders: readonly string[]): ReadonlyMap<string, string> {
  const chips = folders.map((folder) => {
    const driver = cleanName(readLine(host, `${hwmonFolder(host)}/${folder}/name`) ?? '');
    return { folder, driver, base: deviceName(host, folder) || driver };
  });
  const names = new Map<string, string>();
  for (const { folder, driver, base } of chips) {
    const twins = chips.filter((chip) => chip.base === base);
    const isAlone = twins.filter((chip) => chip.driver === driver).length === 1;
    if (base === '' || (twins.length > 1 && driver === '')) continue;
    if (twins.length === 1) names.set(folder, base);
    else names.set(folder, `${base}_${isAlone ? driver : cleanName(folder)}`);
  }
  return names;
}

/** Lower case letters, digits, colons; everything else is an underscore, none at the ends. */
export function cleanName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9:_]/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** `platform_coretemp_0` of /sys/devices/platform/coretemp.0; empty when the chip has no device. */
function deviceName(host: Host, folder: string): string {
  const place = `${hwmonFolder(host)}/${folder}`;
  const target = host.linkTarget(`${place}/device`);
  if (target === null) return '';
  // The folder of a chip is a link itself, and its device stands relative to where it leads.
  const own = host.linkTarget(place);
  const chip = own === null ? place : resolve(dirname(place), own);
  const device = resolve(chip, target);
  return [cleanName(basename(dirname(device))), cleanName(basename(device))].filter(Boolean).join('_');
}

function sensor(type: string, property: string, metric: MetricDefinition, divisor: number): SensorKind {
  const unknownFrom = type === 'temp' ? unknownTemperature : Number.MAX_SAFE_INTEGER;
  const file = new RegExp(`^(${type}\\d{1,3})_${property}$`);
  return { file, metric, divisor, unknownFrom, isFixed: false };
}

function fixed(type: string, property: string, metric: MetricDefinition, divisor: number): SensorKind {
  return { ...sensor(type, property, metric, divisor), isFixed: true };
}
