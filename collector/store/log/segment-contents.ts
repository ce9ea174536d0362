// In: the entries of a segment. Out: what it holds, sender by sender, as records at its end: by these a reader knows
// exactly what a damaged stretch took.
//
// Invariant: what was not written is in no part: `forget` takes back what came since the last `keep`.
import type { DataClass, Sender, SequenceRange } from '../../../shared/model/delivery.ts';
import type { LogEntry, Mark } from './log-entry.ts';

/** Numbers of one class of one sender that follow each other, each of as many items as the others. */
export interface HeldRange {
  readonly range: SequenceRange;
  readonly count: number;
  readonly fromTimeMs: number;
  readonly toTimeMs: number;
}

export interface HeldBySender {
  readonly sender: Sender;
  readonly dataClass: DataClass;
  readonly held: readonly HeldRange[];
}

const sendersPerRecord = 500;

interface Growing extends HeldBySender {
  readonly held: HeldRange[];
}

export class SegmentContents {
  readonly #parts = new Map<string, Growing>();
  #fresh: LogEntry[] = [];

  add(entry: LogEntry): void {
    this.#fresh.push(entry);
  }

  forget(): void {
    this.#fresh = [];
  }

  keep(): void {
    for (const entry of this.#fresh) {
      for (const [place, mark] of entry.marks.entries()) this.#keep(entry, mark, place);
    }
    this.#fresh = [];
  }

  /** The payloads of its records. */
  *parts(): Generator<Buffer> {
    const all = [...this.#parts.values()];
    for (let from = 0; from < all.length; from += sendersPerRecord) {
      yield Buffer.from(JSON.stringify(all.slice(from, from + sendersPerRecord).map(packed)));
    }
  }

  #keep(entry: LogEntry, { dataClass, range }: Mark, place: number): void {
    const { sender } = entry;
    const key = `${sender.node} ${sender.spoolId} ${dataClass}`;
    let growing = this.#parts.get(key);
    if (growing === undefined) {
      growing = { sender, dataClass, held: [] };
      this.#parts.set(key, growing);
    }
    const { held } = growing;
    const fresh = { range, ...itemsOf(entry, place) };
    const last = held.at(-1);
    const joined = last === undefined ? undefined : join(last, fresh);
    if (joined === undefined) held.push(fresh);
    else held[held.length - 1] = joined;
  }
}

export function readContents(payload: Buffer): readonly HeldBySender[] {
  const rows = JSON.parse(payload.toString('utf8')) as PackedHeld[];
  return rows.map(([node, spoolId, dataClass, flat]) => ({
    sender: { node, spoolId },
    dataClass,
    held: flat.map(([from, to, count, fromTimeMs, toTimeMs]) => ({
      range: { from, to },
      count,
      fromTimeMs,
      toTimeMs,
    })),
  }));
}

type PackedHeld = [
  node: string,
  spoolId: string,
  dataClass: DataClass,
  held: [from: number, to: number, count: number, fromTimeMs: number, toTimeMs: number][],
];

function packed({ sender, dataClass, held }: HeldBySender): PackedHeld {
  const flat = held.map(({ range, count, fromTimeMs, toTimeMs }) => [
    range.from,
    range.to,
    count,
    fromTimeMs,
    toTimeMs,
  ]);
  return [sender.node, sender.spoolId, dataClass, flat as PackedHeld[3]];
}

/** What the numbers of one mark stand for. The first mark is the entry's own, a second one that of a loss. */
export function itemsOf({ marks, payload }: LogEntry, place: number): Omit<HeldRange, 'range'> {
  if (payload === null) return { count: 1, fromTimeMs: 0, toTimeMs: 0 };
  switch (payload.kind) {
    case 'metrics':
      return spanOf(payload.ticks);
    case 'processes':
      return spanOf(payload.snapshots);
    case 'inventory':
      return spanOf([payload.inventory]);
    case 'gap': {
      const { fromTimeMs, toTimeMs, count } = payload.gap;
      return { count: place === marks.length - 1 ? count : 1, fromTimeMs, toTimeMs };
    }
  }
}

function spanOf(items: readonly { readonly timeMs: number }[]): Omit<HeldRange, 'range'> {
  const first = items[0]?.timeMs ?? 0;
  return { count: items.length, fromTimeMs: first, toTimeMs: items.at(-1)?.timeMs ?? first };
}

function join(last: HeldRange, next: HeldRange): HeldRange | undefined {
  const numbers = last.range.to - last.range.from + 1;
  if (next.range.from !== last.range.to + 1 || next.range.to !== next.range.from) return undefined;
  if (last.count !== next.count * numbers) return undefined;
  return {
    range: { from: last.range.from, to: next.range.to },
    count: last.count + next.count,
    fromTimeMs: Math.min(last.fromTimeMs, next.fromTimeMs),
    toTimeMs: Math.max(last.toTimeMs, next.toTimeMs),
  };
}
