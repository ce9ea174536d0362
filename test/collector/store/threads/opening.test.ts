import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refuseNetworkFileSystem } from '../../../../collector/store/catalog/folder-lock.ts';
import type { StoreDoors } from '../../../../collector/store/threads/thread-doors.ts';
import { sender, tempDir } from '../open-store.ts';
import { mountSmall, openDoors, refusal } from './open-doors.ts';

const program = join(import.meta.dirname, 'write-for-ever.ts');

function audit(timeMs: number, bytes = 0) {
  return { timeMs, event: 'e', actor: 'a', subject: 's', detail: { text: 'x'.repeat(bytes) } };
}

async function filledStore(): Promise<{ dataDir: string; file: string }> {
  const dataDir = tempDir();
  const doors = await openDoors(dataDir);
  await Promise.all(Array.from({ length: 200 }, (_, place) => doors.writer.appendAudit(audit(place, 500))));
  await doors.close();
  return { dataDir, file: join(dataDir, 'catalog.db') };
}

describe('what is refused at the start', () => {
  test('a second collector on the same folder, as long as the first one lives', async () => {
    const dataDir = tempDir();
    const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const ended = once(child, 'close');
    const [line] = await Promise.race([once(child.stdout, 'data'), ended.then(() => ['the child ended'])]);
    expect(String(line)).toMatch(/^\d/);
    const error = await refusal(dataDir);
    expect(error.message).toContain('another collector is using it');
    expect(error.remedy).toContain('Stop the other collector');
    child.kill('SIGKILL');
    await ended;
    expect(await (await openDoors(dataDir)).writer.positions(sender)).toHaveLength(1);
  });

  test('a second store of the same process', async () => {
    const dataDir = tempDir();
    await openDoors(dataDir);
    expect((await refusal(dataDir)).message).toContain('another collector is using it');
  });

  test('a store of the first format', async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'store.db'), '');
    const error = await refusal(dataDir);
    expect(error.message).toContain('early trial version');
    expect(error.remedy).toContain('Move the file out of the data folder');
  });

  test('a format newer than the program', async () => {
    const { dataDir, file } = await filledStore();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 999');
    db.close();
    const error = await refusal(dataDir);
    expect(error.message).toMatch(/format 999 is newer than \d+/);
    expect(error.remedy).toContain('Start the version of the collector that wrote it');
  });

  test('a database of another program', async () => {
    const dataDir = tempDir();
    const db = new DatabaseSync(join(dataDir, 'catalog.db'));
    db.exec('CREATE TABLE foreign_table (a)');
    db.close();
    expect((await refusal(dataDir)).message).toContain('belongs to another program');
  });

  test('a damaged file: one that is none, one whose pages are overwritten', async () => {
    const none = tempDir();
    writeFileSync(join(none, 'catalog.db'), 'This is not a database. '.repeat(100));
    expect((await refusal(none)).message).toContain('the file is damaged');

    const { dataDir, file } = await filledStore();
    const handle = openSync(file, 'r+');
    for (let at = 8192; at < statSync(file).size; at += 8192)
      writeSync(handle, Buffer.alloc(64, 0xa5), 0, 64, at);
    const error = await refusal(dataDir);
    expect(error.message).toContain(`${file}: the file is damaged`);
    expect(error.remedy).toMatch(/aside/);
    expect(readFileSync(file).length).toBe(statSync(file).size);
  });

  test('a folder that cannot be made, because a file stands there', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'data'), '');
    const error = await refusal(join(dir, 'data'));
    expect(error.message).toContain('cannot be written');
    expect(error.remedy).toContain('name another data folder');
  });

  test('a folder without the right to write', async (ctx) => {
    if (process.getuid?.() === 0) ctx.skip('root may write everywhere; run as another user');
    const dir = join(tempDir(), 'data');
    mkdirSync(dir);
    chmodSync(dir, 0o500);
    expect((await refusal(dir)).message).toContain('cannot be written');
  });

  test('a read-only file system', async (ctx) => {
    expect((await refusal(mountSmall(ctx, 'ro,size=1m'))).message).toContain('cannot be written');
  });

  test('a new store on a full disk', async (ctx) => {
    const error = await refusal(mountSmall(ctx, 'size=64k'));
    expect(error.message).toContain('the disk is full');
    expect(error.remedy).toContain('Free space');
  });

  test('a shared file system, by its name', () => {
    expect(() => refuseNetworkFileSystem('/x', 0x6969)).toThrow('data folder /x: it lies on NFS');
    expect(() => refuseNetworkFileSystem('/x', 0xff534d42 | 0)).toThrow('CIFS');
    expect(() => refuseNetworkFileSystem('/x', 0xef53)).not.toThrow();
  });
});

describe('a disk that fills up', () => {
  test('writes fail by name, reading goes on, and all works again when space returns', async (ctx) => {
    const dataDir = mountSmall(ctx, 'size=4m');
    const doors = await openDoors(dataDir);
    const filler = join(dataDir, 'filler');
    writeFileSync(filler, Buffer.alloc(1024 * 1024));
    const stored = await writeUntilRefused(doors);
    expect(await doors.reader.audit({ limit: 10_000 })).toHaveLength(stored);

    writeFileSync(filler, '');
    await doors.writer.appendAudit(audit(stored, 20_000));
    await doors.close();
    expect(await (await openDoors(dataDir)).reader.audit({ limit: 10_000 })).toHaveLength(stored + 1);
  });

  test('a store that is there already opens on a full disk and can be read', async (ctx) => {
    const dataDir = mountSmall(ctx, 'size=4m');
    const doors = await openDoors(dataDir);
    await Promise.all([1, 2, 3].map((timeMs) => doors.writer.appendAudit(audit(timeMs))));
    await doors.close();
    fillUp(join(dataDir, 'filler'));
    const again = await openDoors(dataDir);
    expect(await again.reader.audit({ limit: 10 })).toHaveLength(3);
    expect(await writeUntilRefused(again)).toBeLessThan(100);
    expect((await again.reader.audit({ limit: 10_000 })).length).toBeGreaterThanOrEqual(3);
  });

  async function writeUntilRefused(doors: StoreDoors): Promise<number> {
    for (let place = 0; place < 10_000; place += 1) {
      try {
        await doors.writer.appendAudit(audit(place, 20_000));
      } catch (error) {
        expect(error).toMatchObject({ name: 'StoreError', code: 'disk-full' });
        return place;
      }
    }
    throw new Error('the disk never became full');
  }

  function fillUp(path: string): void {
    const handle = openSync(path, 'w');
    try {
      for (let written = 0; written < 8192; written += 1) writeSync(handle, Buffer.alloc(1024));
    } catch {
      // Full: that is what was wanted.
    }
  }
});
