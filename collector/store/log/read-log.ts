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

export function readLog(bytes: Buffer): LogSegment {
  const { head, records } = readSegment(bytes);
  return { number: numberOf(head), items: items(records) };
}

function* items(records: ReturnType<typeof readSegment>['records']): Generator<LogEntry | DamagedStretch> {
  const decoder = new EntryDecoder();
  const contents: HeldBySender[] = [];
  const data: { readonly type: number; readonly payload: Buffer }[] = [];
  let isDamaged = false;
  // Definitions are there twice, so all of them are read before anything that needs them.
  for (const record of records) {
    if ('damaged' in record) {
      isDamaged = true;
      yield record;
    } else if (record.type === recordType.contents) {
      contents.push(...readContents(record.payload));
    } else if (!decoder.define(record.type, record.payload)) {
      data.push(record);
    }
  }
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

function numberOf(head: unknown): number | undefined {
  if (typeof head !== 'object' || head === null || !('number' in head)) return undefined;
  return typeof head.number === 'number' ? head.number : undefined;
}
