// For tests of the log: ticks, snapshots and entries that are easy to tell apart, and a folder that goes with the test.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LogEntry } from '../../../../collector/store/log/log-entry.ts';
import { listSegments } from '../../../../collector/store/log/log-folder.ts';
import { LogWriter, type LogWriterOptions } from '../../../../collector/store/log/log-writer.ts';
import { readLog } from '../../../../collector/store/log/read-log.ts';
import { SeriesLists } from '../../../../collector/store/log/series-lists.ts';
import type { Sender } from '../../../../shared/model/delivery.ts';
import type { MetricTick, SeriesDefinition } from '../../../../shared/model/metric.ts';
import type { ProcessSample, ProcessSnapshot } from '../../../../shared/model/process.ts';
import type { DamagedStretch } from '../../../../shared/segment-file/segment-reader.ts';
import { plainPayload } from '../../../shared/plain-payload.ts';

/** A moment that is a whole multiple of a minute, ms. */
export const t0 = 1_800_000_000_000;

export const sender: Sender = { node: 'n1', spoolId: 'spool-1' };

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jidi-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openLog(folder: string, options: Partial<LogWriterOptions> = {}): LogWriter {
  const log = new LogWriter({
    folder,
    firstNumber: 1,
    lists: new SeriesLists(),
    windowMs: 1,
    rotateMs: 60_000,
    rotateBytes: 64 * 1024 * 1024,
    onClosed: () => {},
    ...options,
  });
  onTestFinished(() => log.close());
  return log;
}

/** Resolves with the number of the segment once it is on disk. */
export function append(log: LogWriter, entry: LogEntry): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  log.append(entry, { synced: resolve, refused: reject });
  return promise;
}

/** Appends all, and waits until they are on disk. */
export async function write(log: LogWriter, entries: readonly LogEntry[]): Promise<void> {
  await Promise.all(entries.map((entry) => append(log, entry)));
}

export type LogItem = LogEntry | DamagedStretch;

export function isEntry(item: LogItem): item is LogEntry {
  return 'marks' in item;
}

/** All that the log in a folder says, segment after segment. */
export function readFolder(folder: string): readonly LogItem[] {
  return listSegments(folder).flatMap(({ path }) => [...readLog(readFileSync(path))].map(plainItem));
}

/** With rows that are objects. */
export function plainItem(item: LogItem): LogItem {
  return isEntry(item) && item.payload !== null ? { ...item, payload: plainPayload(item.payload) } : item;
}

export function seriesOf(count: number, decimals = 0): SeriesDefinition[] {
  return Array.from({ length: count }, (_, place) => ({
    metric: `m${place % 7}`,
    kind: place % 2 === 0 ? ('counter' as const) : ('gauge' as const),
    decimals,
    labels: { place: String(place) },
  }));
}

export function ticksEntry(sequence: number, ticks: readonly MetricTick[], from = sender): LogEntry {
  const marks = [{ dataClass: 'metric' as const, range: { from: sequence, to: sequence } }];
  return { sender: from, marks, payload: { kind: 'metrics', ticks } };
}

export function snapshotsEntry(
  sequence: number,
  snapshots: readonly ProcessSnapshot[],
  from = sender,
): LogEntry {
  const marks = [{ dataClass: 'process' as const, range: { from: sequence, to: sequence } }];
  return { sender: from, marks, payload: { kind: 'processes', snapshots } };
}

export function processSample(pid: number, changes: Partial<ProcessSample> = {}): ProcessSample {
  return {
    pid,
    startTimeMs: t0 - 1000 * pid,
    parentPid: 1,
    name: `p${pid}`,
    command: `/bin/p${pid} --ü 集`,
    user: 'u',
    uid: 1000,
    threads: 3,
    state: 'R',
    cpuRatio: 0.25,
    memoryRatio: 0.0123,
    residentBytes: 123 * 1024,
    readBytesPerSecond: null,
    writeBytesPerSecond: 10.5,
    job: '77',
    step: null,
    localRank: 0,
    outsideJob: false,
    allowedCpus: '0-3',
    waitChannel: null,
    voluntarySwitchesPerSecond: 12,
    involuntarySwitchesPerSecond: null,
    gpuMemoryBytes: null,
    ...changes,
  };
}

export function snapshot(timeMs: number, processes: readonly ProcessSample[]): ProcessSnapshot {
  return { timeMs, processCount: 400, zombieCount: 1, uninterruptibleCount: 2, processes };
}
