// What the front of the store asks of the thread that writes. In: closed segments of the log, and the records that do
// not go through the log. Out: promises that resolve when it is on disk. Only data that can be cloned passes.
import type { Batch } from '../../../shared/model/batch.ts';
import type { AuditRecord, Command, CommandReport } from '../../../shared/model/command.ts';
import type { ContinuousProfile } from '../../../shared/model/continuous-profile.ts';
import type { DataClass, Sender, StoredPosition } from '../../../shared/model/delivery.ts';
import type { NodeIdentity } from '../../../shared/model/node.ts';
import type { Profile, RecordedStacks } from '../../../shared/model/profile.ts';
import type { AppendOutcome, Damage, IdentityRecord, PackedStacks, Quarantined } from '../store.ts';

/** A segment of the log that is closed: nothing is written to it any more. */
export interface ClosedSegment {
  readonly number: number;
  readonly path: string;
}

export interface FlushOutcome {
  /** Series of a node that were not kept, because the node has too many. */
  readonly refusedSeries: number;
  /** Gaps of a node that are told as one with others, because it has too many. */
  readonly joinedGaps: number;
}

export interface AppendEffect {
  readonly outcome: AppendOutcome;
  /** Reports and stacks that fit no stored profile or command. */
  readonly ignoredReports: number;
}

export interface WriterDoor {
  /**
   * Brings what `readLog` tells of the segment into the files: samples and snapshots into partitions; then positions,
   * gaps, inventories and "flushed up to this number" into the catalog, in one transaction; then unlinks the file.
   * A segment whose number is flushed already is only unlinked. Segments come in the order of their numbers, one at a
   * time. On an error nothing is told to be done, and the same segment comes again.
   */
  flush(segment: ClosedSegment): Promise<FlushOutcome>;
  /** Number of the last segment that was flushed; 0 when none was. Read once, at the start. */
  lastFlushed(): Promise<number>;
  /** As the catalog has them: what is flushed, and what `appendRecords` stored. */
  positions(sender: Sender): Promise<readonly StoredPosition[]>;
  /** A batch of the classes `result` or `profile`: its rows and its number in one transaction. */
  appendRecords(sender: Sender, batch: Batch): Promise<AppendEffect>;
  putNode(identity: NodeIdentity, seenMs: number): Promise<boolean>;
  touchNodes(seen: ReadonlyMap<string, number>): Promise<void>;
  putProfile(profile: Profile): Promise<void>;
  /** The profile is over. */
  putStacks(profile: Profile, stacks: RecordedStacks | PackedStacks): Promise<void>;
  mergeParts(id: string): Promise<boolean>;
  putContinuous(profile: ContinuousProfile): Promise<void>;
  deleteProfile(id: string): Promise<boolean>;
  putCommand(command: Command): Promise<void>;
  applyCommandReport(node: string, report: CommandReport): Promise<void>;
  appendAudit(record: AuditRecord): Promise<void>;
  putIdentities(records: readonly IdentityRecord[]): Promise<void>;
  retain(): Promise<number>;
  /** All that is in files, the segments of the log that are closed included. */
  backup(folder: string): Promise<void>;
  verify(): Promise<readonly Damage[]>;
  compact(): Promise<void>;
  newestTimes(node: string): Promise<ReadonlyMap<DataClass, number>>;
  quarantine(item: Quarantined): Promise<void>;
}
