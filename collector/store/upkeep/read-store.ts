// In: the folder of a store or of a backup, which a collector may be using. Out: its samples, read from the files and from
// the part of the log that is not in them yet. Nothing is locked and nothing is changed.
// The log is read first: what moves on meanwhile is in the files then, and samples of one time are taken once.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { systemClock } from '../../../shared/clock.ts';
import { errorCode, StartError } from '../../../shared/errors.ts';
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import { catalogFile } from '../catalog/open-catalog.ts';
import { Head } from '../head/head.ts';
import { selectHead } from '../head/head-samples.ts';
import { listSegments } from '../log/log-folder.ts';
import { readLog } from '../log/read-log.ts';
import { SeriesLists } from '../log/series-lists.ts';
import { listPartitions } from '../partitions/partition-folder.ts';
import { PartitionReader } from '../partitions/partition-reader.ts';
import { selectSamples, seriesOfNode } from '../read/metric-selections.ts';
import { type OnDamage, StoreFiles } from '../read/store-files.ts';
import type { SeriesData, SeriesSelection } from '../store.ts';
import { createTurns } from '../turns.ts';
import { logFolder } from './store-folder.ts';

const turnMs = 20;

export interface OpenedFolder {
  /** Of all that is in it, in the order of their names. */
  readonly nodes: readonly string[];
  /** Nothing lies outside of it, ms; null: there is nothing. */
  readonly span: { readonly fromMs: number; readonly toMs: number } | null;
  series(node: string): readonly SeriesDefinition[];
  select(selection: SeriesSelection): Promise<readonly SeriesData[]>;
  close(): void;
}

/** Throws StartError when there is no store in it. */
export async function readStoreFolder(root: string, onDamage: OnDamage): Promise<OpenedFolder> {
  if (!existsSync(catalogFile(root))) {
    throw new StartError(
      `data folder ${root}: there is no store in it`,
      'Name the data folder of a collector, or the folder of a backup: --data FOLDER.',
    );
  }
  const nodes = new Set<string>();
  const span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };
  const widen = (fromMs: number, toMs: number): void => {
    span.fromMs = Math.min(span.fromMs, fromMs);
    span.toMs = Math.max(span.toMs, toMs);
  };
  const head = await readLogs(root, (node, timeMs) => {
    nodes.add(node);
    widen(timeMs, timeMs);
  });
  for (const partition of listPartitions(root, ['hot', 'raw'])) {
    widen(partition.fromMs, partition.toMs);
    try {
      const reader = PartitionReader.open(root, partition);
      for (const name of reader.dictionary.nodeNames()) nodes.add(name);
      reader.close();
    } catch (error) {
      onDamage(partition.path, error);
    }
  }
  const files = new StoreFiles(root, onDamage);
  return {
    span: span.fromMs <= span.toMs ? span : null,
    nodes: [...nodes].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    series: (node) => {
      const known = new Map(seriesOfNode(files, node).map((one) => [keyOf(one), one]));
      for (const one of head.series(node, undefined)) known.set(keyOf(one), one);
      return [...known.values()];
    },
    async select(selection) {
      const yieldTurn = createTurns(turnMs);
      return selectSamples(files, selection, {
        head: await selectHead(head, selection, yieldTurn),
        yieldTurn,
      });
    },
    close: () => files.close(),
  };
}

function keyOf({ metric, labels }: SeriesDefinition): string {
  return JSON.stringify([metric, ...Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

async function readLogs(root: string, onTick: (node: string, timeMs: number) => void): Promise<Head> {
  const head = new Head(new SeriesLists(), systemClock);
  const folder = logFolder(root);
  for (const { number, path } of existsSync(folder) ? listSegments(folder) : []) {
    for (const item of readLog(await bytesOf(path))) {
      if (!('marks' in item)) continue;
      if (item.payload?.kind === 'metrics') {
        for (const { timeMs } of item.payload.ticks) onTick(item.sender.node, timeMs);
      }
      head.add(number, item);
    }
  }
  return head;
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    // Flushed meanwhile.
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
