import { expect, test } from 'vitest';
import { ValueRoom } from '../../../shared/wire/value-room.ts';

test('what was taken is never given to another, whatever its size', () => {
  const room = new ValueRoom();
  const sizes = Array.from({ length: 300 }, (_, index) => (index * 37) % 1500);
  const taken = sizes.map((size, index) => room.take(size).fill(index));
  for (const [index, values] of taken.entries()) {
    expect(values).toHaveLength(sizes[index] ?? 0);
    expect(values.every((value) => value === index)).toBe(true);
  }
});
