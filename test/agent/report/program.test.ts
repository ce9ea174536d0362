import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { version } from '../../../shared/version.ts';
import { parseExposition } from '../sources/exposition.ts';

const program = join(import.meta.dirname, '../../../agent/main.ts');

function ask(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

test('--once needs no collector, ends with 0 and writes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'once-'));
  const at = ['--run', join(folder, 'run'), '--state', join(folder, 'state')];
  const { code, stdout } = await ask('--once', '-o', 'prometheus', ...at);
  expect(code).toBe(0);
  expect(parseExposition(stdout).valueOf('jidi_source_success', { source: 'load' })).toBe(1);
  expect([existsSync(join(folder, 'run')), existsSync(join(folder, 'state'))]).toEqual([false, false]);
  rmSync(folder, { recursive: true });
});

test('doctor ends with 1 when the collector does not answer, in the language asked for', async () => {
  const { code, stdout } = await ask(
    'doctor',
    '--lang',
    'zh',
    '--collector',
    '127.0.0.1:1',
    '--executor',
    'off',
  );
  expect(code).toBe(1);
  expect(stdout).toContain('失败');
  expect(stdout).toContain('127.0.0.1:1: ECONNREFUSED');
});

test('version, help and what is not known', async () => {
  expect(await ask('--version')).toMatchObject({ code: 0, stdout: `jidi-agent ${version}\n` });
  expect((await ask('--help', '--lang', 'zh')).stdout).toContain('采集本节点');
  expect(await ask('nonsense')).toMatchObject({ code: 78 });
  expect((await ask('--once', '-o', 'xml')).stderr).toContain('Allowed: text, json, prometheus');
  expect((await ask('-o', 'json')).code).toBe(78);
  expect((await ask('doctor', '--lang', 'fr')).stderr).toContain('Allowed: en, zh');
  expect((await ask('--once', 'doctor')).code).toBe(78);
});
