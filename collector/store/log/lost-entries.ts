// In: the entries that were read of a damaged segment, and what it held. Out: what is missing, as declared losses.
import type { SequenceRange } from '../../../shared/model/delivery.ts';
import type { LogEntry } from './log-entry.ts';
import type { HeldBySender, HeldRange } from './segment-contents.ts';

export function* lostEntries(found: readonly LogEntry[], held: readonly HeldBySender[]): Generator<LogEntry> {
  const present = new Map<string, SequenceRange[]>();
  for (const { sender, marks } of found) {
    for (const { dataClass, range } of marks) {
      const key = `${sender.node} ${sender.spoolId} ${dataClass}`;
      const ranges = present.get(key);
      if (ranges === undefined) present.set(key, [range]);
      else ranges.push(range);
    }
  }
  for (const { sender, dataClass, held: parts } of held) {
    const ranges = present.get(`${sender.node} ${sender.spoolId} ${dataClass}`) ?? [];
    ranges.sort((a, b) => a.from - b.from);
    for (const part of parts) {
      for (const range of missing(part.range, ranges)) yield lost({ sender, dataClass, part, range });
    }
  }
}

interface Lost extends Pick<HeldBySender, 'sender' | 'dataClass'> {
  readonly part: HeldRange;
  readonly range: SequenceRange;
}

function lost({ sender, dataClass, part, range }: Lost): LogEntry {
  const numbers = range.to - range.from + 1;
  const count = Math.round((part.count * numbers) / (part.range.to - part.range.from + 1));
  const { fromTimeMs, toTimeMs } = part;
  const gap = { dataClass, fromTimeMs, toTimeMs, count, reason: 'damaged', sequences: range };
  return { sender, marks: [{ dataClass, range }], payload: { kind: 'gap', gap } };
}

/** `present` ascends by `from`. */
function missing({ from, to }: SequenceRange, present: readonly SequenceRange[]): SequenceRange[] {
  const parts: SequenceRange[] = [];
  let next = from;
  for (const range of present) {
    if (range.from > to) break;
    if (range.from > next) parts.push({ from: next, to: range.from - 1 });
    next = Math.max(next, range.to + 1);
  }
  if (next <= to) parts.push({ from: next, to });
  return parts;
}
