// In: whole records of one segment, definitions first. Out: entries. A record that continues what was damaged cannot be
// read: it gives nothing, and is told in the end.
import type { Sender } from '../../../shared/model/delivery.ts';
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import type { FloatRoom } from '../columns/float-room.ts';
import { type LogEntry, type LogPayload, type Mark, recordType } from './log-entry.ts';
import { RecordReader } from './record-reader.ts';
import type { HeldBySender } from './segment-contents.ts';
import { readSnapshots, SnapshotReader } from './snapshot-bytes.ts';
import { readTokens, scaledValues } from './tick-tokens.ts';

interface List {
  readonly series: readonly SeriesDefinition[];
  readonly scales: Float64Array;
}

interface PackedList {
  readonly previous: number;
  readonly added: readonly number[];
}

interface SenderState {
  readonly sender: Sender;
  tickChain: number;
  values: Float64Array;
  /** The values times the scales. */
  scaled: Float64Array;
  scales: Float64Array;
  timeMs: number;
  snapshotChain: number;
  readonly snapshots: SnapshotReader;
}

type SeriesRow = [
  metric: string,
  kind: SeriesDefinition['kind'],
  decimals: number,
  labels: SeriesDefinition['labels'],
];

const nothing = new Float64Array(0);
const noList: List = { series: [], scales: nothing };

export class EntryDecoder {
  readonly #room: FloatRoom | undefined;
  readonly #reader = new RecordReader();
  readonly #senders = new Map<number, SenderState>();
  readonly #series: SeriesDefinition[] = [];
  readonly #packedLists = new Map<number, PackedList>();
  readonly #lists = new Map<number, List>([[0, noList]]);
  readonly #unreadable: HeldBySender[] = [];

  /** `room`: where the values of ticks are to be. */
  constructor(room?: FloatRoom) {
    this.#room = room;
  }

  /** False when it is no definition. A definition comes twice. */
  define(type: number, payload: Buffer): boolean {
    if (type === recordType.sender) {
      const [number, node, spoolId] = JSON.parse(payload.toString('utf8')) as [number, string, string];
      if (!this.#senders.has(number)) this.#senders.set(number, newState({ node, spoolId }));
    } else if (type === recordType.series) {
      const [first, rows] = JSON.parse(payload.toString('utf8')) as [number, SeriesRow[]];
      for (const [place, [metric, kind, decimals, labels]] of rows.entries()) {
        this.#series[first + place] ??= { metric, kind, decimals, labels };
      }
    } else if (type === recordType.list) {
      this.#defineList(payload);
    } else {
      return false;
    }
    return true;
  }

  /** Whose record it is; undefined when that is not known. */
  nodeOf(type: number, payload: Buffer): string | undefined {
    if (type === recordType.entry)
      return this.#senders.get(Number.parseInt(payload.toString('latin1', 1, 12), 10))?.sender.node;
    this.#reader.open(payload);
    return this.#senders.get(this.#reader.count())?.sender.node;
  }

  /** undefined when it cannot be read. */
  decode(type: number, payload: Buffer): LogEntry | undefined {
    if (type === recordType.entry) return this.#decodeEntry(payload);
    this.#reader.open(payload);
    const state = this.#senders.get(this.#reader.count());
    if (state === undefined) return undefined;
    const sequence = this.#reader.count();
    return type === recordType.ticks
      ? this.#decodeTicks(state, sequence)
      : this.#decodeSnapshots(state, sequence);
  }

  /** Batches that could not be read although their records are whole. */
  unreadable(): readonly HeldBySender[] {
    return this.#unreadable;
  }

  #decodeTicks(state: SenderState, sequence: number): LogEntry | undefined {
    const count = this.#reader.count();
    const ticks: MetricTick[] = [];
    for (let place = 0; place < count; place += 1) {
      const tick = this.#decodeTick(state);
      if (tick === undefined) {
        state.tickChain = -1;
        return this.#tellUnreadable(state, { dataClass: 'metric', sequence, count });
      }
      ticks.push(tick);
    }
    return entryOf(state.sender, { dataClass: 'metric', sequence, payload: { kind: 'metrics', ticks } });
  }

