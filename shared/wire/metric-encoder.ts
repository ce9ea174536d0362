// In: ticks of one node, batch by batch. Out: MetricBatch messages of one stream. A value that is not finite has no
// value on the wire. It refuses more series or ticks than a batch may hold.
//
// Invariants: the dictionary only grows between keyframes; a series has one place in it; what was encoded must be sent
// on this stream and in this order, or the stream must end.
import type { MetricBatchInput } from '../../proto/gen/jidi/v1/MetricBatch.ts';
import type { MetricTick, SeriesDefinition } from '../model/metric.ts';
import { checkList, wireBounds } from './bounds.ts';
import { clampSeries, encodeSeries, seriesKey } from './series.ts';
import { maxScaled, TokenWriter } from './token-writer.ts';
import { WireError } from './wire-error.ts';

type SeriesList = readonly SeriesDefinition[];

const firstRoom = 512;

export class MetricEncoder {
  readonly #writer = new TokenWriter();
  #row = new Float64Array(firstRoom);
  #previous = new Float64Array(firstRoom);
  #scales = new Float64Array(firstRoom);
  #placeOfKey = new Map<string, number>();
  /** For each array of series that was seen, the dictionary place of its entries. The arrays may grow. */
  #placesOf = new WeakMap<SeriesList, number[]>();
  #keyframe = true;

  encode(ticks: readonly MetricTick[]): MetricBatchInput {
    checkList('metrics.ticks', ticks, wireBounds.ticks);
    const definitions = this.#learn(ticks);
    const keyframe = this.#keyframe;
    this.#keyframe = false;
    return {
      keyframe,
      definitions: definitions.map(encodeSeries),
      ticks: ticks.map((tick) => ({ timeMs: tick.timeMs, values: this.#encodeTick(tick) })),
    };
  }

  /** Gives a place to every series; begins anew when there are too many, or most of them are forgotten. */
  #learn(ticks: readonly MetricTick[]): SeriesList {
    if (ticks.some(({ series }) => this.#isMostlyForgotten(series))) this.#reset();
    const fresh = this.#learnAll(ticks);
    if (fresh !== undefined) return fresh;
    this.#reset();
    const afresh = this.#learnAll(ticks);
    if (afresh !== undefined) return afresh;
    this.#reset();
    throw new WireError('series-limit', `metrics.definitions: more than ${wireBounds.seriesPerNode} series`);
  }

  /** True for a new list that leaves the larger part of a large dictionary out. */
  #isMostlyForgotten(series: SeriesList): boolean {
    const known = this.#placeOfKey.size;
    return known > firstRoom && series.length * 2 < known && !this.#placesOf.has(series);
  }

  #learnAll(ticks: readonly MetricTick[]): SeriesList | undefined {
    const fresh: SeriesDefinition[] = [];
    for (const { series } of ticks) {
      const places = this.#placesOf.get(series) ?? [];
      if (places.length === 0) this.#placesOf.set(series, places);
      for (let index = places.length; index < series.length; index += 1) {
        const definition = series[index];
        const place = definition === undefined ? undefined : this.#placeOf(definition, fresh);
        if (place === undefined) return undefined;
        places.push(place);
      }
    }
    return fresh;
  }

  /** undefined when the dictionary is full. */
  #placeOf(unclamped: SeriesDefinition, fresh: SeriesDefinition[]): number | undefined {
    const definition = clampSeries(unclamped);
    const key = seriesKey(definition.metric, definition.labels);
    const known = this.#placeOfKey.get(key);
    if (known !== undefined) return known;
    const place = this.#placeOfKey.size;
    if (place >= wireBounds.seriesPerNode) return undefined;
    this.#placeOfKey.set(key, place);
    if (place >= this.#row.length) this.#grow();
    this.#scales[place] = 10 ** definition.decimals;
    this.#previous[place] = 0;
    fresh.push(definition);
    return place;
  }

  #grow(): void {
    const scales = this.#scales;
    const previous = this.#previous;
    const room = Math.min(wireBounds.seriesPerNode, this.#row.length * 2);
    this.#row = new Float64Array(room);
    this.#scales = new Float64Array(room);
    this.#previous = new Float64Array(room);
    this.#scales.set(scales);
    this.#previous.set(previous);
  }

  #reset(): void {
    this.#placeOfKey = new Map();
    this.#placesOf = new WeakMap();
    this.#keyframe = true;
  }

  #encodeTick({ series, values }: MetricTick): Uint8Array {
    const row = this.#row;
    const places = this.#placesOf.get(series) ?? [];
    row.fill(Number.NaN, 0, this.#placeOfKey.size);
    const length = Math.min(values.length, places.length);
    for (let index = 0; index < length; index += 1) row[places[index] ?? 0] = values[index] ?? Number.NaN;
    return this.#encodeRow(this.#placeOfKey.size);
  }

  #encodeRow(size: number): Uint8Array {
    const writer = this.#writer;
    writer.reserve(size);
    let unchanged = 0;
    let absent = 0;
    for (let place = 0; place < size; place += 1) {
      const value = this.#row[place] ?? Number.NaN;
      const isAbsent = !Number.isFinite(value);
      const delta = isAbsent ? 0 : this.#deltaOf(place, value);
      if (unchanged > 0 && (isAbsent || delta !== 0)) {
        writer.unchanged(unchanged);
        unchanged = 0;
      }
      if (isAbsent) {
        absent += 1;
        continue;
      }
      if (absent > 0) {
        writer.absent(absent);
        absent = 0;
      }
      if (delta === 0) unchanged += 1;
      else if (Number.isFinite(delta)) writer.change(delta);
      else writer.number(value);
    }
    if (unchanged > 0) writer.unchanged(unchanged);
    return writer.take();
  }

  /** Difference of the scaled value to the previous one, which it replaces; infinite when it does not fit. */
  #deltaOf(place: number, value: number): number {
    const scaled = Math.round(value * (this.#scales[place] ?? 1));
    const fits = Math.abs(scaled) <= maxScaled;
    const delta = fits ? scaled - (this.#previous[place] ?? 0) : Number.POSITIVE_INFINITY;
    this.#previous[place] = fits ? scaled : 0;
    return delta;
  }
}
