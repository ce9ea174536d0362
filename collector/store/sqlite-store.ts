// In: a data folder. Out: the Store on one SQLite file in it. DESIGN.md beside this file describes the format.
// It refuses (StartError): a folder that cannot be written, a full disk for a new store, a store that another
// collector holds, a damaged one, a newer one.
//
// One connection in one thread does all reading and writing; all writes go through one queue. The interface is
// asynchronous throughout, so that the connection may move to a worker thread.
import { statSync } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import type { DataClass } from '../../shared/model/delivery.ts';
import { type AppendEffect, appendBatch, declareLoss } from './batches.ts';
import { WriteQueue } from './catalog/write-queue.ts';
import { type Database, openDatabase, storeFile } from './database.ts';
import { LatestTicks } from './latest-ticks.ts';
import { rollUpSelected, snapshotsBefore } from './read/plain-selections.ts';
import { deleteOlder } from './retention.ts';
import { type AppendOutcome, type Store, StoreError, type StoreStatistics } from './store.ts';
import { toStoreError } from './store-errors.ts';
import { createTables, type Tables } from './tables.ts';

export interface SqliteStoreOptions {
  readonly dataDir: string;
  readonly retentionMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Appends within this time share a commit, ms. */
const commitWindowMs = 20;
const maxPendingWrites = 512;

export function openSqliteStore(options: SqliteStoreOptions): Store {
  const db = openDatabase(options.dataDir);
  const file = storeFile(options.dataDir);
  const tables = createTables(db);
  const latest = new LatestTicks();
  for (const { id, name } of tables.nodes.ids()) {
    for (const tick of tables.metrics.newest(id, 2)) latest.put(name, tick, options.clock.now());
  }
  const queue = new WriteQueue(db, {
    file,
    windowMs: commitWindowMs,
    maxPending: maxPendingWrites,
    onRollback: () => tables.forget(),
  });
  options.log.info({ file, sizeBytes: sizeOf(file) }, 'store opened');
  return composeStore({ ...options, db, file, tables, latest, queue });
}

interface Parts extends SqliteStoreOptions {
  readonly db: Database;
  readonly file: string;
  readonly tables: Tables;
  readonly latest: LatestTicks;
  readonly queue: WriteQueue;
}

function composeStore(parts: Parts): Store {
  const { db, file, tables, latest, queue, retentionMs } = parts;
  const read = createReader(db, file);
  const counters = createCounters();
  return {
    ...nodeAndMetricParts(parts, read),
    ...profileAndCommandParts(parts, read),
    declareLost: (sender, loss) =>
      queue.write(() => {
        declareLoss(tables, parts.clock, sender, loss);
      }),
    newestTimes: (node) => read(() => tables.delivery.newestTimes(tables.nodes.find(node))),
    quarantine: () => Promise.resolve(),
    backup: () => Promise.reject(new Error('this store has no backup')),
    verify: () => Promise.resolve([]),
    compact: () => Promise.resolve(),
    append: (sender, batch) =>
      queue
        .write(
          () => appendBatch(tables, parts.clock, sender, batch),
          (effect) => {
            counters.add(effect);
            for (const tick of effect.ticks) latest.put(sender.node, tick, parts.clock.now());
          },
        )
        .then(({ outcome }): AppendOutcome => outcome),
    retain: (nowMs) => deleteOlder(db, { queue, tables, beforeMs: nowMs - retentionMs }),
    statistics: () => ({
      sizeBytes: sizeOf(file),
      commits: queue.commits,
      ...counters.read(),
      refusedSeries: tables.layouts.refusedSeries,
    }),
    async close() {
      if (!db.open) return;
      queue.close();
      db.close();
      await Promise.resolve();
    },
  };
}

type Read = <T>(work: () => T | Promise<T>) => Promise<T>;

/** Reading as a promise, with the disk's troubles in words. */
function createReader(db: Database, file: string): Read {
  return async (work) => {
    if (!db.open) throw new StoreError('closed', `store ${file}: closed`);
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, file);
    }
  };
}

function nodeAndMetricParts({ tables, latest, queue }: Parts, read: Read) {
  const { nodes, delivery, metrics, processes } = tables;
  const withNode = <T>(node: string, absent: T, use: (nodeId: number) => T): Promise<T> =>
    read(() => {
      const nodeId = nodes.find(node);
      return nodeId === undefined ? absent : use(nodeId);
    });
  return {
    positions: (sender) => withNode(sender.node, [], (nodeId) => delivery.positions(nodeId, sender.spoolId)),
    putNode: (identity, seenMs) => queue.write(() => nodes.put(identity, seenMs)),
    touchNodes: (seen) => queue.write(() => nodes.touch(seen)),
    nodes: () => read(() => nodes.all()),
    inventory: (node) => read(() => nodes.inventory(node)),
    gaps: (node, fromMs, limit) => withNode(node, [], (nodeId) => delivery.gaps(nodeId, fromMs, limit)),
    series: (node, metric) => read(() => metrics.series(node, metric)),
    select: (selection) => read(() => metrics.select(selection)),
    rollUp: (selection, grid, options) =>
      read(() => rollUpSelected((part) => metrics.select(part), selection, grid, options)),
    tickTimes: (node, fromMs, toMs) => read(() => metrics.tickTimes(node, fromMs, toMs)),
    latestTicks: (node) => latest.of(node),
    snapshotAt: (node, timeMs, maxAgeMs) =>
      withNode(node, null, (nodeId) => processes.at(nodeId, timeMs, maxAgeMs)),
    snapshots: (node, range) =>
      withNode(node, [], (nodeId) =>
        snapshotsBefore((timeMs, maxAgeMs) => processes.at(nodeId, timeMs, maxAgeMs), range),
      ),
  } satisfies Partial<Store>;
}

function profileAndCommandParts({ tables, queue }: Parts, read: Read) {
  const { profiles, commands, audit } = tables;
  return {
    putProfile: (profile) => queue.write(() => profiles.put(profile)),
    profile: (id) => read(() => profiles.get(id)),
    profiles: (filter) => read(() => profiles.list(filter)),
    stacks: (id) => read(() => profiles.stacks(id)),
    deleteProfile: (id) => queue.write(() => profiles.delete(id)),
    putCommand: (command) => queue.write(() => commands.put(command)),
    applyCommandReport: (node, report) =>
      queue.write(() => {
        commands.report(node, report);
      }),
    command: (id) => read(() => commands.get(id)),
    commands: (filter) => read(() => commands.list(filter)),
    appendAudit: (record) => queue.write(() => audit.append(record)),
    audit: (filter) => read(() => audit.list(filter)),
  } satisfies Partial<Store>;
}

function createCounters() {
  const batches: Record<DataClass, number> = { result: 0, event: 0, metric: 0, process: 0, profile: 0 };
  const counts = { duplicates: 0, duplicateTicks: 0, ignoredReports: 0, refusedWaitChannels: 0 };
  return {
    add(effect: AppendEffect): void {
      if (effect.outcome === 'duplicate') counts.duplicates += 1;
      if (effect.outcome === 'stored') batches[effect.dataClass] += 1;
      counts.duplicateTicks += effect.duplicateTicks;
      counts.ignoredReports += effect.ignoredReports;
      counts.refusedWaitChannels += effect.refusedWaitChannels;
    },
    read: (): Omit<StoreStatistics, 'sizeBytes' | 'commits' | 'refusedSeries'> => ({
      batches: { ...batches },
      ...counts,
    }),
  };
}

/** The file and its log of changes. */
function sizeOf(file: string): number {
  return [file, `${file}-wal`].reduce(
    (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
