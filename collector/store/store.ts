// The store's contract. In: batches of nodes, records of profiles and commands. Out: what was stored, as plain data.
// Everything above this file is free of SQL; everything that resolves here is on disk.
//
// Errors: StoreError with code `disk-full`, `read-only`, `corrupt`, `busy` or `closed`; anything else is a bug.
import type { Batch } from '../../shared/model/batch.ts';
import type { AuditRecord, Command, CommandReport } from '../../shared/model/command.ts';
import type { ContinuousProfile } from '../../shared/model/continuous-profile.ts';
import type { DataClass, Gap, Sender, SequenceRange, StoredPosition } from '../../shared/model/delivery.ts';
import type { Labels, MetricKind, MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';
import type { Inventory, NodeIdentity } from '../../shared/model/node.ts';
import type { ProcessSnapshot } from '../../shared/model/process.ts';
import type { Profile, RecordedStacks, StackTree } from '../../shared/model/profile.ts';
import type { BucketGrid, RolledSeries } from './buckets.ts';
import type { WholePortion } from './catalog/stacks.ts';
import type { SeriesSelector } from './series-selector.ts';

/**
 * What became of an appended batch. `duplicate`: its sequence is there already, stored or declared lost; nothing was
 * written. `scattered`: its class has as many holes as are kept; nothing was written, the missing ones must come first.
 */
export type AppendOutcome = 'stored' | 'duplicate' | 'scattered';

/** Numbers of a sender that will never come. */
export interface Loss extends Gap {
  readonly sequences: SequenceRange;
}

/** Where batches go. The only way in for data of nodes. */
export interface BatchStore {
  /**
   * Stores a batch; resolves once it is synced to disk. Appends that arrive close together share one sync. Sequences
   * come in any order; a hole is no loss, for the missing ones may come later.
   *
   * A gap that names sequences is a declared loss: see `declareLost`. Its own number is stored in any case.
   */
  append(sender: Sender, batch: Batch): Promise<AppendOutcome>;
  /**
   * The numbers that are not there will never come: marks them as there, and records one gap. `count` is what the
   * whole range held (0: nobody can know); it is told less the share of those that are there. Nothing is recorded when
   * all of them are. Resolves once it is synced to disk.
   */
  declareLost(sender: Sender, loss: Loss): Promise<void>;
  /** What is stored or declared lost, and synced to disk; a class of which there is nothing is left out. */
  positions(sender: Sender): Promise<readonly StoredPosition[]>;
  /** Time of the newest item of each class that the node ever sent, from whatever buffer, ms. */
  newestTimes(node: string): Promise<ReadonlyMap<DataClass, number>>;
  /** Keeps what nobody can believe in a bounded table, for whoever wants to know why. Its number is not stored by this. */
  quarantine(item: Quarantined): Promise<void>;
}

export interface Quarantined {
  readonly node: string;
  readonly dataClass: DataClass;
  /** When it came, ms since the Unix epoch. */
  readonly timeMs: number;
  readonly reason: string;
  readonly body: Uint8Array;
}

export interface NodeRecord extends NodeIdentity {
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

export interface NodeStore {
  /** Adds a node or replaces what it says of itself. False: it is new, and as many are known as may be. */
  putNode(identity: NodeIdentity, seenMs: number): Promise<boolean>;
  /** Notes signs of life, many nodes at once: [name, ms]. Seen at once, on disk within a minute. */
  touchNodes(seen: ReadonlyMap<string, number>): Promise<void>;
  nodes(): Promise<readonly NodeRecord[]>;
  inventory(node: string): Promise<Inventory | null>;
  gaps(node: string, fromMs: number, limit: number): Promise<readonly Gap[]>;
  /** Of many nodes, newest first; those of nodes that are not named may be among them. */
  gapsOf(nodes: readonly string[], range: GapRange): Promise<readonly NodeGap[]>;
}

/** Gaps of which some part lies between the two times; at most so many. */
export interface GapRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

export interface NodeGap {
  readonly node: string;
  readonly gap: Gap;
}

/** Raw samples of one series, oldest first, without absent ones. */
export interface SeriesData {
  readonly node: string;
  readonly metric: string;
  readonly kind: MetricKind;
  readonly labels: Labels;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

export interface SeriesSelection {
  readonly nodes: readonly string[];
  /** Series that any of these names are wanted. */
  readonly selectors: readonly SeriesSelector[];
  /** Both ends included, ms since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RollUpOptions {
  /** A counter's sample that is older than this at the begin of a bucket lies beyond a gap. */
  readonly lookbackMs: number;
  /** Only counts and averages are wanted: the rest may be NaN. */
  readonly onlyAverage?: boolean;
  /** Of roll-ups only buckets that lie as a whole in the times of the selection; else those at its ends may reach beyond. */
  readonly wholeBuckets?: boolean;
}

export interface MetricStore {
  /** All series of a node, or only those of one metric. */
  series(node: string, metric?: string): Promise<readonly SeriesDefinition[]>;
  /** Raw samples, as far back as they are kept. */
  select(selection: SeriesSelection): Promise<readonly SeriesData[]>;
  /**
   * The series of a selection in the buckets of a grid, from the tier that serves the step. Nothing outside the
   * selection's times is counted, but a counter's growth begins at the sample before them. Each series once, in the order
   * of the nodes; those without a sample in the grid are left out.
   */
  rollUp(
    selection: SeriesSelection,
    grid: BucketGrid,
    options: RollUpOptions,
  ): Promise<readonly RolledSeries[]>;
  /** Times of the ticks of a node in a range: where there is a tick, an absent sample was absent on the node. */
  tickTimes(node: string, fromMs: number, toMs: number): Promise<Float64Array>;
  /**
   * From memory, without a wait: the newest stored tick and the one before it, at least a second apart, oldest
   * first. Empty when the node has none.
   */
  latestTicks(node: string): readonly MetricTick[];
}

export interface ProcessStore {
  /** The newest snapshot at or before the time, but not older than `maxAgeMs`. */
  snapshotAt(node: string, timeMs: number, maxAgeMs: number): Promise<ProcessSnapshot | null>;
  /** Those of a range, both ends included, oldest first; no more than the limit. */
  snapshots(
    node: string,
    range: { fromMs: number; toMs: number; limit: number },
  ): Promise<readonly ProcessSnapshot[]>;
}

/** All stacks of a profile as bytes: what `wholePortion` gives. */
export type PackedStacks = WholePortion;

export interface ProfileStore {
  putProfile(profile: Profile): Promise<void>;
  /**
   * A profile that is over together with all its stacks, made by the collector and not told by a node. What had arrived of its
   * stacks is replaced. Large ones come packed, so that no thread is held by copying them. RangeError: samples or nodes that point outside of what they belong to.
   */
  putStacks(profile: Profile, stacks: RecordedStacks | PackedStacks): Promise<void>;
  profile(id: string): Promise<Profile | null>;
  /** Newest first. Of all nodes: without those that are a part of another. */
  profiles(filter: { node?: string; beforeMs?: number; limit: number }): Promise<readonly Profile[]>;
  /** The parts of a profile on several nodes, in the order of their names. */
  profileParts(parentId: string): Promise<readonly Profile[]>;
  /** Stacks as far as they arrived; null when there are none. */
  stacks(id: string): Promise<RecordedStacks | null>;
  /**
   * The stacks of several profiles, at most 20,000, as one tree; null when none of them has any. A window of a continuous
   * profile may be among them, merged or not.
   */
  mergeStacks(ids: readonly string[]): Promise<StackTree | null>;
  /** True when there was one. */
  deleteProfile(id: string): Promise<boolean>;
}

/** Those that begin within the times, the second not included. */
export interface WindowFilter {
  /** The continuous profile. */
  readonly of: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

export interface ContinuousStore {
  putContinuous(profile: ContinuousProfile): Promise<void>;
  continuousProfile(id: string): Promise<ContinuousProfile | null>;
  /** Newest first. */
  continuousProfiles(limit: number): Promise<readonly ContinuousProfile[]>;
  /** Newest first. */
  windows(filter: WindowFilter): Promise<readonly Profile[]>;
  /**
   * The parts of a window that is over become one profile, with sums by process and stack, and go; at once, so that after a
   * crash there are either the parts or what was made of them. False when there are none.
   */
  mergeParts(windowId: string): Promise<boolean>;
}

export interface CommandStore {
  putCommand(command: Command): Promise<void>;
  /** Applies a node's report, or the collector's own verdict, to one target. Unknown ids are ignored. */
  applyCommandReport(node: string, report: CommandReport): Promise<void>;
  command(id: string): Promise<Command | null>;
  /** Newest first; the output of the targets is left out: `command` has it. */
  commands(filter: { beforeMs?: number; limit: number }): Promise<readonly Command[]>;
  appendAudit(record: AuditRecord): Promise<void>;
  audit(filter: { beforeMs?: number; limit: number }): Promise<readonly AuditRecord[]>;
}

/** One who may come in, or what is proved it with. */
export interface IdentityRecord {
  readonly kind: string;
  readonly id: string;
  /** As JSON; null removes it. */
  readonly body: object | null;
}

export interface IdentityStore {
  /** Adds, replaces or removes; all of them or none. */
  putIdentities(records: readonly IdentityRecord[]): Promise<void>;
  /** In the order of their ids. */
  identities(kind: string): Promise<readonly IdentityRecord[]>;
}

export interface StoreStatistics {
  readonly sizeBytes: number;
  readonly commits: number;
  readonly batches: Readonly<Record<DataClass, number>>;
  /** Batches that were stored before. */
  readonly duplicates: number;
  /** Ticks and snapshots of a time that was stored before; the first was kept. */
  readonly duplicateTicks: number;
  /** Reports and stacks that fit no stored profile or command. */
  readonly ignoredReports: number;
  /** How often a series of a node was not kept, because the node has too many. */
  readonly refusedSeries: number;
  /** Gaps of nodes that are told as one with others, because their node has too many. */
  readonly joinedGaps: number;
}

/** How far the store is behind; of each part 0 is not at all, 1 as far as it may be. */
export interface StoreLag {
  /** Samples and segments of the log that are not flushed into files. */
  readonly unflushed: number;
  /** How near the end of the disk, or of the budget for it, is. */
  readonly disk: number;
}

/** What is damaged, in words. */
export interface Damage {
  readonly file: string;
  readonly problem: string;
}

export interface MaintenanceStore {
  /** Deletes what is older than the retention, or above the disk budget; returns how many rows or files went. */
  retain(): Promise<number>;
  /** Writes a copy of everything stored so far into a folder that is empty or missing. */
  backup(folder: string): Promise<void>;
  /** Reads everything and tells what is damaged. */
  verify(): Promise<readonly Damage[]>;
  /** Does now what is done by and by: flushes, compacts, rolls up. */
  compact(): Promise<void>;
}

export interface Store
  extends BatchStore,
    NodeStore,
    MetricStore,
    ProcessStore,
    ProfileStore,
    ContinuousStore,
    CommandStore,
    IdentityStore,
    MaintenanceStore {
  statistics(): StoreStatistics;
  /** At once, from memory. */
  lag(): StoreLag;
  /** Commits what is pending and closes; idempotent. */
  close(): Promise<void>;
}

export class StoreError extends Error {
  readonly code: 'disk-full' | 'read-only' | 'corrupt' | 'busy' | 'closed';

  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
