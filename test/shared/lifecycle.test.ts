import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
const pipe = join(folder, 'pipe');
execFileSync('mkfifo', [pipe]);
afterAll(() => rmSync(folder, { recursive: true }));

function start(name: string) {
  const program = [join(import.meta.dirname, name), pipe];
  return spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('a program whose thread hangs in the kernel ends after its stop all the same', async () => {
  const child = start('held-program.ts');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [said] = (await once(child.stderr, 'data')) as [Buffer];
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(said.toString()).toContain('a call hangs in the kernel');
});

test('a program that waits only for what does not hold a process goes on until it is stopped', async () => {
  const child = start('idle-program.ts');
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('still here\n');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
