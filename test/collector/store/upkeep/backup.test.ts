import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { openSqlite } from '../../../../collector/store/sqlite.ts';
import { backupStore } from '../../../../collector/store/upkeep/backup-store.ts';
import { restoreStore } from '../../../../collector/store/upkeep/restore-store.ts';
import { verifyStore } from '../../../../collector/store/upkeep/verify-store.ts';
import { tempDir } from '../open-store.ts';
import { makeStore } from './made-store.ts';

const verify = (root: string) => verifyStore(root, { yieldTurn: async () => undefined });

function turnBit(file: string, place: number): void {
  const bytes = readFileSync(file);
  bytes[place] = (bytes[place] ?? 0) ^ 0x10;
  writeFileSync(file, bytes);
}

function aChunkOf(file: string): Buffer {
  const db = openSqlite(file, { access: 'look' });
  const chunk = db.prepare<[], Buffer>('SELECT data FROM chunk ORDER BY length(data) DESC').pluck().get();
  db.close();
  return chunk ?? expect.fail();
}

describe('a backup', () => {
  test('is a store that is whole, and becomes one again elsewhere', async () => {
    const root = await makeStore();
    const target = join(tempDir(), 'backup');
    const seen: string[] = [];
    const outcome = await backupStore(root, target, { onFile: (file) => seen.push(file) });
    expect(outcome.files).toBe(3);
    expect(outcome.bytes).toBeGreaterThan(1000);
    expect(seen).toHaveLength(3);
    expect(await verify(target)).toEqual([]);

    const again = tempDir();
    await restoreStore(target, again);
    expect(await verify(again)).toEqual([]);
    expect(listPartitions(again).map(({ path }) => path)).toEqual(
      listPartitions(root).map(({ path }) => path),
    );
    const [segment = ''] = readdirSync(join(root, 'log'));
    expect(readFileSync(join(again, 'log', segment)).equals(readFileSync(join(root, 'log', segment)))).toBe(
      true,
    );
  });

  test('is for its owner alone, also in a folder that others may enter', async () => {
    const target = tempDir();
    chmodSync(target, 0o755);
    await backupStore(await makeStore(), target);
    const restored = tempDir();
    await restoreStore(target, restored);
    for (const root of [target, restored]) {
      const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
      expect(files.length).toBeGreaterThan(3);
      expect(files.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
    }
  });

  test('never writes over anything', async () => {
    const root = await makeStore();
    const target = tempDir();
    mkdirSync(join(target, 'mine'));
    await expect(backupStore(root, target)).rejects.toThrow(/not empty/);
    await expect(backupStore(tempDir(), join(target, 'new'))).rejects.toThrow(/no store in it/);
    const backup = join(target, 'backup');
    await backupStore(root, backup);
    await expect(restoreStore(backup, root)).rejects.toThrow(/there is a store in it already/);
    await expect(restoreStore(target, tempDir())).rejects.toThrow(/no backup in it/);
  });

  test('that is damaged is not restored', async () => {
    const root = await makeStore();
    const target = join(tempDir(), 'backup');
    await backupStore(root, target);
    const [file] = listPartitions(target);
    const path = join(target, file?.path ?? expect.fail());
    turnBit(path, readFileSync(path).indexOf(aChunkOf(path)) + 5);
    const [damage] = await verify(target);
    expect(damage?.file).toBe(file?.path);
    await expect(restoreStore(target, tempDir())).rejects.toThrow(file?.path ?? expect.fail());
  });
});

describe('a check of the store', () => {
  test('finds a damaged segment of the log, and not what a crash cut off', async () => {
    const root = await makeStore();
    const [segment = expect.fail()] = readdirSync(join(root, 'log'));
    const path = join(root, 'log', segment);
    const whole = readFileSync(path);
    for (const bytes of [0, 5, 14, 20, whole.length - 3]) {
      writeFileSync(path, whole.subarray(0, bytes));
      expect(await verify(root)).toEqual([]);
    }
    writeFileSync(path, whole);
    turnBit(path, Math.floor(whole.length / 2));
    expect(await verify(root)).toEqual([
      { file: path, problem: expect.stringMatching(/bytes from place \d+ are damaged/) },
    ]);
  });

  test('names a catalog that cannot be read', async () => {
    const root = await makeStore();
    turnBit(join(root, 'catalog.db'), 3);
    expect(await verify(root)).toMatchObject([{ file: 'catalog.db' }]);
  });
});
