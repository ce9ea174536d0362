import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dropPartition, listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { backupStore } from '../../../../collector/store/upkeep/backup-store.ts';
import { readStoreFolder } from '../../../../collector/store/upkeep/read-store.ts';
import { verifyStore } from '../../../../collector/store/upkeep/verify-store.ts';
import { tempDir } from '../open-store.ts';
import { makeStore } from './made-store.ts';

test('folders where files of the store belong, and files of others, disturb nobody', async () => {
  const root = await makeStore();
  for (const folder of ['log/00000900.log', 'hot/2020-01-01T00.db', 'raw/2020-01-01.db']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of ['log/README', 'log/1.log', 'hot/2020-13-45.db', 'raw/.hidden']) {
    writeFileSync(join(root, file), 'not of the store');
  }
  const damaged: string[] = [];
  const opened = await readStoreFolder(root, (file) => damaged.push(file));
  expect([opened.nodes.length, damaged]).toEqual([1, []]);
  opened.close();
  expect(await verifyStore(root, { yieldTurn: async () => undefined })).toEqual([]);
  await backupStore(root, join(tempDir(), 'copy'));
});

test('a check goes on when a file leaves before its turn, and names one that cannot be opened', async () => {
  const root = await makeStore();
  const [hot] = listPartitions(root, ['hot']);
  if (hot === undefined) throw new Error('no hot file');
  symlinkSync('nowhere', join(root, 'hot/2020-01-01T00.db'));
  const damages = await verifyStore(root, {
    yieldTurn: async () => undefined,
    onFile: (file) => {
      if (file === hot.path) dropPartition(root, hot);
    },
  });
  expect(damages).toEqual([{ file: 'hot/2020-01-01T00.db', problem: 'unable to open database file' }]);
});

test('a backup refuses to leave out a file that it cannot open, by name', async () => {
  const root = await makeStore();
  symlinkSync('nowhere', join(root, 'hot/2020-01-01T00.db'));
  const backup = backupStore(root, join(tempDir(), 'copy'));
  await expect(backup).rejects.toThrow(/backup of .*2020-01-01T00\.db: unable to open/);
});
