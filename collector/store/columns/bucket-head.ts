// In: what is told of a node's buckets beside their columns. Out: bytes, and back, as bucket-codec.ts says.
// It refuses (ChunkError) a kind that is none.
import type { Buckets } from '../buckets.ts';
import type { ByteReader } from './byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from './byte-writer.ts';
import { malformed } from './chunk-error.ts';

export interface BucketHead {
  readonly kind: Buckets['kind'];
  /** False: the arrays go as they are. */
  readonly isWhole: boolean;
  /** Of a gauge all values are multiples of it, of a counter all growths; scaled. */
  readonly step: number;
  /** Of the first bucket of a counter, which has no last before it; scaled. */
  readonly firstIncrease: number;
  /** 0: the rates are bits. */
  readonly unitMs: number;
}

const kinds = [undefined, 'gauge', 'counter'] as const;
const wholeColumns = 4;

/** undefined: the node has no such buckets. */
export function readBucketHead(reader: ByteReader): BucketHead | undefined {
  const byte = reader.byte();
  const isWhole = (byte & wholeColumns) !== 0;
  const kind = kinds[byte & ~wholeColumns];
  if (kind === undefined) {
    if (byte !== 0) throw malformed(`buckets of kind ${byte}`);
    return undefined;
  }
  if (!isWhole) return { kind, isWhole, step: 1, firstIncrease: 0, unitMs: 0 };
  const step = reader.varint();
  if (kind === 'gauge') return { kind, isWhole, step, firstIncrease: 0, unitMs: 0 };
  return { kind, isWhole, step, firstIncrease: reader.signed(), unitMs: reader.varint() };
}

export function writeBucketHead(writer: ByteWriter, head: BucketHead | undefined): void {
  writer.reserve(1 + 3 * maxVarintBytes);
  writer.byte(kinds.indexOf(head?.kind) + (head?.isWhole === true ? wholeColumns : 0));
  if (head?.isWhole !== true) return;
  writer.varint(head.step);
  if (head.kind === 'gauge') return;
  writer.signed(head.firstIncrease);
  writer.varint(head.unitMs);
}
