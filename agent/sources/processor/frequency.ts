// Clock frequency of the cores, from /sys/devices/system/cpu/cpuN/cpufreq (Documentation/admin-guide/pm/cpufreq.rst).
// In: kHz. Out: Hz: least, mean and largest per package, on nodes of up to 32 hardware threads also each one under
// node_exporter's names. More would cost much for little: such numbers never rest, and a core that is slower than the
// others shows in the least.
// It refuses to tell of a package of which a core is not known. Where reading is slow (Linux before 5.18 interrupts the
// core and sleeps 10 ms per file) it reads one core per package and turn, and tells that as a sample.
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { probeFile } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { Lack, SampleSink, Source } from '../source.ts';
import { type Core, coreFile, coreFolder, OnlineCores, spacingFor } from './cores.ts';
import { createPackageRow, frequencyMetrics, perCoreMetrics } from './frequency-metrics.ts';

const perCoreLimit = 32;
const hertzPerKilohertz = 1000;
/** The fastest of the first few files takes this long where the driver is slow; a single one may be an accident. */
const slowFileMs = 2;
const filesToJudgeBy = 4;
/** The limits change by an administrator's hand only. */
const readingsPerLimits = 30;

export function createFrequencySource(host: Host): Source {
  const online = new OnlineCores(host);
  let followed: readonly Core[] = [];
  let state = createState(host, []);
  const close = (): void => {
    online.close();
    for (const { file } of state.cores) file.close();
  };
  return {
    name: 'cpufreq',
    reads: '/sys/devices/system/cpu/cpuN/cpufreq',
    metrics: frequencyMetrics,
    everyMs: spacingFor(host.facts.cpuCount),
    probe: () =>
      probeFile(
        host,
        `${coreFolder(host, 0)}/cpufreq/scaling_cur_freq`,
        'Load a driver: intel_pstate, amd-pstate, acpi-cpufreq or cppc_cpufreq; virtual machines have none.',
      ),
    lacks: () => (state.isSlow ? [slowness] : lackOfCores(state)),
    close,
    read(sink) {
      const current = online.current();
      if (current !== followed) {
        close();
        state = createState(host, current);
        followed = current;
      }
      if (state.readings % readingsPerLimits === 0) readLimits(host, state);
      readFrequencies(state, host);
      setPackages(state, sink);
      setCores(state, sink);
      state.readings += 1;
    },
  };
}

const slowness: Lack = {
  what: 'frequency of every core',
  reason: `one reading takes more than ${slowFileMs} ms; one core per package is read in turn`,
  remedy: 'Boot Linux 5.18 or later: there it takes microseconds.',
};

function lackOfCores({ cores, readings }: FrequencyState): readonly Lack[] {
  const unknown = readings === 0 ? [] : cores.filter(({ hertz }) => Number.isNaN(hertz));
  const [first] = unknown;
  if (first === undefined) return [];
  return [
    {
      what: 'frequency of whole packages',
      reason: `${unknown.length} of ${cores.length} cores tell none, the first is ${first.folder}`,
      remedy: 'Use a driver that tells it for every core; an isolated core of an old kernel tells none.',
    },
  ];
}

interface CoreFrequency {
  readonly folder: string;
  readonly file: KernelFile;
  readonly row: SeriesRow | null;
  hertz: number;
  highestHertz: number;
  allowedHertz: number;
}

interface Package {
  readonly cores: readonly CoreFrequency[];
  readonly row: SeriesRow;
}

interface FrequencyState {
  readonly cores: readonly CoreFrequency[];
  readonly packages: readonly Package[];
  readings: number;
  isSlow: boolean;
}

function createState(host: Host, cores: readonly Core[]): FrequencyState {
  const byPackage = new Map<number, CoreFrequency[]>();
  const frequencies = cores.map((core) => {
    const frequency = createCore(host, core, cores.length <= perCoreLimit);
    byPackage.set(core.package, [...(byPackage.get(core.package) ?? []), frequency]);
    return frequency;
  });
  const packages = [...byPackage].map(([number, members]) => ({
    cores: members,
    row: createPackageRow(`${number}`),
  }));
  return { cores: frequencies, packages, readings: 0, isSlow: false };
}

function createCore(host: Host, { number }: Core, isTold: boolean): CoreFrequency {
  const folder = `${coreFolder(host, number)}/cpufreq`;
  return {
    folder,
    file: coreFile(host, `${folder}/scaling_cur_freq`),
    row: isTold ? createRow(perCoreMetrics, { cpu: `${number}` }) : null,
    hertz: Number.NaN,
    highestHertz: Number.NaN,
    allowedHertz: Number.NaN,
  };
}

function readFrequencies(state: FrequencyState, { clock }: Host): void {
  for (const core of state.cores) core.hertz = Number.NaN;
  if (state.isSlow) {
    for (const { cores } of state.packages) readCore(cores[state.readings % cores.length]);
    return;
  }
  let fastestMs = Number.POSITIVE_INFINITY;
  for (const [at, core] of state.cores.entries()) {
    const startedMs = at < filesToJudgeBy ? clock.monotonic() : 0;
    readCore(core);
    if (at < filesToJudgeBy) fastestMs = Math.min(fastestMs, clock.monotonic() - startedMs);
    if (at === filesToJudgeBy - 1 && fastestMs > slowFileMs) {
      state.isSlow = true;
      return;
    }
  }
}

function readCore(core: CoreFrequency | undefined): void {
  if (core !== undefined) core.hertz = hertzOf(() => core.file.read());
}

function readLimits(host: Host, { cores }: FrequencyState): void {
  for (const core of cores) {
    core.highestHertz = hertzOf(() => host.readBytes(`${core.folder}/cpuinfo_max_freq`));
    core.allowedHertz = hertzOf(() => host.readBytes(`${core.folder}/scaling_max_freq`));
  }
}

/** NaN also for `<unknown>`, and for a core that went away: what is said of its package is absent then. */
function hertzOf(read: () => ReturnType<KernelFile['read']>): number {
  try {
    const cursor = read();
    const kilohertz = cursor.nextLine() ? cursor.integer() : 0;
    return kilohertz > 0 ? kilohertz * hertzPerKilohertz : Number.NaN;
  } catch {
    // A core may go offline at any moment; the next reading lists the cores anew.
    return Number.NaN;
  }
}

function setPackages({ packages, isSlow }: FrequencyState, sink: SampleSink): void {
  for (const { cores, row } of packages) {
    let [least, sum, largest, highest, allowed, sample] = [Number.POSITIVE_INFINITY, 0, 0, 0, 0, Number.NaN];
    for (const core of cores) {
      least = Math.min(least, core.hertz);
      sum += core.hertz;
      largest = Math.max(largest, core.hertz);
      highest = Math.max(highest, core.highestHertz);
      allowed = Math.max(allowed, core.allowedHertz);
      if (!Number.isNaN(core.hertz)) sample = core.hertz;
    }
    row.set(sink, 0, least);
    row.set(sink, 1, Math.round(sum / cores.length));
    row.set(sink, 2, largest);
    row.set(sink, 3, isSlow ? sample : Number.NaN);
    row.set(sink, 4, highest);
    row.set(sink, 5, allowed);
  }
}

function setCores({ cores }: FrequencyState, sink: SampleSink): void {
  for (const { row, hertz, highestHertz, allowedHertz } of cores) {
    row?.set(sink, 0, hertz);
    row?.set(sink, 1, highestHertz);
    row?.set(sink, 2, allowedHertz);
  }
}
