import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ByteCursor } from '../../../agent/host/byte-cursor.ts';
import { createHost } from '../../../agent/host/host.ts';
import { HostError } from '../../../agent/host/host-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'host-'));
const host = createHost();
afterAll(() => rmSync(folder, { recursive: true }));

const textOf = (cursor: ByteCursor): string => cursor.bytes.toString('utf8', 0, cursor.end);

describe('files', () => {
  test('a kept file shows what stands in it now', () => {
    const path = join(folder, 'changing');
    writeFileSync(path, 'longer than later\n');
    const file = host.keep(path);
    expect(textOf(file.read())).toBe('longer than later\n');
    writeFileSync(path, 'short\n');
    expect(textOf(file.read())).toBe('short\n');
    file.close();
    renameSync(path, `${path}-gone`);
    expect(() => file.read()).toThrow(new HostError(`read ${path}`, 'ENOENT'));
    writeFileSync(path, 'back\n');
    expect(textOf(file.read())).toBe('back\n');
    file.close();
  });

  test('a kept file of the kernel changes between readings', () => {
    const file = host.keep('/proc/self/stat');
    const first = textOf(file.read());
    const until = performance.now() + 30;
    while (performance.now() < until);
    expect(textOf(file.read())).not.toBe(first);
    file.close();
  });

  test('a kept file that grows from nothing to a lot is read whole', () => {
    const path = join(folder, 'growing');
    writeFileSync(path, '');
    const file = host.keep(path);
    for (const length of [0, 1, 256, 257, 5_000, 400_000, 3]) {
      writeFileSync(path, 'y'.repeat(length));
      expect(textOf(file.read())).toBe('y'.repeat(length));
    }
    file.close();
  });

  test('a file that the kernel gives out in several pieces is read whole', () => {
    // The own memory map: thousands of bytes, one record per line, a page or less per reading.
    const file = host.keep('/proc/self/maps');
    const lines = textOf(file.read()).split('\n');
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.at(-1)).toBe('');
    expect(lines.some((line) => line.endsWith('[stack]'))).toBe(true);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^[0-9a-f]+-[0-9a-f]+ [r-][w-][x-][ps] /);
    file.close();
  });

  test('a file longer than the first buffer is read whole, one past the bound is refused', () => {
    const path = join(folder, 'large');
    writeFileSync(path, `${'x'.repeat(300_000)}end\n`);
    expect(host.readText(path)).toMatch(/^x{300000}end$/);
    writeFileSync(path, Buffer.alloc(5 * 1024 * 1024));
    expect(() => host.readBytes(path)).toThrow(`read ${path}: EFBIG`);
  });

  test('an error names the subject and has the code', () => {
    const path = join(folder, 'missing');
    expect(() => host.readBytes(path)).toThrow(
      expect.objectContaining({ code: 'ENOENT', message: `read ${path}: ENOENT` }),
    );
    expect(() => host.readText(folder)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    expect(() => host.list(path)).toThrow(expect.objectContaining({ message: `list ${path}: ENOENT` }));
  });
});

