// In: the bytes of a segment of the log, damaged or not. Out: its entries in the order in which they were stored, then
// what is lost of it as gaps with reason `damaged`; damaged stretches are told by their place.
// It imports nothing of the main thread: whoever flushes a segment reads it by this, too.
//
// A stretch that is damaged at the end of a segment that was never closed is what a crash leaves: nothing of it was
// acknowledged. What was lost in any other stretch is known by the segment's contents; a segment that was never closed
// has none, and what is missing there is found out by the sender's next greeting.
import {
  type DamagedStretch,
  readSegment,
  type Segment,
  type SegmentRecord,
} from '../../../shared/segment-file/segment-reader.ts';
import { FloatRoom } from '../columns/float-room.ts';
import { EntryDecoder } from './entry-decoder.ts';
import { type LogEntry, recordType } from './log-entry.ts';
import { lostEntries } from './lost-entries.ts';
import { type HeldBySender, readContents } from './segment-contents.ts';
import { requireFormat } from './segment-head.ts';

/** Of a node. Entries of lower numbers come first; those of one node stay in the order in which they were stored. */
export type OrderOf = (node: string) => number;

/** Throws StartError for a segment of another format. */
export function readLog(bytes: Buffer): Iterable<LogEntry | DamagedStretch> {
  return withoutTurns(items(recordsOf(bytes)));
}

/**
 * The same, node by node. After those of one order comes 'next', and now and then a 'turn': a good moment to let others
 * do something. The values of ticks are there until what comes after a 'next' is asked for: then their memory is used again.
 */
export function readLogByNode(bytes: Buffer, orderOf: OrderOf): Iterable<LogItem> {
  return items(recordsOf(bytes), orderOf);
}

type Records = Segment['records'];

function recordsOf(bytes: Buffer): Records {
  const { head, records } = readSegment(bytes);
  requireFormat(head);
  return records;
}

type LogItem = LogEntry | DamagedStretch | typeof turn | typeof next;

const turn = 'turn';
const next = 'next';
const recordsPerTurn = 2_000;
const entriesPerTurn = 64;

function* withoutTurns(all: Iterable<LogItem>): Generator<LogEntry | DamagedStretch> {
  for (const item of all) if (item !== turn && item !== next) yield item;
}

function* items(records: Records, orderOf?: OrderOf): Generator<LogItem> {
  const room = orderOf === undefined ? undefined : new FloatRoom();
  const decoder = new EntryDecoder(room);
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
  const lots = orderOf === undefined ? [data] : yield* lotsByNode(data, decoder, orderOf);
  const found: LogEntry[] = [];
  for (const lot of lots) {
    for (const [place, { type, payload }] of lot.entries()) {
      if (place % entriesPerTurn === 0) yield turn;
      const entry = decoder.decode(type, payload);
      if (entry === undefined) continue;
      if (isDamaged) found.push({ ...entry, payload: null });
      yield entry;
    }
    yield next;
    room?.clear();
  }
  if (isDamaged) yield* lostEntries(found, contents.length > 0 ? contents : decoder.unreadable());
}

type DataRecord = Pick<SegmentRecord, 'type' | 'payload'>;

/** Records of each order, ascending; those of nobody come first. */
function* lotsByNode(
  data: readonly DataRecord[],
  decoder: EntryDecoder,
  orderOf: OrderOf,
): Generator<typeof turn, readonly (readonly DataRecord[])[]> {
  const lots = new Map<number, DataRecord[]>();
  for (const [place, record] of data.entries()) {
    if (place % recordsPerTurn === 0) yield turn;
    const node = decoder.nodeOf(record.type, record.payload);
    const order = node === undefined ? -1 : orderOf(node);
    const lot = lots.get(order);
    if (lot === undefined) lots.set(order, [record]);
    else lot.push(record);
  }
  return [...lots].sort(([left], [right]) => left - right).map(([, lot]) => lot);
}
