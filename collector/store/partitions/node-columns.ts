// In: the samples of nodes of one group, as columns. Out: what a writer puts into a slot, and back: everything that a slot has
// of a group. Two lots of one node's samples become one: where both have a tick of one time, the first one stays.
import { type Column, type Compression, decodeChunk, encodeChunk } from '../columns/chunk-codec.ts';
import type { NewGroup } from './new-rows.ts';
import type { PartitionReader, SlotGroup } from './partition-reader.ts';

/** What one node has in one slot. */
export interface NodeColumns {
  /** Times of its ticks, ascending, each once. */
  readonly timesMs: Float64Array;
  /** By series; as long as the times, NaN where the tick had no such sample. */
  readonly columns: ReadonlyMap<number, Column>;
}

/** By place in the group. */
export type GroupColumns = readonly (NodeColumns | null)[];

/** Columns without any sample are left out. undefined: there is nothing to write. */
export function toNewGroup(
  group: number,
  nodes: GroupColumns,
  compression: Compression,
): NewGroup | undefined {
  const times = nodes.map((node) => (node === null || node.timesMs.length === 0 ? null : node.timesMs));
  let firstMs = Number.MAX_SAFE_INTEGER;
  let lastMs = -1;
  for (const axis of times) {
    firstMs = Math.min(firstMs, axis?.[0] ?? firstMs);
    lastMs = Math.max(lastMs, axis?.at(-1) ?? lastMs);
  }
  if (lastMs < 0) return undefined;
  const chunks: [number, Uint8Array][] = [];
  for (const series of seriesOf(nodes)) {
    const columns = nodes.map((node) => presentColumn(node?.columns.get(series)));
    if (columns.some((column) => column !== null)) chunks.push([series, encodeChunk(columns, compression)]);
  }
  return { group, times, firstMs, lastMs, chunks };
}

/** `decimals` of the columns are those of the series in the file. */
export function readGroupColumns(reader: PartitionReader, group: SlotGroup): GroupColumns {
  const columns = group.times.map(() => new Map<number, Column>());
  for (const series of group.series) {
    const bytes = reader.chunk(group, series);
    const decimals = reader.dictionary.series(series)?.decimals ?? 0;
    for (const [place, values] of (bytes === undefined ? [] : decodeChunk(bytes)).entries()) {
      if (values !== null) columns[place]?.set(series, { values, decimals });
    }
  }
  return group.times.map((timesMs, place) =>
    timesMs === null ? null : { timesMs, columns: columns[place] ?? new Map<number, Column>() },
  );
}

export function mergeNodeColumns(
  first: NodeColumns,
  later: NodeColumns,
): { readonly merged: NodeColumns; readonly doubles: number } {
  const { timesMs, sources, doubles } = mergeAxes([first.timesMs, later.timesMs]);
  const columns = new Map<number, Column>();
  for (const series of new Set([...first.columns.keys(), ...later.columns.keys()])) {
    const parts = [first.columns.get(series), later.columns.get(series)];
    const decimals = (parts[1] ?? parts[0])?.decimals ?? 0;
    const values = gather(sources, timesMs.length, [parts[0]?.values, parts[1]?.values]);
    columns.set(series, { values, decimals });
  }
  return { merged: { timesMs, columns }, doubles };
}

/** Where the samples of a merged axis come from: the run from `from` on of the axis numbered `axis`, `length` long. */
export interface Run {
  readonly axis: number;
  readonly from: number;
  readonly length: number;
}

export interface MergedAxis {
  readonly timesMs: Float64Array;
  readonly sources: readonly Run[];
  /** Ticks that were left out, because an axis before had one of the same time. */
  readonly doubles: number;
}

/** Of two ticks of one time that of the earlier axis stays. */
export function mergeAxes(axes: readonly (Float64Array | null)[]): MergedAxis {
  const parts: { axis: number; timesMs: Float64Array; at: number }[] = [];
  let total = 0;
  for (const [axis, timesMs] of axes.entries()) {
    if (timesMs === null || timesMs.length === 0) continue;
    parts.push({ axis, timesMs, at: 0 });
    total += timesMs.length;
  }
  const merged = new Float64Array(total);
  const sources: Run[] = [];
  let count = 0;
  while (parts.length > 0) {
    // The part whose next tick is the earliest, of equals the first one, gives all ticks before that of any other.
    let best = parts[0];
    for (const part of parts) if (nextOf(part) < nextOf(best)) best = part;
    if (best === undefined) break;
    let until = Number.POSITIVE_INFINITY;
    for (const part of parts) if (part !== best) until = Math.min(until, nextOf(part));
    const from = best.at;
    do merged[count++] = best.timesMs[best.at++] ?? 0;
    while (best.at < best.timesMs.length && nextOf(best) < until);
    sources.push({ axis: best.axis, from, length: best.at - from });
    const lastMs = merged[count - 1] ?? 0;
    for (let place = parts.length - 1; place >= 0; place -= 1) {
      const part = parts[place];
      if (part === undefined) continue;
      while (part.at < part.timesMs.length && nextOf(part) <= lastMs) part.at += 1;
      if (part.at === part.timesMs.length) parts.splice(place, 1);
    }
  }
  return { timesMs: count === total ? merged : merged.slice(0, count), sources, doubles: total - count };
}

/** The samples of one series on a merged axis; `parts` as the axes were. */
export function gather(
  sources: readonly Run[],
  length: number,
  parts: readonly (Float64Array | null | undefined)[],
): Float64Array {
  const values = new Float64Array(length);
  let at = 0;
  for (const { axis, from, length: run } of sources) {
    const part = parts[axis] ?? undefined;
    if (part === undefined) values.fill(Number.NaN, at, at + run);
    else if (from === 0 && run === part.length) values.set(part, at);
    else for (let place = 0; place < run; place += 1) values[at + place] = part[from + place] ?? Number.NaN;
    at += run;
  }
  return values;
}

function nextOf(part: { timesMs: Float64Array; at: number } | undefined): number {
  return part?.timesMs[part.at] ?? Number.POSITIVE_INFINITY;
}

function seriesOf(nodes: GroupColumns): readonly number[] {
  const all = new Set<number>();
  for (const node of nodes) if (node !== null) for (const series of node.columns.keys()) all.add(series);
  return [...all].sort((left, right) => left - right);
}

function presentColumn(column: Column | undefined): Column | null {
  return column !== undefined && hasSample(column.values) ? column : null;
}

/** False when all values are absent. */
export function hasSample(values: Float64Array): boolean {
  for (let place = 0; place < values.length; place += 1) if (values[place] === values[place]) return true;
  return false;
}
