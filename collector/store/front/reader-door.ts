// What the front of the store asks of the thread that reads. In: selections, with the samples that lie only in the head
// of the main thread. Out: plain data. Only data that can be cloned or transferred passes.
//
// What is flushed is in the partitions or the catalog before it leaves the head: whoever takes from the head first and
// reads the files afterwards misses nothing, and may see the same thing twice. Of two ticks of one time the one in the
// files came first and stays.
import type { AuditRecord, Command } from '../../../shared/model/command.ts';
import type { ContinuousProfile } from '../../../shared/model/continuous-profile.ts';
import type { Gap } from '../../../shared/model/delivery.ts';
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { Profile, RecordedStacks, StackTree } from '../../../shared/model/profile.ts';
import type { BucketGrid, RolledSeries } from '../buckets.ts';
import type {
  GapRange,
  IdentityRecord,
  NodeGap,
  NodeRecord,
  RollUpOptions,
  SeriesData,
  SeriesSelection,
  WindowFilter,
} from '../store.ts';

/**
 * Samples of the head, flat: run i is one series of one node, `series[seriesOf[i]]` of `nodes[nodeOf[i]]`, and its samples
 * are those from `starts[i]` to before `starts[i + 1]`: oldest first, without absent ones and without doubled times.
 * Several runs may be of the same series of the same node when its definition changed (kind or decimals). The four
 * arrays of numbers are of their exact size and are transferred, not copied.
 */
export interface HeadSamples {
  readonly nodes: readonly string[];
  /** Each once; of the metrics that were asked for. */
  readonly series: readonly SeriesDefinition[];
  readonly nodeOf: Uint32Array<ArrayBuffer>;
  readonly seriesOf: Uint32Array<ArrayBuffer>;
  /** One entry more than there are runs. */
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly timesMs: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

export interface ReaderDoor {
  /** The samples of the head are merged with those of the files. */
  select(selection: SeriesSelection, head: HeadSamples): Promise<readonly SeriesData[]>;
  /**
   * The head holds the selection's samples, and those of `lookbackMs` before it. A growth that begins with the last
   * sample of the files and ends with the first one of the head counts as any other.
   */
  rollUp(
    selection: SeriesSelection,
    grid: BucketGrid,
    options: RollUpOptions & { readonly head: HeadSamples },
  ): Promise<readonly RolledSeries[]>;

  // The front merges these with the head itself: only what is in the files is asked for.
  tickTimes(node: string, fromMs: number, toMs: number): Promise<Float64Array>;
  series(node: string, metric?: string): Promise<readonly SeriesDefinition[]>;
  snapshotAt(node: string, timeMs: number, maxAgeMs: number): Promise<ProcessSnapshot | null>;
  snapshots(
    node: string,
    range: { fromMs: number; toMs: number; limit: number },
  ): Promise<readonly ProcessSnapshot[]>;
  inventory(node: string): Promise<Inventory | null>;
  /** Newest first. */
  gaps(node: string, fromMs: number, limit: number): Promise<readonly Gap[]>;
  /** Newest first. */
  gapsOfAll(range: GapRange): Promise<readonly NodeGap[]>;

  // These are never in the head.
  nodes(): Promise<readonly NodeRecord[]>;
  profile(id: string): Promise<Profile | null>;
  /** Newest first. Of all nodes: without those that are a part of another. */
  profiles(filter: { node?: string; beforeMs?: number; limit: number }): Promise<readonly Profile[]>;
  /** The parts of a profile on several nodes, in the order of their names. */
  profileParts(parentId: string): Promise<readonly Profile[]>;
  windows(filter: WindowFilter): Promise<readonly Profile[]>;
  continuousProfile(id: string): Promise<ContinuousProfile | null>;
  continuousProfiles(limit: number): Promise<readonly ContinuousProfile[]>;
  stacks(id: string): Promise<RecordedStacks | null>;
  mergeStacks(ids: readonly string[]): Promise<StackTree | null>;
  command(id: string): Promise<Command | null>;
  commands(filter: { beforeMs?: number; limit: number }): Promise<readonly Command[]>;
  audit(filter: { beforeMs?: number; limit: number }): Promise<readonly AuditRecord[]>;
  identities(kind: string): Promise<readonly IdentityRecord[]>;
}