  #decodeTick(state: SenderState): MetricTick | undefined {
    const reader = this.#reader;
    const chain = reader.count();
    if (chain > 0 && chain !== state.tickChain) return undefined;
    const timeMs = reader.signed() + (chain === 0 ? 0 : state.timeMs);
    const list = this.#listOf(reader.count());
    if (list === undefined) return undefined;
    const before = chain === 0 ? nothing : state.values;
    const length = reader.count();
    const { scales } = list;
    const isSame = chain > 0 && state.scales === scales && state.scaled.length === length;
    const scaled = isSame ? state.scaled : scaledValues(before, scales, length);
    const values = this.#room?.take(length) ?? new Float64Array(length);
    readTokens(reader, values, { length, scales, before, scaled });
    state.scaled = scaled;
    state.scales = scales;
    state.tickChain = chain + 1;
    state.values = values;
    state.timeMs = timeMs;
    return { timeMs, series: list.series, values };
  }

  #decodeSnapshots(state: SenderState, sequence: number): LogEntry | undefined {
    const reader = this.#reader;
    const chain = reader.count();
    if (chain > 0 && chain !== state.snapshotChain) {
      state.snapshotChain = -1;
      return this.#tellUnreadable(state, { dataClass: 'process', sequence, count: reader.count() });
    }
    const snapshots = readSnapshots(reader, chain, state.snapshots);
    state.snapshotChain = chain + 1;
    const payload = { kind: 'processes', snapshots } as const;
    return { ...entryOf(state.sender, { dataClass: 'process', sequence, payload }), packed: reader.bytes };
  }

  #decodeEntry(payload: Buffer): LogEntry | undefined {
    const [number, marks, content] = JSON.parse(payload.toString('utf8')) as [
      number,
      Mark[],
      LogPayload | null,
    ];
    const state = this.#senders.get(number);
    return state === undefined ? undefined : { sender: state.sender, marks, payload: content };
  }

  #tellUnreadable(
    { sender, timeMs }: SenderState,
    { dataClass, sequence, count }: { dataClass: HeldBySender['dataClass']; sequence: number; count: number },
  ): undefined {
    const range = { from: sequence, to: sequence };
    const held = [{ range, count, fromTimeMs: timeMs, toTimeMs: timeMs }];
    this.#unreadable.push({ sender, dataClass, held });
    return undefined;
  }

  #defineList(payload: Buffer): void {
    const reader = this.#reader;
    reader.open(payload);
    const number = reader.count();
    if (this.#packedLists.has(number)) return;
    const previous = reader.count();
    const added = Array.from({ length: reader.count() }, () => reader.count());
    this.#packedLists.set(number, { previous, added });
  }

  #listOf(number: number): List | undefined {
    const known = this.#lists.get(number);
    if (known !== undefined) return known;
    const steps: PackedList[] = [];
    let before: List | undefined;
    for (let at = number; before === undefined; before = this.#lists.get(at)) {
      const packed = this.#packedLists.get(at);
      if (packed === undefined) return undefined;
      steps.unshift(packed);
      at = packed.previous;
    }
    const series = [...before.series];
    for (const place of steps.flatMap(({ added }) => added)) {
      const definition = this.#series[place];
      if (definition === undefined) return undefined;
      series.push(definition);
    }
    const list = { series, scales: Float64Array.from(series, ({ decimals }) => 10 ** decimals) };
    this.#lists.set(number, list);
    return list;
  }
}

function newState(sender: Sender): SenderState {
  return {
    sender,
    tickChain: -1,
    values: nothing,
    scaled: nothing,
    scales: nothing,
    timeMs: 0,
    snapshotChain: -1,
    snapshots: new SnapshotReader(),
  };
}

function entryOf(
  sender: Sender,
  { dataClass, sequence, payload }: { dataClass: Mark['dataClass']; sequence: number; payload: LogPayload },
): LogEntry {
  return { sender, marks: [{ dataClass, range: { from: sequence, to: sequence } }], payload };
}
