// What a slot has of a group of nodes besides the chunks: which series there are, and the times of each node's ticks. Nodes
// mostly tick at the same moments; they then share an axis of times.
//
//   runs of series │ number of axes; for each its length in bytes and the times │ number of places; for each its axis + 1, or 0
//
// It refuses (ChunkError) bytes that have changed or lie in another place.
import { type ByteReader } from '../columns/byte-reader.ts';
import { maxVarintBytes } from '../columns/byte-writer.ts';
import { contentWriter, seal } from '../columns/sealed-bytes.ts';
import { decodeTimes, encodeTimes } from '../columns/times-codec.ts';
import { readRuns, writeRuns } from './number-runs.ts';
import { maxSeries } from './place.ts';
import { bound, opened, type Place, writeBytes } from './rows.ts';

export interface Group {
  /** Series of which there is a chunk, ascending. */
  readonly series: readonly number[];
  /** Of the node of each place: the times of its ticks, ms, ascending; null when it has none in this slot. */
  readonly times: readonly (Float64Array | null)[];
}

const maxPlaces = 1024;
const maxAxisBytes = 16 * 1024 * 1024;

export function encodeGroup({ series, times }: Group, place: Place): Uint8Array {
  const writer = contentWriter(maxVarintBytes);
  writeRuns(writer, series);
  const axes: Float64Array[] = [];
  const axisOf = times.map((axis) => {
    if (axis === null) return 0;
    const known = axes.findIndex((other) => isSame(axis, other));
    return known === -1 ? axes.push(axis) : known + 1;
  });
  writer.reserve(maxVarintBytes);
  writer.varint(axes.length);
  for (const axis of axes) {
    const bytes = encodeTimes(axis);
    writer.reserve(maxVarintBytes);
    writer.varint(bytes.length);
    writeBytes(writer, bytes);
  }
  writer.reserve((axisOf.length + 1) * maxVarintBytes);
  writer.varint(axisOf.length);
  for (const axis of axisOf) writer.varint(axis);
  return bound(seal(writer, 'none'), place);
}

export function decodeGroup(bytes: Uint8Array, place: Place): Group {
  const reader = opened(bytes, place);
  const series = readRuns(reader, maxSeries);
  const axes = Array.from({ length: reader.count(maxPlaces) }, () => readAxis(reader));
  const places = reader.count(maxPlaces);
  const times = Array.from({ length: places }, () => axes[reader.count(axes.length) - 1] ?? null);
  return { series, times };
}

function readAxis(reader: ByteReader): Float64Array {
  const length = reader.count(maxAxisBytes);
  const from = reader.skip(length);
  return decodeTimes(reader.bytes.subarray(from, from + length));
}

function isSame(left: Float64Array, right: Float64Array): boolean {
  return (
    left === right || (left.length === right.length && left.every((time, place) => time === right[place]))
  );
}
