// Devices that do not answer: a named pipe that nobody writes to blocks its reader like a drive that hangs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SlowDevices } from '../../../agent/host/slow-devices.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slow-devices-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file that answers only after `answer`. */
function hangingFile(name: string) {
  const path = join(folder, name);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  return {
    path,
    async answer(): Promise<void> {
      const end = await open(path, 'r+');
      await end.write('1\n');
      await end.close();
    },
  };
}

test('a file that answers is read, one that is not there is an error that names it', async () => {
  const path = join(folder, 'quick');
  writeFileSync(path, '38850\n');
  const devices = new SlowDevices();
  await expect(devices.wake(path)).resolves.toBeUndefined();
  await expect(devices.wake(`${path}.gone`)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a device that hangs is not asked again, and two that hang are all that may', async () => {
  const devices = new SlowDevices();
  const [first, second, third] = [hangingFile('first'), hangingFile('second'), hangingFile('third')];
  const waiting = [devices.wake(first.path), devices.wake(second.path)];
  await expect(devices.wake(first.path)).rejects.toMatchObject({ code: 'EINPROGRESS' });
  await expect(devices.wake(third.path)).rejects.toMatchObject({ code: 'EBUSY' });
  await first.answer();
  await second.answer();
  await Promise.all(waiting);
  const again = devices.wake(first.path);
  await first.answer();
  await expect(again).resolves.toBeUndefined();
});
