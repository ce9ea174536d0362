import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { assert, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { packFrame, unpackFrame } from '../../../../collector/store/columns/zstd-frames.ts';

const text = Buffer.from('node_cpu_seconds_total '.repeat(40));

test('a frame gives back what went in, and is one that others read', () => {
  assert(
    property(uint8Array({ maxLength: 3000 }), uint8Array({ maxLength: 3000 }), (first, second) => {
      const frames = [first, second].map((bytes) => Buffer.from(packFrame(bytes)));
      for (const [place, bytes] of [first, second].entries()) {
        const frame = frames[place] ?? bytes;
        expect(Buffer.compare(unpackFrame(frame, bytes.length) ?? text, bytes)).toBe(0);
        expect(Buffer.compare(zstdDecompressSync(frame), bytes)).toBe(0);
        expect(Buffer.compare(unpackFrame(zstdCompressSync(bytes), bytes.length) ?? text, bytes)).toBe(0);
      }
    }),
  );
});

test('megabytes are packed and unpacked', () => {
  const large = Buffer.from(Float64Array.from({ length: 1 << 18 }, (_, place) => Math.sqrt(place)).buffer);
  const frame = Buffer.from(packFrame(large));
  expect(Buffer.compare(unpackFrame(frame, large.length) ?? text, large)).toBe(0);
});

test('what is cut off, damaged or of another length is refused, and the next frame is read all the same', () => {
  const frame = Buffer.from(packFrame(text));
  const others = [text.length - 1, text.length + 1, 0].map((length) => unpackFrame(frame, length));
  expect(others).toEqual([undefined, undefined, undefined]);
  for (let length = 0; length < frame.length; length += 1) {
    expect(unpackFrame(frame.subarray(0, length), text.length)).toBeUndefined();
    expect(unpackFrame(frame, text.length)).toEqual(text);
  }
  expect(unpackFrame(Buffer.concat([frame, frame]), text.length)).toBeUndefined();
  expect(unpackFrame(Buffer.from('no frame at all'), 15)).toBeUndefined();
  expect(unpackFrame(frame, text.length)).toEqual(text);
});
