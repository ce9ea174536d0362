// Prometheus' remote write, as much of it as a bench needs. In: ticks of nodes. Out: the body of a request: a WriteRequest
// (prometheus/prompb/remote.proto) in the block format of snappy, which may consist of literals only, and does here.
import type { MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';
import type { Portion } from './data-set.ts';

const firstRoom = 1 << 20;
/** tag, length and varint of the largest numbers that are written. */
const mostOfSample = 32;
const literal = 65_536;

export class RemoteWriteEncoder {
  /** node and list of series → labels of each series, encoded. */
  readonly #labels = new WeakMap<SeriesDefinition, Map<string, Buffer>>();
  #bytes = Buffer.alloc(firstRoom);
  #at = 0;

  encode(portion: Portion): Buffer {
    this.#at = 0;
    for (const { node, ticks } of portion) {
      for (const alike of withOneList(ticks)) {
        for (const [place, definition] of (alike[0]?.series ?? []).entries())
          this.#writeSeries(this.#labelsOf(node, definition), alike, place);
      }
    }
    return snappy(this.#bytes.subarray(0, this.#at));
  }

  #writeSeries(labels: Buffer, ticks: readonly MetricTick[], place: number): void {
    this.#reserve(labels.length + ticks.length * mostOfSample + 16);
    // The length of the message comes before it: room for five bytes of varint, which may have needless ones.
    const start = this.#at;
    this.#at = labels.copy(this.#bytes, start + 6) + start + 6;
    let written = 0;
    for (const { timeMs, values } of ticks) {
      const value = values[place] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      this.#writeSample(value, timeMs);
      written += 1;
    }
    if (written === 0) {
      this.#at = start;
      return;
    }
    this.#bytes[start] = 0x0a;
    putPaddedVarint(this.#bytes, start + 1, this.#at - start - 6);
  }

  #writeSample(value: number, timeMs: number): void {
    const bytes = this.#bytes;
    const start = this.#at;
    bytes[start] = 0x12;
    bytes[start + 2] = 0x09;
    bytes.writeDoubleLE(value, start + 3);
    bytes[start + 11] = 0x10;
    this.#at = putVarint(bytes, start + 12, timeMs);
    bytes[start + 1] = this.#at - start - 2;
  }

  #labelsOf(node: string, definition: SeriesDefinition): Buffer {
    let ofNodes = this.#labels.get(definition);
    if (ofNodes === undefined) {
      ofNodes = new Map();
      this.#labels.set(definition, ofNodes);
    }
    let encoded = ofNodes.get(node);
    if (encoded === undefined) {
      encoded = encodeLabels(node, definition);
      ofNodes.set(node, encoded);
    }
    return encoded;
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#at + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Stretches of ticks that have one list of series: a list that only grows stays the same. */
function withOneList(ticks: readonly MetricTick[]): readonly (readonly MetricTick[])[] {
  const stretches: MetricTick[][] = [];
  for (const tick of ticks) {
    const last = stretches.at(-1);
    if (last?.[0]?.series === tick.series) last.push(tick);
    else stretches.push([tick]);
  }
  return stretches;
}

/** Names in order, as the receivers want them. */
function encodeLabels(node: string, { metric, labels }: SeriesDefinition): Buffer {
  const all: readonly (readonly [string, string])[] = Object.entries({ ...labels, node, __name__: metric });
  const parts = all
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const label = Buffer.concat([field(0x0a, name), field(0x12, value)]);
      return Buffer.concat([Buffer.from([0x0a]), varint(label.length), label]);
    });
  return Buffer.concat(parts);
}

function field(tag: number, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from([tag]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes = Buffer.alloc(10);
  return bytes.subarray(0, putVarint(bytes, 0, value));
}

/** The place after it. */
function putVarint(bytes: Buffer, at: number, value: number): number {
  let left = value;
  let place = at;
  while (left >= 128) {
    bytes[place] = (left % 128) | 128;
    left = Math.floor(left / 128);
    place += 1;
  }
  bytes[place] = left;
  return place + 1;
}

/** Always five bytes. */
function putPaddedVarint(bytes: Buffer, at: number, value: number): void {
  for (let index = 0; index < 4; index += 1) bytes[at + index] = ((value >>> (7 * index)) & 127) | 128;
  bytes[at + 4] = value >>> 28;
}

/** google/snappy, format_description.txt: the length, then literals of up to 64 KiB. */
export function snappy(bytes: Buffer): Buffer {
  const parts = [varint(bytes.length)];
  for (let from = 0; from < bytes.length; from += literal) {
    const part = bytes.subarray(from, from + literal);
    const tag = Buffer.alloc(3);
    tag[0] = 61 << 2;
    tag.writeUInt16LE(part.length - 1, 1);
    parts.push(tag, part);
  }
  return Buffer.concat(parts);
}
