// In: the entries of a segment. Out: what it holds, sender by sender, as records at its end: by these a reader knows
// exactly what a damaged stretch took.
//
// Invariant: what was not written is in no part: `forget` takes back what came since the last `keep`.
import {
  type DataClass,
  dataClasses,
  type Gap,
  type Sender,
  type SequenceRange,
} from '../../../shared/model/delivery.ts';
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

/** As `HeldRange`, and growing. */
type Held = [from: number, to: number, count: number, fromTimeMs: number, toTimeMs: number];
type PackedHeld = [node: string, spoolId: string, dataClass: DataClass, held: readonly Held[]];

interface Growing {
  readonly sender: Sender;
  readonly dataClass: DataClass;
  readonly held: Held[];
}

/** Most senders have one range for each class. */
const rangesPerRecord = 1000;

export class SegmentContents {
  readonly #parts = new Map<number, Growing>();
  #fresh: LogEntry[] = [];
  #freshSenders: number[] = [];

  /** `number`: of the sender. One sender may have several. */
  add(number: number, entry: LogEntry): void {
    this.#fresh.push(entry);
    this.#freshSenders.push(number);
  }

  forget(): void {
    this.#fresh = [];
    this.#freshSenders = [];
  }

  keep(): void {
    for (let place = 0; place < this.#fresh.length; place += 1) {
      const entry = this.#fresh[place];
      if (entry === undefined) continue;
      for (const mark of entry.marks) this.#keep(this.#freshSenders[place] ?? 0, entry, mark);
    }
    this.forget();
  }

  /** The payloads of its records. */
  *parts(): Generator<Buffer> {
    let rows: PackedHeld[] = [];
    let ranges = 0;
    for (const { sender, dataClass, held } of this.#parts.values()) {
      for (let from = 0; from < held.length; from += rangesPerRecord) {
        const part = held.slice(from, from + rangesPerRecord);
        rows.push([sender.node, sender.spoolId, dataClass, part]);
        ranges += part.length;
        if (ranges < rangesPerRecord) continue;
        yield Buffer.from(JSON.stringify(rows));
        rows = [];
        ranges = 0;
      }
    }
    if (rows.length > 0) yield Buffer.from(JSON.stringify(rows));
  }

  #keep(number: number, entry: LogEntry, mark: Mark): void {
    const key = number * dataClasses.length + dataClasses.indexOf(mark.dataClass);
    let growing = this.#parts.get(key);
    if (growing === undefined) {
      growing = { sender: entry.sender, dataClass: mark.dataClass, held: [] };
      this.#parts.set(key, growing);
    }
    const fresh = heldOf(entry, mark);
    const last = growing.held.at(-1);
    if (last === undefined || !join(last, fresh)) growing.held.push(fresh);
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

/** What the numbers of a mark stand for: one batch, or those of a loss. */
function heldOf({ marks, payload }: LogEntry, mark: Mark): Held {
  const { from, to } = mark.range;
  if (payload === null) return [from, to, 1, 0, 0];
  switch (payload.kind) {
    case 'metrics': {
      const { ticks } = payload;
      return [from, to, ticks.length, ticks[0]?.timeMs ?? 0, ticks.at(-1)?.timeMs ?? 0];
    }
    case 'processes': {
      const { snapshots } = payload;
      return [from, to, snapshots.length, snapshots[0]?.timeMs ?? 0, snapshots.at(-1)?.timeMs ?? 0];
    }
    case 'inventory':
      return [from, to, 1, payload.inventory.timeMs, payload.inventory.timeMs];
    case 'gap': {
      const { count, fromTimeMs, toTimeMs } = payload.gap;
      const lost = marks.filter((other) => isLost(payload.gap, other));
      const numbers = lost.reduce((sum, other) => sum + sizeOf(other), 0);
      const share = isLost(payload.gap, mark) ? Math.round((count * sizeOf(mark)) / numbers) : 1;
      return [from, to, share, fromTimeMs, toTimeMs];
    }
  }
}

/** The other marks of an entry are its own numbers. */
function isLost({ dataClass, sequences }: Gap, mark: Mark): boolean {
  if (sequences === null || mark.dataClass !== dataClass) return false;
  return mark.range.from >= sequences.from && mark.range.to <= sequences.to;
}

function sizeOf({ range }: Mark): number {
  return range.to - range.from + 1;
}

/** Adds the next one to the last one, when it follows and each number is of as many items. */
function join(last: Held, next: Held): boolean {
  const [from, to, count, fromTimeMs, toTimeMs] = next;
  if (from !== last[1] + 1 || to !== from || last[2] !== count * (last[1] - last[0] + 1)) return false;
  last[1] = to;
  last[2] += count;
  last[3] = Math.min(last[3], fromTimeMs);
  last[4] = Math.max(last[4], toTimeMs);
  return true;
}
