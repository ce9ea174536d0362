// In: entries, in the order in which they are stored. Out: records of one segment, appended to its file. What is said
// more than once is defined once: senders, series, lists of series, processes.
// It refuses (RangeError) times that are no whole numbers; then nothing is written and nothing has changed.
//
// Invariants: whatever a record refers to is defined before it; each definition is written once more with a later
// group, so that one damaged stretch takes no other record's meaning with it.

import type { Sender } from '../../../shared/model/delivery.ts';
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { SegmentWriter } from '../../../shared/segment-file/segment-writer.ts';
import { chainLength, type LogEntry, recordType } from './log-entry.ts';
import { RecordWriter } from './record-writer.ts';
import { SegmentContents } from './segment-contents.ts';
import { continues, noSeries, type SeriesList, type SeriesLists } from './series-lists.ts';
import { SnapshotWriter } from './snapshot-bytes.ts';
import { writeTokens } from './tick-tokens.ts';

interface SenderState {
  readonly number: number;
  /** Ticks since the last one that stands alone, that one included; 0: the next one must. */
  tickChain: number;
  /** Records since one began with such a tick. */
  tickRecords: number;
  list: SeriesList;
  values: Float64Array;
  timeMs: number;
  snapshotChain: number;
  snapshots: SnapshotWriter | undefined;
}

interface Definition {
  readonly type: number;
  readonly payload: Buffer;
}

const nothing = new Float64Array(0);
/** So many definitions of series in one record. */
const seriesPerRecord = 256;

export class SegmentEncoder {
  readonly #file: SegmentWriter;
  readonly #lists: SeriesLists;
  readonly #contents = new SegmentContents();
  readonly #writer = new RecordWriter();
  #senders = new Map<string, Map<string, SenderState>>();
  #seriesNumbers = new Map<SeriesDefinition, number>();
  #listNumbers = new Map<SeriesList, number>();
  #nextSender = 0;
  #nextSeries = 0;
  #nextList = 1;
  #copies: Definition[] = [];

  constructor(file: SegmentWriter, lists: SeriesLists) {
    this.#file = file;
    this.#lists = lists;
  }

  append(entry: LogEntry): void {
    const { sender, marks, payload } = entry;
    const sequence = marks[0]?.range.from ?? 0;
    if (payload?.kind === 'metrics') checkTimes(payload.ticks);
    if (payload?.kind === 'processes') checkTimes(payload.snapshots);
    const state = this.#stateOf(sender);
    if (payload?.kind === 'metrics') this.#appendTicks(state, sequence, payload.ticks);
    else if (payload?.kind === 'processes') {
      this.#appendSnapshots(state, sequence, payload.snapshots);
      entry.packed = this.#writer.copy();
    } else {
      const content = JSON.stringify([state.number, marks, payload]);
      this.#file.append(recordType.entry, Buffer.from(content));
    }
    this.#contents.add(state.number, entry);
  }

  /** What was appended last was not written: nothing may refer to it. */
  forget(): void {
    this.#senders = new Map();
    this.#seriesNumbers = new Map();
    this.#listNumbers = new Map();
    this.#copies = [];
    this.#contents.forget();
  }

  /** What was appended so far is in the file. */
  written(): void {
    const copies = this.#copies;
    this.#copies = [];
    for (const { type, payload } of copies) this.#file.append(type, payload);
    this.#contents.keep();
  }

