import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { refuseNetworkFileSystem } from '../../../collector/store/database.ts';
import type { Store } from '../../../collector/store/store.ts';
import { StartError } from '../../../shared/errors.ts';
import { appendTicks, metrics, openStore, sender, series, t0, tempDir, tick } from './open-store.ts';

const load = [series('node_load1')];

function refusal(dataDir: string): StartError {
  try {
    openStore({ dataDir });
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  throw new Error('the store opened');
}

async function filledStore(): Promise<{ dataDir: string; file: string }> {
  const dataDir = tempDir();
  const store = openStore({ dataDir });
  await appendTicks(
    store,
    Array.from({ length: 200 }, (_, place) => tick(t0 + place * 1000, load, [place])),
  );
  await store.close();
  return { dataDir, file: join(dataDir, 'store.db') };
}

/** A small file system of its own; skips where the user may not mount one. */
function mountSmall(ctx: TestContext, options: string): string {
  const dir = tempDir();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir], { stdio: 'pipe' });
  } catch {
    ctx.skip('no right to mount a tmpfs; run as root in a container that may mount');
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', dir]);
  });
  return dir;
}

test('a new store is closed to others, whatever the folder allows', async () => {
  const dataDir = tempDir();
  chmodSync(dataDir, 0o755);
  await appendTicks(openStore({ dataDir }), [tick(t0, load, [1])]);
  const modes = ['store.db', 'store.db-wal'].map((name) => statSync(join(dataDir, name)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600]);
});

describe('what is refused at the start', () => {
  test('a second collector on the same folder, as long as the first one lives', async () => {
    const dataDir = tempDir();
    const program = join(import.meta.dirname, 'append-for-ever.ts');
    const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const error = refusal(dataDir);
    expect(error.message).toContain('another collector is using it');
    expect(error.remedy).toContain('Stop the other collector');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await openStore({ dataDir }).positions(sender)).toHaveLength(1);
  });

  test('a second store of the same process', () => {
    const dataDir = tempDir();
    openStore({ dataDir });
    expect(refusal(dataDir).message).toContain('another collector is using it');
  });

  test('a format newer than the program', async () => {
    const { dataDir, file } = await filledStore();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 999');
    db.close();
    const error = refusal(dataDir);
    expect(error.message).toMatch(/format 999 is newer than \d+/);
    expect(error.remedy).toContain('Start the version of the collector that wrote it');
  });

  test('a database of another program', () => {
    const dataDir = tempDir();
    const db = new DatabaseSync(join(dataDir, 'store.db'));
    db.exec('CREATE TABLE foreign_table (a)');
    db.close();
    expect(refusal(dataDir).message).toContain('belongs to another program');
  });

  test('a damaged file: one that is none, one whose pages are overwritten', async () => {
    const none = tempDir();
    writeFileSync(join(none, 'store.db'), 'This is not a database. '.repeat(100));
    expect(refusal(none).message).toContain('the file is damaged');

    const { dataDir, file } = await filledStore();
    const handle = openSync(file, 'r+');
    for (let at = 8192; at < statSync(file).size; at += 8192)
      writeSync(handle, Buffer.alloc(64, 0xa5), 0, 64, at);
    const error = refusal(dataDir);
    expect(error.message).toContain(`${file}: the file is damaged`);
    expect(error.remedy).toMatch(/aside/);
    expect(readFileSync(file).length).toBe(statSync(file).size);
  });

  test('a folder that cannot be made, because a file stands there', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'data'), '');
    const error = refusal(join(dir, 'data'));
    expect(error.message).toContain('cannot be written');
    expect(error.remedy).toContain('name another data folder');
  });

  test('a folder without the right to write', (ctx) => {
    if (process.getuid?.() === 0) ctx.skip('root may write everywhere; run as another user');
    const dir = join(tempDir(), 'data');
    mkdirSync(dir);
    chmodSync(dir, 0o500);
    expect(refusal(dir).message).toContain('cannot be written');
  });

  test('a read-only file system', (ctx) => {
    expect(refusal(mountSmall(ctx, 'ro,size=1m')).message).toContain('cannot be written');
  });

  test('a new store on a full disk', (ctx) => {
    const error = refusal(mountSmall(ctx, 'size=64k'));
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
  test('appends fail by name, reading goes on, and all works again when space returns', async (ctx) => {
    const dataDir = mountSmall(ctx, 'size=2m');
    const store = openStore({ dataDir });
    const filler = join(dataDir, 'filler');
    writeFileSync(filler, Buffer.alloc(1024 * 1024));
    const stored = await appendUntilFull(store);
    expect([...(await store.tickTimes('n1', 0, t0 * 2))]).toHaveLength(stored);
    expect(await store.positions(sender)).toEqual([{ dataClass: 'metric', sequence: stored, beyond: [] }]);

    writeFileSync(filler, '');
    expect(await append(store, stored + 1)).toBe('stored');
    await store.close();
    expect(await openStore({ dataDir }).positions(sender)).toEqual([
      { dataClass: 'metric', sequence: stored + 1, beyond: [] },
    ]);
  });

  test('a store that is there already opens on a full disk and can be read', async (ctx) => {
    const dataDir = mountSmall(ctx, 'size=2m');
    const store = openStore({ dataDir });
    const stored = await appendUntilFull(store);
    await store.close();
    writeUntilFull(join(dataDir, 'filler'));
    const again = openStore({ dataDir });
    expect([...(await again.tickTimes('n1', 0, t0 * 2))]).toHaveLength(stored);
    await expect(append(again, stored + 1)).rejects.toMatchObject({ code: 'disk-full' });
  });

  async function appendUntilFull(store: Store): Promise<number> {
    for (let sequence = 1; sequence < 10_000; sequence += 1) {
      try {
        await append(store, sequence);
      } catch (error) {
        expect(error).toMatchObject({ name: 'StoreError', code: 'disk-full' });
        return sequence - 1;
      }
    }
    throw new Error('the disk never became full');
  }

  async function append(store: Store, sequence: number): Promise<string> {
    const wide = Array.from({ length: 2000 }, (_, place) => series('any', { place: String(place) }));
    const ticks = [
      tick(
        t0 + sequence * 1000,
        wide,
        wide.map((_, place) => place),
      ),
    ];
    return store.append(sender, { sequence, payload: metrics(...ticks) });
  }

  function writeUntilFull(path: string): void {
    const handle = openSync(path, 'w');
    try {
      for (let written = 0; written < 4096; written += 1) writeSync(handle, Buffer.alloc(1024));
    } catch {
      // Full: that is what was wanted.
    }
  }
});
