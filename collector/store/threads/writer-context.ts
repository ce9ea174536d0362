// In: a data folder. Out: what every part of the writer thread works with: the locked folder, the open catalog, a queue
// for small writes and lanes for long work.
// It refuses (StartError) what the folder's lock and the catalog refuse.
import { type Clock, systemClock } from '../../../shared/clock.ts';
import type { Logger } from '../../../shared/log.ts';
import { type Catalog, createCatalog } from '../catalog/catalog.ts';
import type { Write } from '../catalog/flushed-records.ts';
import { lockFolder } from '../catalog/folder-lock.ts';
import { catalogFile, type OpenCatalog, openCatalog } from '../catalog/open-catalog.ts';
import { WriteQueue } from '../catalog/write-queue.ts';
import { listPartitions } from '../partitions/partition-folder.ts';
import { ProfileWriters } from '../profiles/profile-writers.ts';
import type { Database } from '../sqlite.ts';
import { DiskRoom } from '../upkeep/disk-room.ts';
import { RetentionClock } from '../upkeep/retention-clock.ts';
import { LongWorkLanes } from './long-work.ts';
import { declarePartitionLost, profiledNodes } from './lost-partitions.ts';
import type { StoreThreadData } from './thread-data.ts';

/** Writes within this time share a commit, ms. */
const commitWindowMs = 20;
const maxPendingWrites = 512;
/** A slice of long work, ms: with the commit after it, a small write waits no longer than about 20 ms. */
const sliceMs = 10;

export interface WriterContext {
  readonly data: StoreThreadData;
  readonly catalog: Catalog;
  /** For what needs the connection itself, as a backup. Write through `write` only. */
  readonly catalogDb: Database;
  /** A small write to the catalog: shares a transaction with others, resolves once it is synced. */
  readonly write: Write;
  readonly lanes: LongWorkLanes;
  readonly profileWriters: ProfileWriters;
  readonly clock: Clock;
  /** The time by which data ages. */
  readonly retentionClock: RetentionClock;
  /** Asked before a file grows; what leaves the store leaves through it. */
  readonly room: DiskRoom;
  readonly log: Logger;
  /** Transactions of the catalog so far. */
  commits(): number;
  isClosing(): boolean;
  /** Ends long work at its next turn, commits what is pending, gives the folder free. Idempotent. */
  close(): Promise<void>;
}

export interface WriterContextOptions {
  readonly data: StoreThreadData;
  readonly log: Logger;
  readonly clock?: Clock;
}

export function openWriterContext({ data, log, clock = systemClock }: WriterContextOptions): WriterContext {
  const lock = lockFolder(data.dataDir);
  const { db, salvage, lostFrames } = openOrRelease(data.dataDir, lock);
  if (lostFrames > 0) log.error({ lostFrames }, 'the end of the journal was not whole: what it held is lost');
  if (salvage !== null) log.error(salvage, 'the catalog was damaged: what is whole of it was saved');
  const queue = new WriteQueue(db, {
    file: catalogFile(data.dataDir),
    windowMs: commitWindowMs,
    maxPending: maxPendingWrites,
    // The tables of the catalog remember nothing of their rows.
    onRollback: () => {},
  });
  const lanes = new LongWorkLanes({ sliceMs, serveOthers: () => queue.flush() });
  const profileWriters = new ProfileWriters(data.dataDir);
  const catalog = createCatalog(db);
  const write: Write = (work) => queue.write(work);
  const reachedMs = catalog.retention.reachedMs() ?? Math.min(clock.now(), newestDataMs(data.dataDir));
  const retentionClock = new RetentionClock(clock, reachedMs);
  const room = new DiskRoom({
    root: data.dataDir,
    settings: data.keep,
    nowMs: () => retentionClock.now(),
    declareLost: (nodes, partition) =>
      declarePartitionLost({ catalog, write, clock }, partition, {
        nodes: nodes ?? profiledNodes(catalog, partition),
        reason: 'disk-budget',
      }),
    onRemoved: (outcome) => log.info(outcome, 'files of old data removed'),
  });
  return {
    data,
    profileWriters,
    catalog,
    catalogDb: db,
    write,
    lanes,
    clock,
    retentionClock,
    room,
    log,
    commits: () => queue.commits,
    isClosing: () => lanes.isClosed,
    async close() {
      await lanes.close();
      if (!db.open) return;
      profileWriters.close();
      queue.close();
      db.close();
      lock.release();
    },
  };
}

/** Without end when there is none. */
function newestDataMs(dataDir: string): number {
  const ends = listPartitions(dataDir, ['hot', 'raw']).map(({ toMs }) => toMs);
  return ends.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...ends);
}

function openOrRelease(dataDir: string, lock: { release(): void }): OpenCatalog {
  try {
    return openCatalog(dataDir);
  } catch (error) {
    lock.release();
    throw error;
  }
}
