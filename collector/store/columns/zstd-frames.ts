// zstd, one frame after another. In: bytes. Out: a frame, and back. It refuses (undefined) what is no whole frame of that length.
//
// To set up a context costs more than to pack some kilobytes, and Node.js does that, and makes a stream, for each of its
// synchronous calls. So a thread keeps one of each kind, and calls it as Node.js itself does: by the handle of the stream. That
// is no promise of Node.js: where the handle is not what it was, the synchronous calls do it, half as fast.
import {
  constants,
  createZstdCompress,
  createZstdDecompress,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';

const level = 1;

/** What Node.js calls within a stream of its own. */
interface Handle {
  writeSync(
    flush: number,
    ...range: [from: Uint8Array, at: number, length: number, to: Uint8Array, at: number, room: number]
  ): void;
}

interface Context {
  readonly handle: Handle;
  /** How much room and how many bytes the last call left. */
  readonly left: Uint32Array;
}

/** null: the handles of this Node.js are strange. */
const contexts: Partial<Record<'pack' | 'unpack', Context | null>> = {};
const params = { [constants.ZSTD_c_compressionLevel]: level };
/** Frames of what is larger have their own. */
const scratch = Buffer.allocUnsafeSlow(128 * 1024);

/** It is there until the next one is packed. */
export function packFrame(content: Uint8Array): Uint8Array {
  const mostBytes = content.length + (content.length >> 8) + 512;
  const room = mostBytes <= scratch.length ? scratch : Buffer.allocUnsafeSlow(mostBytes);
  if (contexts.pack === undefined) contexts.pack = contextOf(createZstdCompress({ params }));
  if (contexts.pack === null) return zstdCompressSync(content, { params });
  const length = run(contexts.pack, content, room);
  if (length === undefined) throw new Error(`zstd: ${content.length} bytes cannot be packed`);
  return room.subarray(0, length);
}

export function unpackFrame(frame: Uint8Array, length: number): Uint8Array | undefined {
  // Room for a byte too many: what ends there is no longer than it should be.
  const content = Buffer.allocUnsafe(length + 1);
  const isFresh = contexts.unpack === undefined;
  if (contexts.unpack === undefined) contexts.unpack = contextOf(createZstdDecompress());
  if (contexts.unpack === null) return unpackByCall(frame, length);
  if (run(contexts.unpack, frame, content) === length) return content.subarray(0, length);
  // What a frame that is cut off left behind would be taken for the beginning of the next one.
  delete contexts.unpack;
  return isFresh ? undefined : unpackFrame(frame, length);
}

/** Returns how many bytes came out; undefined: not all of `from` could be taken in. */
function run({ handle, left }: Context, from: Uint8Array, to: Uint8Array): number | undefined {
  left.fill(1);
  handle.writeSync(constants.ZSTD_e_end, from, 0, from.length, to, 0, to.length);
  const [room = 0, rest] = left;
  return rest === 0 ? to.length - room : undefined;
}

function unpackByCall(frame: Uint8Array, length: number): Uint8Array | undefined {
  try {
    const content = zstdDecompressSync(frame, { maxOutputLength: length + 1 });
    return content.length === length ? content : undefined;
  } catch {
    // No frame, or a longer one.
    return undefined;
  }
}

function contextOf(stream: ReturnType<typeof createZstdCompress>): Context | null {
  // It is told by `left` already.
  stream.on('error', () => undefined);
  const handle: unknown = Reflect.get(stream, '_handle');
  const left: unknown = Reflect.get(stream, '_writeState');
  return isHandle(handle) && left instanceof Uint32Array ? { handle, left } : null;
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'writeSync' in value;
}
