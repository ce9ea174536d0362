// A pipe that nobody writes to is a file whose opening does not come back.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FileThread } from '../../../agent/host/background-files.ts';
import { HostError } from '../../../agent/host/host-error.ts';
import { until } from '../../executor/until.ts';
import { TurnedClock } from '../sampler/turned-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'background-'));
const deadlineMs = 2_000;
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('a file is read as it is now, through a descriptor that stays open', async () => {
  const files = new FileThread({ clock: new TurnedClock(0), deadlineMs });
  const path = write('busy', '37\n');
  expect(await files.readText(path)).toBe('37');
  write('busy', '100\n');
  expect(await files.readText(path)).toBe('100');
  expect(await files.list(folder)).toContain('busy');
  files.close();
  files.close();
  await expect(files.readText(path)).rejects.toEqual(new HostError(`read ${path}`, 'ECANCELED'));
});

test('what is cut, too long or missing is an error', async () => {
  const files = new FileThread({ clock: new TurnedClock(0), deadlineMs });
  for (const [name, text, code] of [
    ['cut', '123', 'EBADMSG'],
    ['empty', '', 'EBADMSG'],
    ['long', `${'1'.repeat(5_000)}\n`, 'EFBIG'],
  ] as const) {
    const path = write(name, text);
    await expect(files.readText(path)).rejects.toEqual(new HostError(`read ${path}`, code));
  }
  const missing = join(folder, 'missing');
  await expect(files.readText(missing)).rejects.toEqual(new HostError(`read ${missing}`, 'ENOENT'));
  await expect(files.list(missing)).rejects.toEqual(new HostError(`list ${missing}`, 'ENOENT'));
  files.close();
});

test('while a call has not come back every other is refused; after it has, all is well again', async () => {
  const clock = new TurnedClock(0);
  const files = new FileThread({ clock, deadlineMs });
  const pipe = join(folder, 'hanging');
  execFileSync('mkfifo', [pipe]);
  const path = write('healthy', '1\n');
  const refused = new HostError(`read ${path}`, 'EINPROGRESS');

  const reading = expect(files.readText(pipe)).rejects.toEqual(new HostError(`read ${pipe}`, 'ETIMEDOUT'));
  await expect(files.readText(path)).rejects.toEqual(refused);
  expect(files.hanging).toBeNull();
  await clock.advance(deadlineMs);
  await reading;
  expect(files.hanging).toBe(`read ${pipe}`);
  await expect(files.readText(path)).rejects.toEqual(refused);

  const writer = openSync(pipe, 'r+');
  await until(() => files.hanging === null);
  expect(await files.readText(path)).toBe('1');
  await clock.advance(deadlineMs);
  expect(clock.armed).toBe(0);
  writeSync(writer, 'x\n');
  closeSync(writer);
  files.close();
});
