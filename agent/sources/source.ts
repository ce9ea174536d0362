// The contract of a metric source. One file per source, one line in registry.ts, one fixture, one test.
// Sources lie in folders by what they look at: processor, memory, storage, network, health, gpu, jobs, system.
// A source reads one part of the machine and says what it found; it knows nothing of ticks, buffers or streams.
import type { Labels, MetricDefinition } from '../../shared/model/metric.ts';
import type { Host } from '../host/host.ts';
import type { JobCgroups } from '../jobs/job-cgroups.ts';

/** Place of one series in the sampler's table; got once for each sink, used at every tick that has the same sink. */
export type SeriesHandle = number;

/** Where a source puts its values. */
export interface SampleSink {
  /** The handle of a series, made when it is new; -1 when the node's series limit is reached (counted). */
  series(metric: MetricDefinition, labels: Labels): SeriesHandle;
  /** Sets the value of this tick. A series that is not set is absent at this tick. A handle of -1 is ignored. */
  set(handle: SeriesHandle, value: number): void;
}

/** What a source finds when it looks whether its part of the machine is there. */
export type Probe =
  | { readonly present: true }
  | { readonly present: false; readonly reason: string; readonly remedy: string };

/** A part of a source that this machine lacks or hides, for `jidi-agent doctor`. */
export interface Lack {
  /** Which part: 'power of package 0'. */
  readonly what: string;
  /** Why: 'read …/energy_uj: EACCES'. */
  readonly reason: string;
  /** What to do, a sentence with the command or the setting. */
  readonly remedy: string;
}

export interface Source {
  /** Lower case, as in the metric `jidi_source_…{source="…"}`. */
  readonly name: string;
  /** What it reads, for people: '/proc/stat'. */
  readonly reads: string;
  /** Everything it may ever set; the reference page is generated from this. */
  readonly metrics: readonly MetricDefinition[];
  /** ms from one reading to the next for what changes slowly; its values stand in between. Every tick when not given. */
  readonly everyMs?: number;
  /** True for the cheapest: they are read also while a job wants the node quiet. */
  readonly isQuiet?: boolean;
  /** Is its part of the machine here? Called at start and again every few minutes while absent. Never throws. */
  probe(): Probe;
  /** One reading. Throws when something that should be there cannot be read; the sampler counts it and goes on. */
  read(sink: SampleSink): void | Promise<void>;
  /** Parts that are missing here, as far as the last reading told; none when not given. */
  lacks?(): readonly Lack[];
  /** Closes descriptors; idempotent. */
  close(): void;
}

/** What a site may set for single sources. */
export interface SourceSettings {
  /** systemd units whose state is told; the usual ones when not given. */
  readonly units?: readonly string[];
  /** Where the jobs of the node are known; looked for when not given. */
  readonly jobs?: JobCgroups;
}

/** What the registry lists: makes the source for a machine. */
export type SourceFactory = (host: Host, settings?: SourceSettings) => Source;
