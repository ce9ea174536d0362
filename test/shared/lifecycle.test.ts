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

function start() {
  const program = [join(import.meta.dirname, 'held-program.ts'), pipe];
  return spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('a program whose thread hangs in the kernel ends after its stop all the same', async () => {
  const child = start();
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [said] = (await once(child.stderr, 'data')) as [Buffer];
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(said.toString()).toContain('a call hangs in the kernel');
});
