// In: metric batches of one stream, hostile. Out: ticks. It refuses (WireError) a batch that no encoder makes: an
// unknown or doubled series, too many of them, and what the tokens of a tick must not say.
//
// Invariant: after a WireError the dictionary is not to be relied upon; the stream must end.
import type { MetricBatch } from '../../proto/gen/jidi/v1/MetricBatch.ts';
import type { ScannedMetricBatch } from '../../proto/scan-metric-batch.ts';
import type { MetricTick } from '../model/metric.ts';
import { checkList, checkTime, wireBounds } from './bounds.ts';
import { emptyDictionary, growUnshared, type SeriesDictionary, type SeriesPool } from './series-pool.ts';
import { readTick, type Tokens } from './tick-reader.ts';
import { ValueRoom } from './value-room.ts';
import { malformed } from './wire-error.ts';

export class MetricDecoder {
  #dictionary = emptyDictionary;
  /** Scaled values of the tick before; has room for more than there are. */
  #previous = new Float64Array(0);
  #begun = false;
  readonly #room = new ValueRoom();

  /** How many series the stream has defined. */
  get size(): number {
    return this.#dictionary.series.length;
  }

  decode({ keyframe, definitions, ticks }: MetricBatch): readonly MetricTick[] {
    this.#learn(growUnshared(this.#begin(keyframe), definitions));
    return checkList('metrics.ticks', ticks, wireBounds.ticks).map(({ timeMs, values: bytes }) =>
      this.#tick(timeMs, { bytes, from: 0, to: bytes.length }, this.#room),
    );
  }

  /** The same from the bytes of the message, with a dictionary that is shared. */
  decodeScanned(
    bytes: Buffer,
    { keyframe, definitions, ticks }: ScannedMetricBatch,
    pool: SeriesPool,
  ): readonly MetricTick[] {
    this.#learn(pool.grow(this.#begin(keyframe), bytes, definitions));
    return checkList('metrics.ticks', ticks, wireBounds.ticks).map(({ timeMs, from, to }) =>
      this.#tick(timeMs, { bytes, from, to }, pool.room),
    );
  }

  #begin(keyframe: boolean): SeriesDictionary {
    if (!keyframe && !this.#begun) {
      throw malformed('metrics.keyframe', 'the first batch of a stream must begin anew');
    }
    this.#begun = true;
    if (!keyframe) return this.#dictionary;
    this.#previous.fill(0);
    return emptyDictionary;
  }

  #learn(dictionary: SeriesDictionary): void {
    this.#dictionary = dictionary;
    const size = dictionary.series.length;
    const previous = this.#previous;
    // A stream's first dictionary is nearly always its last.
    if (previous.length >= size) return;
    this.#previous = new Float64Array(
      previous.length === 0 ? size : Math.min(wireBounds.seriesPerNode, size + 64),
    );
    this.#previous.set(previous);
  }

  #tick(wireTimeMs: number, tokens: Tokens, room: ValueRoom): MetricTick {
    const { series, scales } = this.#dictionary;
    const timeMs = checkTime('metrics.ticks.time_ms', wireTimeMs);
    const values = room.take(series.length);
    const places = readTick(tokens, scales, this.#previous, values);
    return { timeMs, series, values: places === values.length ? values : values.subarray(0, places) };
  }
}
