import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCatalog } from '../../../../collector/store/catalog/catalog.ts';
import { openCatalog } from '../../../../collector/store/catalog/open-catalog.ts';
import { verifyStore } from '../../../../collector/store/upkeep/verify-store.ts';
import { tempDir } from '../open-store.ts';

const verify = (root: string) => verifyStore(root, { yieldTurn: async () => undefined });

test('a flipped bit in the journal of the catalog, which would hide what follows it, is told', async () => {
  const root = tempDir();
  const { db } = openCatalog(root);
  for (let number = 1; number <= 3; number += 1) createCatalog(db).flushed.put(number);
  const left = join(tempDir(), 'left');
  cpSync(root, left, { recursive: true });
  db.close();
  const whole = join(tempDir(), 'whole');
  cpSync(left, whole, { recursive: true });
  expect(await verify(whole)).toEqual([]);
  const journal = join(left, 'catalog.db-wal');
  const bytes = readFileSync(journal);
  const place = Math.floor(bytes.length / 2);
  bytes[place] = (bytes[place] ?? 0) ^ 0x10;
  writeFileSync(journal, bytes);
  expect(await verify(left)).toMatchObject([
    { file: 'catalog.db-wal', problem: expect.stringContaining('not whole') },
  ]);
});

test('what a program left behind that ended by force is as it was, journal and all', async () => {
  const root = tempDir();
  const { db } = openCatalog(root);
  createCatalog(db).flushed.put(1);
  const left = join(tempDir(), 'left');
  cpSync(root, left, { recursive: true });
  db.close();
  const written = () =>
    readdirSync(left)
      .filter((file) => !file.endsWith('-shm'))
      .map((file) => [file, readFileSync(join(left, file)).toString('base64')]);
  const before = written();
  expect(before.map(([file]) => file)).toContain('catalog.db-wal');
  expect(await verify(left)).toEqual([]);
  expect(written()).toEqual(before);
});
