// How batches become bytes on disk and come back. The spool does not know the wire: what encodes is handed to it.
import type { Payload, SentBatch } from '../../shared/model/batch.ts';
import type { DataClass } from '../../shared/model/delivery.ts';

export interface BatchCodec {
  /**
   * What one encoder made is read by one decoder, in the same order. Batches of some classes stand alone: their order
   * does not matter.
   */
  readonly encoder: (dataClass: DataClass) => BatchEncoder;
  readonly decoder: (dataClass: DataClass) => BatchDecoder;
  readonly standsAlone: (dataClass: DataClass) => boolean;
}

export interface BatchEncoder {
  /** undefined: no message can hold it. The encoder may have learned from it and must not be used again. */
  readonly encode: (batch: SentBatch) => Uint8Array | undefined;
}

export interface BatchDecoder {
  /** undefined: not understood. The decoder must not be used again. */
  readonly decode: (bytes: Uint8Array) => Payload | undefined;
}
