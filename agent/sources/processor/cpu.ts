// CPU time per core and of the whole node, from the first lines of /proc/stat (proc_stat(5)). In: clock ticks.
// Out: seconds. Time as a guest's host counts within user and nice as well, as the kernel has it.
// It does not let a mode run back a little: the kernel's idle and iowait times do that, and a counter that falls would
// read as a restart. A fall of 3 s or more is a core that went and came back, and is passed on.
import { counter } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { probeFile, requireContent } from '../reading.ts';
import { type SeriesColumn, SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';

const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const guestModes = ['user', 'nice'] as const;
const columnCount = modes.length + guestModes.length;
/** The most that Linux can be built for on x86 and arm. */
const coreLimit = 8192;
const restartSeconds = 3;

/** The number that stands for the line of the whole node. */
const wholeNode = -1;

const cpuSeconds = counter('node_cpu_seconds_total', 2, 'Time a core spent in the mode.');
const guestSeconds = counter('node_cpu_guest_seconds_total', 2, 'Time a core ran virtual machines.');
const nodeSeconds = counter('jidi_cpu_seconds_total', 2, 'Time all cores together spent in the mode.');

export function createCpuSource(host: Host): Source {
  const path = `${host.roots.proc}/stat`;
  const file = host.keep(path);
  const hertz = host.facts.clockTicksPerSecond;
  const cores = new Map<number, CoreSeries>();
  const ticks = new Float64Array(columnCount);
  return {
    name: 'cpu',
    reads: '/proc/stat',
    metrics: [nodeSeconds, cpuSeconds, guestSeconds],
    isQuiet: true,
    probe: () => probeFile(host, path, 'Mount /proc.'),
    close: () => file.close(),
    read(sink) {
      const cursor = file.read();
      const found = parseCpuLines(cursor, ticks, (core) => {
        let series = cores.get(core);
        if (series === undefined) {
          series = createCoreSeries(core);
          cores.set(core, series);
        }
        setCore(series, ticks, { sink, hertz });
      });
      requireContent(cursor, path, found);
    },
  };
}

/** Calls `visit` per core with its times in `ticks`; a mode that an old kernel lacks is NaN. Returns how many. */
function parseCpuLines(cursor: ByteCursor, ticks: Float64Array, visit: (core: number) => void): number {
  let found = 0;
  while (cursor.nextLine()) {
    if (!cursor.accept('cpu')) {
      if (found > 0) break;
      continue;
    }
    const core = cursor.accept(' ') ? wholeNode : cursor.integer();
    if (Number.isNaN(core) || core >= coreLimit) continue;
    for (let i = 0; i < columnCount; i += 1) ticks[i] = cursor.integer();
    visit(core);
    found += 1;
  }
  return found;
}

interface CoreSeries {
  readonly row: SeriesRow;
  /** Clock ticks as they were told last. */
  readonly told: Float64Array;
}

function createCoreSeries(core: number): CoreSeries {
  return { row: new SeriesRow(columnsOf(core)), told: new Float64Array(columnCount) };
}

function columnsOf(core: number): readonly SeriesColumn[] {
  if (core === wholeNode) return modes.map((mode) => ({ metric: nodeSeconds, labels: { mode } }));
  const cpu = String(core);
  return [
    ...modes.map((mode) => ({ metric: cpuSeconds, labels: { cpu, mode } })),
    ...guestModes.map((mode) => ({ metric: guestSeconds, labels: { cpu, mode } })),
  ];
}

function setCore(
  series: CoreSeries,
  ticks: Float64Array,
  { sink, hertz }: { sink: SampleSink; hertz: number },
): void {
  for (let i = 0; i < columnCount; i += 1) {
    const value = withoutSmallFall(series.told[i] ?? 0, ticks[i] ?? Number.NaN, restartSeconds * hertz);
    if (!Number.isNaN(value)) series.told[i] = value;
    series.row.set(sink, i, value / hertz);
  }
}

/** The earlier value when the counter fell by less than `restart`, else the new one. */
export function withoutSmallFall(earlier: number, now: number, restart: number): number {
  return now < earlier && earlier - now < restart ? earlier : now;
}
