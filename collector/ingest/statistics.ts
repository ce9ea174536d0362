// What the streams count. Plain figures; who shows them reads them when asked.
import type { DataClass } from '../../shared/model/delivery.ts';

export interface IngestStatistics {
  streams: number;
  streamsOpened: number;
  /** Streams that the collector ended, by reason. */
  readonly streamsEnded: Map<string, number>;
  /** Messages that had to wait, by the limit that they met. */
  readonly limited: Map<string, number>;
  /** Batches that are stored, by class. */
  readonly batches: Map<DataClass, number>;
  duplicates: number;
  samples: number;
  receivedBytes: number;
  messages: number;
  /** Batches that will not be stored, and messages that cannot be read, by code. */
  readonly refused: Map<string, number>;
  /** Losses that the collector itself has declared, by reason. */
  readonly declared: Map<string, number>;
  /** Batches whose times were corrected. */
  corrected: number;
  /** Batches of impossible times, by whether they were kept. */
  readonly quarantined: Map<'kept' | 'dropped', number>;
}

/** How ingest is at this moment. */
export interface IngestState {
  /** 0: nothing waits for the store; 1 and more: nothing is taken. */
  readonly load: number;
  readonly credit: number;
  readonly bytesUnderWay: number;
  readonly clocks: { readonly suspect: number; readonly corrected: number };
}

export function createIngestStatistics(): IngestStatistics {
  return {
    streams: 0,
    streamsOpened: 0,
    streamsEnded: new Map(),
    limited: new Map(),
    batches: new Map(),
    duplicates: 0,
    samples: 0,
    receivedBytes: 0,
    messages: 0,
    refused: new Map(),
    declared: new Map(),
    corrected: 0,
    quarantined: new Map(),
  };
}

export function countUp<Key>(counters: Map<Key, number>, key: Key, by = 1): void {
  counters.set(key, (counters.get(key) ?? 0) + by);
}
