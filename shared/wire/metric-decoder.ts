// In: MetricBatch messages of one stream, hostile. Out: ticks. It refuses (WireError) a batch that no encoder makes:
// an unknown or doubled series, too many of them, tokens that cover more entries than there are, a number that is not
// finite, a scaled value of more than 51 bits.
//
// Invariant: after a WireError the dictionary is not to be relied upon; the stream must end.
import type { MetricBatch } from '../../proto/gen/jidi/v1/MetricBatch.ts';
import type { MetricTick as WireTick } from '../../proto/gen/jidi/v1/MetricTick.ts';
import type { MetricTick, SeriesDefinition } from '../model/metric.ts';
import { checkList, checkTime, wireBounds } from './bounds.ts';
import { decodeSeries, seriesKey } from './series.ts';
import { TokenReader } from './token-reader.ts';
import { maxScaled } from './token-writer.ts';
import { malformed, WireError } from './wire-error.ts';

const field = 'metrics.ticks.values';

export class MetricDecoder {
  readonly #reader = new TokenReader();
  #series: SeriesDefinition[] = [];
  #keys = new Set<string>();
  #scales = new Float64Array(0);
  #previous = new Float64Array(0);
  #row = new Float64Array(0);
  #begun = false;

  decode(batch: MetricBatch): readonly MetricTick[] {
    if (batch.keyframe) this.#reset();
    else if (!this.#begun) throw malformed('metrics.keyframe', 'the first batch of a stream must begin anew');
    this.#begun = true;
    this.#learn(batch);
    return checkList('metrics.ticks', batch.ticks, wireBounds.ticks).map((tick) => this.#decodeTick(tick));
  }

  /** Ticks that were decoded keep the old array. */
  #reset(): void {
    this.#series = [];
    this.#keys = new Set();
    this.#previous.fill(0);
  }

  #learn({ definitions }: MetricBatch): void {
    const size = this.#series.length + definitions.length;
    if (size > wireBounds.seriesPerNode) {
      throw new WireError(
        'series-limit',
        `metrics.definitions: ${size} series, a node may have ${wireBounds.seriesPerNode}`,
      );
    }
    this.#reserve(size);
    for (const [index, definition] of definitions.entries()) {
      const series = decodeSeries(`metrics.definitions[${index}]`, definition);
      const key = seriesKey(series.metric, series.labels);
      if (this.#keys.has(key)) throw malformed(`metrics.definitions[${index}]`, 'defined before');
      this.#keys.add(key);
      this.#scales[this.#series.length] = 10 ** series.decimals;
      this.#series.push(series);
    }
  }

  #reserve(size: number): void {
    if (this.#row.length >= size) return;
    const scales = this.#scales;
    const previous = this.#previous;
    const room = Math.min(wireBounds.seriesPerNode, Math.max(64, Math.ceil(size * 1.25)));
    this.#row = new Float64Array(room);
    this.#scales = new Float64Array(room);
    this.#previous = new Float64Array(room);
    this.#scales.set(scales);
    this.#previous.set(previous);
  }

  #decodeTick(tick: WireTick): MetricTick {
    const timeMs = checkTime('metrics.ticks.time_ms', tick.timeMs);
    const reader = this.#reader;
    reader.open(tick.values);
    let place = 0;
    while (!reader.isAtEnd) {
      const token = reader.varint();
      if (token % 2 === 1) place = this.#change(place, token);
      else if (token > 0) place = this.#unchanged(place, token / 2);
      else place = this.#special(place);
    }
    return { timeMs, series: this.#series, values: this.#row.slice(0, place) };
  }

  #change(place: number, token: number): number {
    this.#checkRoom(place, 1);
    const zigzag = (token - 1) / 2;
    const delta = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    const scaled = (this.#previous[place] ?? 0) + delta;
    if (Math.abs(scaled) > maxScaled) throw malformed(field, 'a value of more than 51 bits');
    this.#previous[place] = scaled;
    this.#row[place] = scaled / (this.#scales[place] ?? 1);
    return place + 1;
  }

  #unchanged(place: number, count: number): number {
    this.#checkRoom(place, count);
    for (let at = place; at < place + count; at += 1) {
      this.#row[at] = (this.#previous[at] ?? 0) / (this.#scales[at] ?? 1);
    }
    return place + count;
  }

  #special(place: number): number {
    const operation = this.#reader.varint();
    if (operation === 1) {
      const count = this.#reader.varint();
      this.#checkRoom(place, count);
      this.#row.fill(Number.NaN, place, place + count);
      return place + count;
    }
    if (operation !== 2) throw malformed(field, `unknown operation ${operation}`);
    this.#checkRoom(place, 1);
    const value = this.#reader.float();
    if (!Number.isFinite(value)) throw malformed(field, `${value} is not finite`);
    this.#previous[place] = 0;
    this.#row[place] = value;
    return place + 1;
  }

  #checkRoom(place: number, count: number): void {
    if (count < 1 || place + count > this.#series.length) {
      throw malformed(field, `${count} entries from place ${place} of ${this.#series.length}`);
    }
  }
}
