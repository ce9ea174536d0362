// All series of one job. In: its control groups. Out: calls of the sink. Processor time and memory are read at every
// tick, the rest every few seconds. Series end with the job: what is gone is absent.
import type { Labels, MetricDefinition } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import type { JobCgroup } from '../../jobs/job-cgroups.ts';
import { isAbsence } from '../reading.ts';
import type { SampleSink } from '../source.ts';
import { keyedParser, type ParseValues, parsePressureTotals, parseSingle } from './cgroup-files.ts';
import { jobMetrics } from './job-metrics.ts';
import { type Column, DevicePart, type JobPart, ValuePart } from './job-parts.ts';
import { OomKillPart } from './oom-kills.ts';

/** One file of a control group with its values. */
interface FileValues {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly parse: ParseValues;
  /** Read every few seconds instead of at every tick. */
  readonly isSlow?: true;
  /** Left out where many jobs share the node. */
  readonly isDetail?: true;
}

const { cpu, throttled, memory, memoryPeak, memoryLimit, anonymous, file, shared, majorFaults } = jobMetrics;
const cpuModes: readonly Column[] = ['user', 'system'].map((mode) => ({ metric: cpu, labels: { mode } }));
const memoryParts = columnsOf(anonymous, file, shared, majorFaults);

const unifiedFiles: readonly FileValues[] = [
  {
    name: 'cpu.stat',
    columns: [...cpuModes, { metric: throttled }],
    parse: keyedParser(['user_usec', 'system_usec', 'throttled_usec'], 1e6),
  },
  { name: 'memory.current', columns: columnsOf(memory), parse: parseSingle },
  { name: 'memory.peak', columns: columnsOf(memoryPeak), parse: parseSingle, isSlow: true },
  {
    name: 'memory.events',
    columns: columnsOf(jobMetrics.oomKills),
    parse: keyedParser(['oom_kill']),
    isSlow: true,
  },
  { name: 'memory.max', columns: columnsOf(memoryLimit), parse: parseSingle, isSlow: true, isDetail: true },
  {
    name: 'memory.stat',
    columns: memoryParts,
    parse: keyedParser(['anon', 'file', 'shmem', 'pgmajfault']),
    isSlow: true,
    isDetail: true,
  },
  ...['cpu', 'memory', 'io'].map(
    (resource): FileValues => ({
      name: `${resource}.pressure`,
      columns: [
        { metric: jobMetrics.waiting, labels: { resource } },
        { metric: jobMetrics.stalled, labels: { resource } },
      ],
      parse: parsePressureTotals,
      isSlow: true,
      isDetail: true,
    }),
  ),
  {
    name: 'pids.current',
    columns: columnsOf(jobMetrics.tasks),
    parse: parseSingle,
    isSlow: true,
    isDetail: true,
  },
];

const memoryFiles: readonly FileValues[] = [
  { name: 'memory.usage_in_bytes', columns: columnsOf(memory), parse: parseSingle },
  { name: 'memory.max_usage_in_bytes', columns: columnsOf(memoryPeak), parse: parseSingle, isSlow: true },
  {
    name: 'memory.limit_in_bytes',
    columns: columnsOf(memoryLimit),
    parse: parseSingle,
    isSlow: true,
    isDetail: true,
  },
  {
    name: 'memory.stat',
    columns: memoryParts,
    parse: keyedParser(['total_rss', 'total_cache', 'total_shmem', 'total_pgmajfault']),
    isSlow: true,
    isDetail: true,
  },
];

export class JobSeries {
  readonly #parts: readonly JobPart[];
  readonly #hasEnded: () => boolean;
  #ended = false;

  constructor(host: Host, job: JobCgroup, isBrief: boolean) {
    this.#parts = [...createParts(host, job, isBrief)];
    const [folder = ''] = Object.values(job.folders);
    this.#hasEnded = () => host.fileFacts(folder) === null;
  }

  /** Throws what went wrong first, after everything else was read and set. */
  read(sink: SampleSink, isSlowDue: boolean): void {
    if (this.#ended) return;
    let failure: unknown;
    for (const part of this.#parts) {
      if (part.isSlow && !isSlowDue) continue;
      try {
        part.read();
      } catch (error) {
        this.#ended ||= isAbsence(error) && this.#hasEnded();
        // The kernel was told not to account for it, or the group is just being taken away.
        if (!isAbsence(error)) failure ??= error;
      }
    }
    if (this.#ended) return this.close();
    for (const part of this.#parts) part.set(sink);
    if (failure !== undefined) throw failure;
  }

  close(): void {
    for (const part of this.#parts) part.close();
  }
}

function* createParts(
  host: Host,
  { scheduler, job, folders }: JobCgroup,
  isBrief: boolean,
): Iterable<JobPart> {
  const labels: Labels = { job: job.slice(0, 128), scheduler };
  const isThere = (path: string): boolean => host.fileFacts(path)?.isFile === true;
  function* valueParts(folder: string, files: readonly FileValues[]): Iterable<JobPart> {
    for (const { name, columns, parse, isSlow = false, isDetail = false } of files) {
      const path = `${folder}/${name}`;
      if ((isDetail && isBrief) || !isThere(path)) continue;
      yield new ValuePart(host.keep(path), { columns, labels, parse, isSlow });
    }
  }
  const { unified, cpuacct, memory: memoryFolder, blkio, pids } = folders;
  // On a machine with both kinds, the controllers are in v1 and the unified tree holds only what v1 has not.
  if (unified !== undefined) yield* valueParts(unified, cpuacct === undefined ? unifiedFiles : pressureFiles);
  if (unified !== undefined && !isBrief && isThere(`${unified}/io.stat`)) {
    yield new DevicePart(host, labels, [host.keep(`${unified}/io.stat`)]);
  }
  if (cpuacct !== undefined) {
    const parse = keyedParser(['user', 'system'], host.facts.clockTicksPerSecond);
    yield* valueParts(cpuacct, [{ name: 'cpuacct.stat', columns: cpuModes, parse }]);
  }
  if (memoryFolder !== undefined) {
    yield* valueParts(memoryFolder, memoryFiles);
    if (isThere(`${memoryFolder}/memory.oom_control`)) yield new OomKillPart(host, labels, memoryFolder);
  }
  if (blkio !== undefined && !isBrief) {
    const files = ['io_service_bytes', 'io_serviced'].map(
      (name) => `${blkio}/blkio.throttle.${name}_recursive`,
    );
    if (files.every(isThere))
      yield new DevicePart(
        host,
        labels,
        files.map((path) => host.keep(path)),
      );
  }
  if (pids !== undefined)
    yield* valueParts(
      pids,
      unifiedFiles.filter(({ name }) => name === 'pids.current'),
    );
}

const pressureFiles = unifiedFiles.filter(({ name }) => name.endsWith('.pressure'));

function columnsOf(...metrics: readonly MetricDefinition[]): readonly Column[] {
  return metrics.map((metric) => ({ metric }));
}
