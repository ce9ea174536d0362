import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { dayMs } from '../../../../collector/store/partitions/tier.ts';
import { removeFiles } from '../../../../collector/store/upkeep/remove-files.ts';
import { folderBytes } from '../../../../collector/store/upkeep/store-folder.ts';
import { t0 } from '../log/log-data.ts';
import { makeStore } from './made-store.ts';

const ageMs = { raw: 7 * dayMs, minute: 90 * dayMs, 'ten-minutes': 730 * dayMs, profiles: 90 * dayMs };

test('what is nowhere else is declared lost before it leaves for the budget', async () => {
  const root = await makeStore();
  const declared: unknown[] = [];
  const remove = (budgetBytes: number) =>
    removeFiles({
      root,
      settings: { ageMs, budgetBytes },
      nowMs: t0,
      yieldTurn: async () => undefined,
      async declareLost(nodes, { path }) {
        declared.push([nodes, path, listPartitions(root).length]);
      },
    });
  expect(await remove(folderBytes(root))).toEqual({ byAge: 0, byBudget: 0, bytes: 0 });
  const { byBudget, bytes } = await remove(folderBytes(root) - 1);
  expect(byBudget).toBe(1);
  expect(bytes).toBeGreaterThan(1000);
  expect(declared).toEqual([[['n1'], 'hot/2027-01-15T08.db', 1]]);
  expect(readdirSync(join(root, 'hot'))).toEqual([]);
});