describe('mounts', () => {
  test('a mount that hangs is given up at the deadline and not asked again until it answers', async () => {
    const asked: string[] = [];
    const server = Promise.withResolvers<{
      bsize: number;
      blocks: number;
      bfree: number;
      bavail: number;
      files: number;
      ffree: number;
    }>();
    const hanging = createHost({
      statMount: (path) => {
        asked.push(path);
        return server.promise;
      },
    });
    const ask = (path: string, local = false): Promise<unknown> =>
      hanging.mountSize({ path, deadlineMs: 5, local });
    await expect(ask('/nfs')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await expect(ask('/nfs')).rejects.toMatchObject({ code: 'EINPROGRESS' });
    await expect(ask('/nfs2')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await expect(ask('/nfs3')).rejects.toMatchObject({ code: 'EBUSY' });
    await expect(ask('/', true)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await expect(ask('/boot', true)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(asked).toEqual(['/nfs', '/nfs2', '/']);
    server.resolve({ bsize: 10, blocks: 3, bfree: 2, bavail: 1, files: 7, ffree: 6 });
    await server.promise;
    await new Promise((resolve) => setImmediate(resolve));
    await expect(ask('/nfs')).resolves.toEqual({
      sizeBytes: 30,
      freeBytes: 20,
      availableBytes: 10,
      files: 7,
      filesFree: 6,
    });
  });

  test('an error of the kernel keeps its code', async () => {
    const request = { path: join(folder, 'nowhere'), deadlineMs: 5_000, local: true };
    await expect(host.mountSize(request)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('programs and users', () => {
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const script = (name: string, body: string): void => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  script('getent', 'if [ "$2" = 70001 ]; then echo "dora:x:70001:100::/home/dora:/bin/sh"; else exit 2; fi');
  script('chatty', 'while :; do echo 0123456789012345678901234567890123456789; done');
  script('sleepy', 'exec /bin/sleep 30');
  script('environment', '/usr/bin/env; exit 3');
  mkdirSync(join(folder, 'etc'));
  writeFileSync(
    join(folder, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nbad line\nalice:x:1001:1::/:/bin/sh\n',
  );
  const door = createHost({
    roots: { proc: '/proc', sys: '/sys', root: folder },
    programs: ['getent', 'chatty', 'sleepy', 'environment', 'absent'],
    programPath: programs,
  });

  test('a program off the list is not run', async () => {
    await expect(
      host.run({ program: 'sh', arguments: ['-c', 'id'], deadlineMs: 1_000 }),
    ).rejects.toMatchObject({ code: 'EPERM' });
  });

  test('a program sees nothing of the environment of the agent and its exit code is told', async () => {
    const result = await door.run({ program: 'environment', arguments: [], deadlineMs: 5_000 });
    expect(result.exitCode).toBe(3);
    const names = result.stdout.split('\n').map((line) => line.split('=')[0] ?? '');
    // The shell adds some of its own.
    expect(names.filter((name) => !['PWD', '_', 'SHLVL', ''].includes(name)).toSorted()).toEqual([
      'LC_ALL',
      'PATH',
    ]);
  });

  test('a program that runs too long, says too much or is not there is an error', async () => {
    await expect(door.run({ program: 'sleepy', arguments: [], deadlineMs: 50 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    });
    await expect(
      door.run({ program: 'chatty', arguments: [], deadlineMs: 5_000, outputBytes: 1000 }),
    ).rejects.toMatchObject({ code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' });
    await expect(door.run({ program: 'absent', arguments: [], deadlineMs: 5_000 })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  test('users come from passwd at once, from the directory service later, else they are numbers', async () => {
    expect([door.userName(0), door.userName(1001), door.userName(70_001)]).toEqual([
      'root',
      'alice',
      '70001',
    ]);
    expect(door.userName(70_002)).toBe('70002');
    await expect.poll(() => door.userName(70_001)).toBe('dora');
    expect(door.userName(70_002)).toBe('70002');
  });
});

test('tells the owner of a file and where a link points, and null of what is not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'host-facts-'));
  const path = join(folder, 'flag');
  writeFileSync(path, '');
  symlinkSync('flag', join(folder, 'link'));
  const host = createHost();
  expect(host.fileFacts(path)).toMatchObject({ uid: process.getuid?.(), isFile: true, isFolder: false });
  expect(host.fileFacts(join(folder, 'link'))).toMatchObject({ isFile: false });
  expect(host.fileFacts(join(folder, 'absent'))).toBeNull();
  expect(host.fileFacts(join(path, 'below'))).toBeNull();
  expect(host.linkTarget(join(folder, 'link'))).toBe('flag');
  expect(host.linkTarget(path)).toBeNull();
  rmSync(folder, { recursive: true });
});
