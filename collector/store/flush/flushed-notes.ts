// In: the entries of a segment of the log. Out: what the catalog must note of them: numbers, declared losses, inventories,
// names of nodes.
import {
  type DataClass,
  dataClasses,
  type Gap,
  type Sender,
  type SequenceRange,
} from '../../../shared/model/delivery.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import type { FlushedPosition, FlushedRecords } from '../catalog/flushed-records.ts';
import type { LogEntry } from '../log/log-entry.ts';
import { isOutdated } from './outdated.ts';

interface Position {
  readonly sender: Sender;
  readonly dataClass: DataClass;
  readonly ranges: SequenceRange[];
  lastTimeMs: number;
}

interface Outdated {
  readonly node: string;
  readonly dataClass: DataClass;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export class FlushedNotes {
  readonly #positions = new Map<string, Position>();
  readonly #gaps: { node: string; gap: Gap }[] = [];
  readonly #inventories = new Map<string, Inventory>();
  readonly #nodes = new Set<string>();
  readonly #outdated = new Map<string, Outdated>();
  readonly #oldestMs: number;

  /** What is older is kept nowhere, and is declared lost. */
  constructor(oldestMs: number) {
    this.#oldestMs = oldestMs;
  }

  add({ sender, marks, payload }: LogEntry): void {
    this.#nodes.add(sender.node);
    const timeMs = newestTime(payload);
    for (const { dataClass, range } of marks) this.#note(sender, dataClass, range, timeMs);
    if (payload?.kind === 'gap') this.#gaps.push({ node: sender.node, gap: payload.gap });
    if (payload?.kind === 'metrics') this.#noteOutdated(sender.node, 'metric', payload.ticks);
    if (payload?.kind === 'processes') this.#noteOutdated(sender.node, 'process', payload.snapshots);
    if (payload?.kind === 'inventory') this.#inventories.set(sender.node, payload.inventory);
  }

  records(segment: number): FlushedRecords {
    return {
      segment,
      positions: Array.from(this.#positions.values(), toFlushed),
      gaps: [...this.#gaps, ...Array.from(this.#outdated.values(), toGap)],
      inventories: Array.from(this.#inventories, ([node, inventory]) => ({ node, inventory })),
      nodes: this.#nodes,
    };
  }

  #noteOutdated(
    node: string,
    dataClass: 'metric' | 'process',
    items: readonly { readonly timeMs: number }[],
  ): void {
    for (const { timeMs } of items) {
      if (!isOutdated(timeMs, this.#oldestMs)) continue;
      const key = `${dataClass} ${node}`;
      const known = this.#outdated.get(key) ?? { node, dataClass, count: 0, fromMs: timeMs, toMs: timeMs };
      this.#outdated.set(key, {
        ...known,
        count: known.count + 1,
        fromMs: Math.min(known.fromMs, timeMs),
        toMs: Math.max(known.toMs, timeMs),
      });
    }
  }

  #note(sender: Sender, dataClass: DataClass, range: SequenceRange, timeMs: number): void {
    const key = `${dataClasses.indexOf(dataClass)} ${sender.spoolId} ${sender.node}`;
    let position = this.#positions.get(key);
    if (position === undefined) {
      position = { sender, dataClass, ranges: [], lastTimeMs: 0 };
      this.#positions.set(key, position);
    }
    position.lastTimeMs = Math.max(position.lastTimeMs, timeMs);
    const last = position.ranges.at(-1);
    if (last?.to === range.from - 1)
      position.ranges[position.ranges.length - 1] = { from: last.from, to: range.to };
    else position.ranges.push(range);
  }
}

function toGap({ node, dataClass, count, fromMs, toMs }: Outdated): { node: string; gap: Gap } {
  const gap = { dataClass, fromTimeMs: fromMs, toTimeMs: toMs, count, reason: 'outdated', sequences: null };
  return { node, gap };
}

function toFlushed({ sender, dataClass, ranges, lastTimeMs }: Position): FlushedPosition {
  const { node, spoolId } = sender;
  return { node, spoolId, dataClass, ranges, lastTimeMs };
}

function newestTime(payload: LogEntry['payload']): number {
  if (payload === null) return 0;
  switch (payload.kind) {
    case 'metrics':
      return payload.ticks.reduce((newest, { timeMs }) => Math.max(newest, timeMs), 0);
    case 'processes':
      return payload.snapshots.reduce((newest, { timeMs }) => Math.max(newest, timeMs), 0);
    case 'inventory':
      return payload.inventory.timeMs;
    case 'gap':
      return payload.gap.toTimeMs;
  }
}
