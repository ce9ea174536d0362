import { expect, test } from 'vitest';
import { FloatRoom } from '../../../../collector/store/columns/float-room.ts';
import { giveBack, takeBytes } from '../../../../collector/store/columns/spare-bytes.ts';

test('memory that is given back is used again, and never by two at once', () => {
  const first = takeBytes(100);
  const second = takeBytes(100);
  expect(first.buffer).not.toBe(second.buffer);
  giveBack(first);
  expect(takeBytes(1000).buffer).toBe(first.buffer);
  const large = takeBytes(1 << 20);
  expect(large.length).toBe(1 << 20);
  giveBack(large);
  expect(takeBytes(1 << 20).buffer).not.toBe(large.buffer);
});

test('arrays of a room are zeros, or unknown, and do not overlap, also after it was cleared', () => {
  const room = new FloatRoom();
  for (let round = 0; round < 3; round += 1) {
    const arrays = Array.from({ length: 40 }, (_, place) => room.take(100 * place));
    expect(arrays.every((array) => array.every((value) => value === 0))).toBe(true);
    for (const [place, array] of arrays.entries()) array.fill(place);
    expect(arrays.every((array, place) => array.every((value) => value === place))).toBe(true);
    expect(room.unknown(5)).toEqual(new Float64Array(5).fill(Number.NaN));
    expect(room.take(10_000)).toEqual(new Float64Array(10_000));
    room.clear();
  }
});
