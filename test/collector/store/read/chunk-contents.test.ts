import { describe, expect, test } from 'vitest';
import type { SlotGroup } from '../../../../collector/store/partitions/partition-reader.ts';
import { ChunkContents } from '../../../../collector/store/read/chunk-contents.ts';

const group = (slot: number): SlotGroup => ({ slot, group: 0, series: [1, 2], times: [] });

describe('contents of chunks', () => {
  test('are those of the very group and series', () => {
    const contents = new ChunkContents(1 << 20);
    const [one, same] = [group(1), group(1)];
    const bytes = Uint8Array.of(1);
    contents.put(one, 1, bytes);
    expect(contents.get(one, 1)).toBe(bytes);
    expect(contents.get(one, 2)).toBeUndefined();
    expect(contents.get(same, 1)).toBeUndefined();
  });

  test('are forgotten when they were not used while others filled the room', () => {
    const contents = new ChunkContents(10_000);
    const [used, unused] = [group(1), group(2)];
    contents.put(used, 1, new Uint8Array(800));
    contents.put(unused, 1, new Uint8Array(800));
    for (let slot = 3; slot < 40; slot += 1) {
      contents.put(group(slot), 1, new Uint8Array(800));
      expect(contents.get(used, 1)).toBeDefined();
    }
    expect(contents.get(unused, 1)).toBeUndefined();
  });

  test('that would fill half of the room are not kept', () => {
    const contents = new ChunkContents(1_000);
    const one = group(1);
    contents.put(one, 1, new Uint8Array(600));
    expect(contents.get(one, 1)).toBeUndefined();
  });
});
