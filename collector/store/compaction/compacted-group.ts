// In: one group of nodes of a hot file. Out: the same hour in the groups of the raw file and of the minute file, merged with what
// these have. The minute file is committed first: what is in the raw file is in the roll-up too, so a crash in between only
// repeats work. Samples of one series at a time are in memory, and the chunks that wait to be written.

import { type BucketAxis, createAxis } from '../columns/bucket-axis.ts';
import { type Column, decodeChunk, encodeChunk } from '../columns/chunk-codec.ts';
import { FloatRoom } from '../columns/float-room.ts';
import { rollUpOn } from '../columns/roll-up.ts';
import { slotGrid } from '../partitions/bucket-grids.ts';
import { seriesKey } from '../partitions/dictionary.ts';
import { gather, hasSample } from '../partitions/node-columns.ts';
import type { PartitionWriter } from '../partitions/partition-writer.ts';
import type { YieldTurn } from '../turns.ts';
import { BucketRows } from './bucket-rows.ts';
import { emptyTails, type GroupTails, lastSample, noteTail } from './counter-tails.ts';
import type { HotGroup, HotRow, PlacedValues } from './hot-group.ts';
import type { KeyedSeries, TailBefore } from './previous-hour.ts';
import type { Plan, PlannedGroup, PlannedNode } from './raw-plan.ts';
import { type GroupToWrite, writeGroups } from './write-groups.ts';

export interface GroupWork {
  readonly beginMs: number;
  readonly hot: HotGroup;
  readonly plan: Plan;
  readonly raw: PartitionWriter;
  readonly minute: PartitionWriter;
  /** Numbers in the raw and the minute file by those in the hot file. */
  readonly numbers: ReadonlyMap<number, SeriesNumbers>;
  readonly tailBefore: TailBefore;
  /** The raw file stays as it is. */
  readonly onlyRollUp?: boolean;
  readonly yieldTurn: YieldTurn;
}

export interface SeriesNumbers {
  readonly raw: number;
  readonly minute: number;
}

interface Group {
  readonly planned: PlannedGroup;
  readonly chunks: [number, Uint8Array][];
  /** Which series each node has. */
  readonly seriesOfPlace: number[][];
}

export class CompactedGroup {
  readonly #work: GroupWork;
  readonly #groups: readonly Group[];
  readonly #buckets: BucketRows;
  readonly tails: GroupTails;
  readonly #axes = new Map<PlannedNode, BucketAxis>();
  readonly #room = new FloatRoom();
  #samples = 0;