  /** Writes what the segment holds; nothing may follow. */
  end(): void {
    for (const { type, payload } of this.#copies) this.#file.append(type, payload);
    for (const part of this.#contents.parts()) this.#file.append(recordType.contents, part);
  }

  #appendTicks(state: SenderState, sequence: number, ticks: readonly MetricTick[]): void {
    // Lists are defined before the record that needs them begins.
    const numbers: number[] = [];
    for (const { series } of ticks) numbers.push(this.#numberOfList(this.#lists.listOf(series)));
    const writer = this.#writer;
    if (state.tickRecords >= chainLength) state.tickChain = 0;
    writer.begin();
    writer.count(state.number);
    writer.count(sequence);
    writer.count(ticks.length);
    for (let place = 0; place < ticks.length; place += 1) {
      const tick = ticks[place];
      if (tick !== undefined) this.#writeTick(state, tick, numbers[place] ?? 0);
    }
    state.tickRecords += 1;
    this.#put(recordType.ticks, state);
  }

  #writeTick(state: SenderState, tick: MetricTick, number: number): void {
    const writer = this.#writer;
    const list = this.#lists.listOf(tick.series);
    const isAlone = state.tickChain === 0 || (list !== state.list && !continues(list, state.list));
    const chain = isAlone ? 0 : state.tickChain;
    const length = Math.min(tick.values.length, list.series.length);
    writer.count(chain);
    writer.signed(tick.timeMs - (isAlone ? 0 : state.timeMs));
    writer.count(number);
    writer.count(length);
    const before = isAlone ? nothing : state.values;
    writeTokens(writer, tick.values, { length, scales: list.scales, before });
    if (isAlone) state.tickRecords = 0;
    state.tickChain = chain + 1;
    state.list = list;
    state.values = tick.values.length === length ? tick.values : tick.values.subarray(0, length);
    state.timeMs = tick.timeMs;
  }

  #appendSnapshots(state: SenderState, sequence: number, snapshots: readonly ProcessSnapshot[]): void {
    state.snapshots ??= new SnapshotWriter();
    const chain = state.snapshotChain >= chainLength ? 0 : state.snapshotChain;
    if (chain === 0) state.snapshots.begin();
    const writer = this.#writer;
    writer.begin();
    writer.count(state.number);
    writer.count(sequence);
    writer.count(chain);
    writer.count(snapshots.length);
    for (const snapshot of snapshots) state.snapshots.write(writer, snapshot);
    state.snapshotChain = chain + 1;
    this.#put(recordType.snapshots, state);
  }

  /** What was written last. When it is too much for a record, nothing may build on it. */
  #put(type: number, state: SenderState): void {
    try {
      this.#file.append(type, this.#writer.take());
    } catch (error) {
      state.tickChain = 0;
      state.snapshotChain = 0;
      throw error;
    }
  }

  #stateOf({ node, spoolId }: Sender): SenderState {
    let spools = this.#senders.get(node);
    if (spools === undefined) {
      spools = new Map();
      this.#senders.set(node, spools);
    }
    const known = spools.get(spoolId);
    if (known !== undefined) return known;
    const number = this.#nextSender;
    this.#nextSender += 1;
    const state: SenderState = {
      number,
      tickChain: 0,
      tickRecords: 0,
      list: noSeries,
      values: nothing,
      timeMs: 0,
      snapshotChain: 0,
      snapshots: undefined,
    };
    spools.set(spoolId, state);
    this.#define(recordType.sender, JSON.stringify([number, node, spoolId]));
    return state;
  }

  #numberOfList(list: SeriesList): number {
    if (list === noSeries) return 0;
    const known = this.#listNumbers.get(list);
    if (known !== undefined) return known;
    const previous = list.previous === null ? 0 : (this.#listNumbers.get(list.previous) ?? 0);
    const from = previous === 0 ? 0 : (list.previous?.series.length ?? 0);
    const added = list.series.slice(from);
    this.#defineSeries(added);
    const number = this.#nextList;
    this.#nextList += 1;
    const writer = this.#writer;
    writer.begin();
    writer.count(number);
    writer.count(previous);
    writer.count(added.length);
    for (const definition of added) writer.count(this.#seriesNumbers.get(definition) ?? 0);
    this.#define(recordType.list, Buffer.from(writer.take()));
    this.#listNumbers.set(list, number);
    return number;
  }

  #defineSeries(series: readonly SeriesDefinition[]): void {
    const fresh = series.filter((definition) => !this.#seriesNumbers.has(definition));
    for (let from = 0; from < fresh.length; from += seriesPerRecord) {
      const part = fresh.slice(from, from + seriesPerRecord);
      const first = this.#nextSeries;
      for (const definition of part) {
        this.#seriesNumbers.set(definition, this.#nextSeries);
        this.#nextSeries += 1;
      }
      const rows = part.map(({ metric, kind, decimals, labels }) => [metric, kind, decimals, labels]);
      this.#define(recordType.series, JSON.stringify([first, rows]));
    }
  }

  #define(type: number, content: string | Buffer): void {
    const payload = typeof content === 'string' ? Buffer.from(content) : content;
    this.#file.append(type, payload);
    this.#copies.push({ type, payload });
  }
}

function checkTimes(items: readonly { readonly timeMs: number }[]): void {
  for (const { timeMs } of items) {
    if (!Number.isSafeInteger(timeMs) || timeMs < 0) throw new RangeError(`a time of ${timeMs} ms`);
  }
}
