// In: the bytes of a segment of the log, damaged or not. Out: its entries in the order in which they were stored, then
// what is lost of it as gaps with reason `damaged`; damaged stretches are told by their place.
// It imports nothing of the main thread: whoever flushes a segment reads it by this, too.
//
// A stretch that is damaged at the end of a segment that was never closed is what a crash leaves: nothing of it was
// acknowledged. What was lost in any other stretch is known by the segment's contents; a segment that was never closed
// has none, and what is missing there is found out by the sender's next greeting.
import { type DamagedStretch, readSegment } from '../../../shared/segment-file/segment-reader.ts';
import { EntryDecoder } from './entry-decoder.ts';
import { type LogEntry, recordType } from './log-entry.ts';
import { lostEntries } from './lost-entries.ts';
import { type HeldBySender, readContents } from './segment-contents.ts';

export interface LogSegment {
  /** undefined when the head is damaged. */
  readonly number: number | undefined;
  readonly items: Iterable<LogEntry | DamagedStretch>;
}

/** Of a node. Entries of lower numbers come first; those of one node stay in the order in which they were stored. */
export type OrderOf = (node: string) => number;

export function readLog(bytes: Buffer): LogSegment {
  const { head, records } = readSegment(bytes);
  return { number: numberOf(head), items: withoutTurns(items(records)) };
}

/** The same, node by node. Now and then a 'turn' comes in between: a good moment to let others do something. */
export function readLogByNode(
  bytes: Buffer,
  orderOf: OrderOf,
): Iterable<LogEntry | DamagedStretch | typeof turn> {
  return items(readSegment(bytes).records, orderOf);
}

const turn = 'turn';
const recordsPerTurn = 2_000;

function* withoutTurns(
  all: Iterable<LogEntry | DamagedStretch | typeof turn>,
): Generator<LogEntry | DamagedStretch> {
  for (const item of all) if (item !== turn) yield item;
}

function* items(
  records: ReturnType<typeof readSegment>['records'],
  orderOf?: OrderOf,
): Generator<LogEntry | DamagedStretch | typeof turn> {
  const decoder = new EntryDecoder();
  const contents: HeldBySender[] = [];
  const data: DataRecord[] = [];
  let isDamaged = false;
  // Definitions are there twice, so all of them are read before anything that needs them.
  let count = 0;
  for (const record of records) {
    count += 1;
    if (count % recordsPerTurn === 0) yield turn;
    if ('damaged' in record) {
      isDamaged = true;
      yield record;
    } else if (record.type === recordType.contents) {
      contents.push(...readContents(record.payload));
    } else if (!decoder.define(record.type, record.payload)) {
      data.push(record);
    }
  }
  if (orderOf !== undefined) sortByNode(data, decoder, orderOf);
  const entries = function* (): Generator<LogEntry> {
    for (const { type, payload } of data) {
      const entry = decoder.decode(type, payload);
      if (entry !== undefined) yield entry;
    }
  };
  if (!isDamaged) return yield* entries();
  const found: LogEntry[] = [];
  for (const entry of entries()) {
    found.push({ ...entry, payload: null });
    yield entry;
  }
  yield* lostEntries(found, contents.length > 0 ? contents : decoder.unreadable());
}

interface DataRecord {
  readonly type: number;
  readonly payload: Buffer;
  /** Where it comes when they are sorted. */
  order?: number;
}

function sortByNode(data: DataRecord[], decoder: EntryDecoder, orderOf: OrderOf): void {
  const known = new Map<string, number>();
  for (const record of data) {
    const node = decoder.nodeOf(record.type, record.payload);
    if (node === undefined) continue;
    const order = known.get(node) ?? orderOf(node);
    known.set(node, order);
    record.order = order;
  }
  data.sort((left, right) => (left.order ?? 0) - (right.order ?? 0));
}

function numberOf(head: unknown): number | undefined {
  if (typeof head !== 'object' || head === null || !('number' in head)) return undefined;
  return typeof head.number === 'number' ? head.number : undefined;
}