  constructor(work: GroupWork) {
    this.#work = work;
    this.#groups = work.plan.groups.map((planned) => ({
      planned,
      chunks: [],
      seriesOfPlace: planned.nodes.map(() => []),
    }));
    this.tails = emptyTails(work.hot.names);
    const { reader } = work.minute;
    const slot = reader.slots().find(({ origin }) => origin === work.beginMs);
    this.#buckets = new BucketRows(reader, slot, this.#touchedNodes());
  }

  /** Samples that were written to the raw file. */
  get samples(): number {
    return this.#samples;
  }

  async run(): Promise<void> {
    const { hot, numbers, raw, yieldTurn } = this.#work;
    const inRaw = new Map<number, number | undefined>();
    for (const { planned } of this.#groups)
      for (const id of planned.existing?.series ?? []) inRaw.set(id, undefined);
    for (const id of hot.series) {
      const known = numbers.get(id);
      if (known !== undefined) inRaw.set(known.raw, id);
    }
    const ascending = [...inRaw].sort(([left], [right]) => left - right);
    for (const [number, hotNumber] of ascending) {
      const series = raw.reader.dictionary.series(number);
      if (series !== undefined) this.#addSeries({ ...series, key: seriesKey(series) }, hotNumber);
      await yieldTurn();
    }
    await this.#write();
  }

  #addSeries(series: KeyedSeries, hotNumber: number | undefined): void {
    const { raw, hot, minute, onlyRollUp = false } = this.#work;
    const rows = hotNumber === undefined ? [] : hot.read(hotNumber);
    for (const { planned, chunks, seriesOfPlace } of this.#groups) {
      const { existing } = planned;
      const bytes = existing === undefined ? undefined : raw.reader.chunk(existing, series.id);
      const parts = { existing: bytes === undefined ? [] : decodeChunk(bytes), rows, hot };
      const columns = planned.nodes.map((node, place) => columnOf(node, { place, series, parts }));
      if (columns.every((column) => column === null)) continue;
      while (columns.at(-1) === null) columns.pop();
      if (!onlyRollUp) chunks.push([series.id, encodeChunk(columns, 'zstd')]);
      for (const [place, column] of columns.entries()) {
        if (column === null) continue;
        seriesOfPlace[place]?.push(series.id);
        this.#rollUp(planned, { place, series, column });
      }
    }
    const number = minute.reader.dictionary.numberOf(series);
    if (number !== undefined) this.#buckets.end(number, series.decimals);
    this.#room.clear();
  }

  #rollUp(
    { nodes }: PlannedGroup,
    { place, series, column }: { place: number; series: KeyedSeries; column: Column },
  ): void {
    const node = nodes[place];
    if (node === null || node === undefined) return;
    this.#samples += column.values.length;
    if (!node.isTouched) return;
    const { minute, tailBefore } = this.#work;
    const { decimals, kind } = series;
    const before = kind === 'counter' ? tailBefore(node, series) : undefined;
    const options = before === undefined ? { decimals } : { decimals, before };
    const { values, axis } = this.#samplesOf(node, column.values, {
      isCounter: kind === 'counter',
      beforeMs: before?.timeMs,
    });
    const id = minute.reader.dictionary.nodeId(node.name);
    if (id !== undefined) this.#buckets.put(id, rollUpOn(axis, { kind, values }, options, this.#room));
    if (kind !== 'counter' || node.hotPlace === undefined) return;
    const tail = lastSample(node.axis.timesMs, column.values);
    if (tail !== undefined) noteTail(this.tails, { series: series.key, place: node.hotPlace }, tail);
  }

  /** Without those that are absent. Most series of a node have all samples, and the same one before: they share an axis. */
  #samplesOf(
    node: PlannedNode,
    values: Float64Array,
    { isCounter, beforeMs }: { isCounter: boolean; beforeMs: number | undefined },
  ): { values: Float64Array; axis: BucketAxis } {
    const { lookbackMs } = node;
    const { timesMs } = node.axis;
    const grid = slotGrid('minute', this.#work.beginMs);
    const present = withoutAbsent(timesMs, values);
    if (present.timesMs !== timesMs) {
      return { values: present.values, axis: createAxis(present.timesMs, grid, { lookbackMs, beforeMs }) };
    }
    let axis = this.#axes.get(node);
    if (axis === undefined || (isCounter && axis.beforeMs !== (beforeMs ?? Number.POSITIVE_INFINITY))) {
      axis = createAxis(timesMs, grid, { lookbackMs, beforeMs });
      this.#axes.set(node, axis);
    }
    return { values, axis };
  }

  async #write(): Promise<void> {
    const { beginMs, minute, raw, onlyRollUp = false, yieldTurn } = this.#work;
    const { stepMs, count } = slotGrid('minute', beginMs);
    const bounds = { firstMs: beginMs, lastMs: beginMs + stepMs * (count - 1) };
    await writeGroups(minute, beginMs, { groups: this.#buckets.groups(bounds), yieldTurn });
    if (onlyRollUp) return;
    const groups = this.#groups.map(rawGroup);
    await writeGroups(raw, beginMs, { groups, yieldTurn });
  }

  *#touchedNodes(): Generator<number> {
    const { dictionary } = this.#work.minute.reader;
    for (const { planned } of this.#groups) {
      for (const node of planned.nodes) {
        const id = node?.isTouched === true ? dictionary.nodeId(node.name) : undefined;
        if (id !== undefined) yield id;
      }
    }
  }
}

interface Parts {
  readonly existing: PlacedValues;
  /** By place in the hot group. */
  readonly rows: readonly HotRow[];
  readonly hot: HotGroup;
}

function columnOf(
  node: PlannedNode | null,
  { place, series, parts }: { place: number; series: KeyedSeries; parts: Parts },
): Column | null {
  if (node === null) return null;
  const { hotPlace, axis, isPlain } = node;
  const before = parts.existing[place] ?? null;
  const row = hotPlace === undefined ? undefined : parts.rows[hotPlace];
  if (before === null && row?.isThere !== true) return null;
  const values = isPlain && row !== undefined ? row.values : merged(axis, before, { hotPlace, parts });
  return hasSample(values) ? { values, decimals: series.decimals } : null;
}

function merged(
  { sources, timesMs }: PlannedNode['axis'],
  before: Float64Array | null,
  { hotPlace, parts: { rows, hot } }: { hotPlace: number | undefined; parts: Parts },
): Float64Array {
  const isInHot = hotPlace !== undefined && rows[hotPlace]?.isThere === true;
  const fromHot = isInHot ? hot.axesOf(hotPlace).map((_, slot) => hot.partOf(hotPlace, slot)) : [];
  return gather(sources, timesMs.length, [before, ...fromHot]);
}

function withoutAbsent(
  timesMs: Float64Array,
  values: Float64Array,
): { timesMs: Float64Array; values: Float64Array } {
  let count = 0;
  for (let at = 0; at < values.length; at += 1) if (values[at] === values[at]) count += 1;
  if (count === values.length) return { timesMs, values };
  const present = { timesMs: new Float64Array(count), values: new Float64Array(count) };
  let to = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (value !== value) continue;
    present.timesMs[to] = timesMs[at] ?? 0;
    present.values[to] = value;
    to += 1;
  }
  return present;
}

function rawGroup({ planned, chunks, seriesOfPlace }: Group): GroupToWrite {
  const times = planned.nodes.map((node) => node?.axis.timesMs ?? null);
  let firstMs = Number.MAX_SAFE_INTEGER;
  let lastMs = 0;
  for (const axis of times) {
    firstMs = Math.min(firstMs, axis?.[0] ?? firstMs);
    lastMs = Math.max(lastMs, axis?.at(-1) ?? lastMs);
  }
  return { group: planned.group, times, firstMs, lastMs, chunks, seriesOfPlace };
}
