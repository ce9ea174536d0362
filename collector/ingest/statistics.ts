// What the streams count. Plain figures; who shows them reads them when asked.
import type { DataClass } from '../../shared/model/delivery.ts';

export interface IngestStatistics {
  streams: number;
  streamsOpened: number;
  /** Streams that the collector ended, by reason. */
  readonly streamsEnded: Map<string, number>;
  readonly batches: Map<DataClass, number>;
  duplicates: number;
  samples: number;
  receivedBytes: number;
  /** Batches that will not be stored, and messages that cannot be read, by code. */
  readonly refused: Map<string, number>;
}

export function createIngestStatistics(): IngestStatistics {
  return {
    streams: 0,
    streamsOpened: 0,
    streamsEnded: new Map(),
    batches: new Map(),
    duplicates: 0,
    samples: 0,
    receivedBytes: 0,
    refused: new Map(),
  };
}

export function countUp<Key>(counters: Map<Key, number>, key: Key, by = 1): void {
  counters.set(key, (counters.get(key) ?? 0) + by);
}
