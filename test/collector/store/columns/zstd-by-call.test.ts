import { EventEmitter } from 'node:events';
import type * as zlib from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { packFrame, unpackFrame } from '../../../../collector/store/columns/zstd-frames.ts';

// A Node.js whose streams keep their handles to themselves.
vi.mock('node:zlib', async (importOriginal) => ({
  ...(await importOriginal<typeof zlib>()),
  createZstdCompress: () => new EventEmitter(),
  createZstdDecompress: () => new EventEmitter(),
}));

test('frames are made and read also without the handles of streams', () => {
  const text = Buffer.from('node_cpu_seconds_total '.repeat(40));
  const frame = packFrame(text);
  expect(frame.length).toBeLessThan(100);
  expect(unpackFrame(frame, text.length)).toEqual(text);
  for (const length of [0, text.length - 1, text.length + 1]) {
    expect(unpackFrame(frame, length)).toBeUndefined();
  }
  expect(unpackFrame(frame.subarray(0, 10), text.length)).toBeUndefined();
  expect(unpackFrame(Buffer.from('no frame at all'), 15)).toBeUndefined();
});
