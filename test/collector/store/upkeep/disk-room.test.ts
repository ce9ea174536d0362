import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { dayMs, partitionAt } from '../../../../collector/store/partitions/tier.ts';
import { DiskRoom } from '../../../../collector/store/upkeep/disk-room.ts';
import { folderBytes, logFolder } from '../../../../collector/store/upkeep/store-folder.ts';
import { flush, ticksEntries } from '../flush/stored-data.ts';
import { t0 } from '../log/log-data.ts';
import { load } from '../threads/closed-segment.ts';
import { makeStore } from './made-store.ts';

const ageMs = {
  raw: 7 * dayMs,
  minute: 90 * dayMs,
  'ten-minutes': 730 * dayMs,
  profiles: 90 * dayMs,
  continuous: 14 * dayMs,
};
const mebibyte = 1024 * 1024;
const yieldTurn = async () => undefined;

function openRoom(root: string, budgetBytes: number) {
  const declared: unknown[] = [];
  const room = new DiskRoom({
    root,
    settings: { ageMs, budgetBytes },
    nowMs: () => t0,
    async declareLost(nodes, { path }) {
      declared.push([nodes, path, listPartitions(root).length]);
    },
  });
  return { room, declared };
}

function filesBytes(root: string): number {
  return folderBytes(root) - folderBytes(logFolder(root));
}

describe('what is above the budget', () => {
  test('is declared lost before it leaves, when it is nowhere else; the log does not count', async () => {
    const root = await makeStore();
    const enough = openRoom(root, filesBytes(root));
    expect(await enough.room.remove(yieldTurn)).toEqual({ byAge: 0, byBudget: 0, bytes: 0 });
    const { room, declared } = openRoom(root, filesBytes(root) - 1);
    const { byBudget, bytes } = await room.remove(yieldTurn);
    expect(byBudget).toBe(1);
    expect(bytes).toBeGreaterThan(1000);
    expect(declared).toEqual([[['n1'], 'hot/2027-01-15T08.db', 1]]);
    expect(readdirSync(join(root, 'hot'))).toEqual([]);
  });

  test('is declared for nodes, too, that came into the file while it was declared', async () => {
    const root = await makeStore();
    const declared: (readonly string[] | null)[] = [];
    const room: DiskRoom = new DiskRoom({
      root,
      settings: { ageMs, budgetBytes: 1 },
      nowMs: () => t0,
      async declareLost(nodes) {
        declared.push(nodes);
        if (declared.length > 1) return;
        const tick = { timeMs: t0, series: [load], values: Float64Array.of(1) };
        await flush(root, 9, ticksEntries([{ node: 'n2', ticks: [tick] }]));
      },
    });
    await room.remove(yieldTurn);
    expect(declared).toEqual([['n1'], ['n2']]);
  });
});

describe('room that is taken', () => {
  test('is made before it is given, and no further room is given beyond the budget', async () => {
    const root = await makeStore();
    const { room, declared } = openRoom(root, filesBytes(root) + mebibyte);
    const other = partitionAt('hot', t0 + dayMs);
    const first = await room.take(other, mebibyte, yieldTurn);
    expect(declared).toEqual([]);
    const second = await room.take(other, mebibyte / 8, yieldTurn);
    expect(declared).toHaveLength(1);
    await expect(room.take(other, 2 * mebibyte, yieldTurn)).rejects.toMatchObject({ code: 'disk-full' });
    first.release();
    second.release();
    await room.take(other, mebibyte, yieldTurn);
  });

  test('keeps the file of its hour, and those of its day', async () => {
    const root = await makeStore();
    const { room, declared } = openRoom(root, filesBytes(root) + mebibyte);
    const held = await room.take(partitionAt('hot', t0), 0, yieldTurn);
    await expect(room.take(null, 2 * mebibyte, yieldTurn)).rejects.toMatchObject({ code: 'disk-full' });
    held.release();
    await expect(room.take(null, 2 * mebibyte, yieldTurn)).rejects.toMatchObject({ code: 'disk-full' });
    expect(declared).toHaveLength(1);
  });
});
