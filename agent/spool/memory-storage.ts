// Segments in memory: what is there when the agent ends is lost. In and out: records as they are.
import type { SegmentRecord } from '../../shared/segment-file/segment-reader.ts';
import type { SegmentAppender, SegmentRequest, SegmentStorage, StoredSegment } from './segment-storage.ts';

interface MemorySegment {
  readonly head: object;
  readonly entries: SegmentRecord[];
  sizeBytes: number;
}

/** What a record takes beside its payload. */
const recordBytes = 100;

export class MemoryStorage implements SegmentStorage {
  readonly isDurable = false;
  readonly #segments = new Map<string, MemorySegment>();

  create({ name, head }: SegmentRequest): SegmentAppender {
    const segment: MemorySegment = { head, entries: [], sizeBytes: recordBytes };
    this.#segments.set(name, segment);
    return {
      get sizeBytes() {
        return segment.sizeBytes;
      },
      append(type, payload) {
        segment.entries.push({ type, payload: Buffer.from(payload), offset: segment.sizeBytes });
        segment.sizeBytes += recordBytes + payload.length;
      },
      write: () => undefined,
      discard: () => undefined,
      sync: () => Promise.resolve(),
      close: () => undefined,
    };
  }

  read(name: string): StoredSegment {
    return this.#segments.get(name) ?? { head: undefined, sizeBytes: 0, entries: [] };
  }

  remove(name: string): void {
    this.#segments.delete(name);
  }

  list(): readonly string[] {
    return [...this.#segments.keys()];
  }

  syncNames(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#segments.clear();
  }
}
