// In: the data folder and the doors of the threads. Out: the Store, as the main thread sees it: what nodes measure goes
// through the log and the head, everything else through the doors. Nothing here touches SQLite.
// It refuses (StoreError) what the log, the writer and the reader refuse, and everything once closed (`closed`).
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { Logger } from '../../../shared/log.ts';
import { type Batch, classOf } from '../../../shared/model/batch.ts';
import type { DataClass, Sender } from '../../../shared/model/delivery.ts';
import { type AppendOutcome, type Store, StoreError, type StoreStatistics } from '../store.ts';
import { AppendCounters } from './append-counters.ts';
import { DiskWatch } from './disk-watch.ts';
import { type LogFront, type LogFrontOptions, openLogFront } from './log-front.ts';
import { createMergedReads } from './merged-reads.ts';
import { keepNodeRecords, type NodeRecords } from './node-records.ts';
import type { ReaderDoor } from './reader-door.ts';
import { afterStored, isUnknownLoss, newestStored } from './unknown-loss.ts';
import type { WriterDoor } from './writer-door.ts';

export interface ChunkStoreOptions extends Pick<LogFrontOptions, 'limits'> {
  readonly dataDir: string;
  readonly writer: WriterDoor;
  readonly reader: ReaderDoor;
  /** Ends the threads, once nothing is asked of them any more. */
  readonly closeDoors: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

export const logFolder = 'log';

interface Parts extends ChunkStoreOptions {
  readonly front: LogFront;
  readonly counters: AppendCounters;
  readonly disk: DiskWatch;
  readonly nodes: NodeRecords;
}

/** Reads the part of the log that is not flushed; the threads are up. */
export async function openChunkStore(options: ChunkStoreOptions): Promise<Store> {
  const { dataDir, limits = {} } = options;
  const front = await openLogFront({ ...options, folder: join(dataDir, logFolder), limits });
  const { samples, waitingSegments } = front.statistics();
  options.log.info({ dataDir, samples, waitingSegments }, 'store opened');
  const disk = new DiskWatch({ folder: dataDir, clock: options.clock });
  await disk.start();
  return composeStore({
    ...options,
    front,
    disk,
    nodes: keepNodeRecords(options),
    counters: new AppendCounters(),
  });
}

function composeStore(parts: Parts): Store {
  const { front, reader, disk } = parts;
  let closing: Promise<void> | undefined;
  return {
    ...createMergedReads(front.head, reader),
    ...batchPart(parts, () => closing !== undefined),
    ...recordPart(parts),
    ...maintenancePart(parts),
    close() {
      disk.stop();
      closing ??= closeAll(parts);
      return closing;
    },
    statistics: () => ({ ...statisticsOf(parts), sizeBytes: disk.sizeBytes }),
    lag: () => ({ unflushed: front.lag, disk: disk.load }),
  };
}

async function closeAll({ front, nodes, closeDoors }: Parts): Promise<void> {
  await front.close();
  try {
    await nodes.flush();
  } catch {
    // The writer is gone, and what it was to write comes again with the next greetings.
  }
  await closeDoors();
}

function batchPart({ front, counters, writer, reader, dataDir }: Parts, isClosed: () => boolean) {
  const newestTimes = async (node: string): Promise<ReadonlyMap<DataClass, number>> => {
    const young = front.head.newestTimes(node);
    const times = new Map<DataClass, number>(await writer.newestTimes(node));
    for (const [dataClass, timeMs] of young) {
      times.set(dataClass, Math.max(timeMs, times.get(dataClass) ?? timeMs));
    }
    return times;
  };
  const reads = { ...createMergedReads(front.head, reader), newestTimes };
  const append = async (sender: Sender, batch: Batch): Promise<AppendOutcome> => {
    const { kind } = batch.payload;
    if (kind !== 'command' && kind !== 'profile') {
      if (!isUnknownLoss(batch.payload)) return front.append(sender, batch);
      const stored = { positions: () => front.positions(sender), newest: newestStored(reads, sender.node) };
      return front.append(sender, { ...batch, payload: await afterStored(batch.payload, stored) });
    }
    const dataClass = classOf(batch.payload);
    const { outcome, ignoredReports } = await writer.appendRecords(sender, batch);
    counters.countIgnored(ignoredReports);
    const range = { from: batch.sequence, to: batch.sequence };
    if (outcome === 'stored') await front.noteStored(sender, { dataClass, range });
    return outcome;
  };
  const checkOpen = () => {
    if (isClosed()) throw new StoreError('closed', `store ${dataDir}: closed`);
  };
  return {
    async append(sender, batch) {
      checkOpen();
      const outcome = await append(sender, batch);
      counters.count(classOf(batch.payload), outcome);
      return outcome;
    },
    async declareLost(sender, loss) {
      checkOpen();
      await front.declareLost(sender, loss);
    },
    positions: (sender) => front.positions(sender),
    newestTimes,
    quarantine: (item) => writer.quarantine(item),
  } satisfies Partial<Store>;
}

/** What is never in the log. */
function recordPart({ writer, reader, nodes }: Parts) {
  const { putNode, touchNodes } = nodes;
  return {
    putNode,
    touchNodes,
    nodes: () => nodes.nodes(),
    putProfile: (profile) => writer.putProfile(profile),
    putStacks: (profile, stacks) => writer.putStacks(profile, stacks),
    profile: (id) => reader.profile(id),
    profiles: (filter) => reader.profiles(filter),
    profileParts: (parentId) => reader.profileParts(parentId),
    stacks: (id) => reader.stacks(id),
    mergeStacks: (ids) => reader.mergeStacks(ids),
    mergeParts: (id) => writer.mergeParts(id),
    putContinuous: (profile) => writer.putContinuous(profile),
    continuousProfile: (id) => reader.continuousProfile(id),
    continuousProfiles: (limit) => reader.continuousProfiles(limit),
    windows: (filter) => reader.windows(filter),
    deleteProfile: (id) => writer.deleteProfile(id),
    putCommand: (command) => writer.putCommand(command),
    applyCommandReport: (node, report) => writer.applyCommandReport(node, report),
    command: (id) => reader.command(id),
    commands: (filter) => reader.commands(filter),
    appendAudit: (record) => writer.appendAudit(record),
    audit: (filter) => reader.audit(filter),
    putIdentities: (records) => writer.putIdentities(records),
    identities: (kind) => reader.identities(kind),
  } satisfies Partial<Store>;
}

function maintenancePart({ front, writer }: Parts) {
  return {
    retain: () => writer.retain(),
    async backup(folder) {
      await front.flush();
      await writer.backup(folder);
    },
    verify: () => writer.verify(),
    async compact() {
      await front.flush();
      await writer.compact();
    },
  } satisfies Partial<Store>;
}

function statisticsOf({ front, counters }: Parts): Omit<StoreStatistics, 'sizeBytes'> {
  const { syncs, duplicateTicks, refusedSeries, joinedGaps } = front.statistics();
  return { ...counters.read(), commits: syncs, duplicateTicks, refusedSeries, joinedGaps };
}
