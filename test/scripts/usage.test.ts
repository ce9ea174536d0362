import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

function call(program: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, program), ...args], { cwd: root }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test.each([
  ['scripts/capture-machine.ts', 'npm run capture-machine -- OUTDIR'],
  ['scripts/bench.ts', 'npm run bench NAME'],
  ['bench/agent.ts', 'npm run bench agent -- [--seconds'],
  ['bench/fleet.ts', 'npm run bench fleet -- [--nodes'],
  ['bench/store.ts', 'npm run bench store -- [--data'],
  ['scripts/package.ts', 'npm run package -- [--out'],
  ['scripts/demo.ts', 'npm run demo -- [--nodes'],
  ['scripts/lab.ts', 'npm run lab -- [--port'],
])('%s --help tells how it is called', async (program, text) => {
  const { code, stdout, stderr } = await call(program, '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(text);
});

test.each([
  'scripts/capture-machine.ts',
  'scripts/bench.ts',
  'bench/agent.ts',
  'bench/fleet.ts',
  'bench/store.ts',
  'scripts/demo.ts',
  'scripts/package.ts',
])('%s refuses a flag that it does not know, without a stack trace', async (program) => {
  const { code, stderr } = await call(program, '--no-such-flag');
  expect(code).toBe(2);
  expect(stderr).toContain('npm run');
  expect(stderr).not.toMatch(/^ +at /m);
  expect(existsSync(join(root, '--no-such-flag'))).toBe(false);
});

test.each([
  ['--nodes', '0', 'a whole number from 1 to 5000'],
  ['--seed', 'x', 'a whole number from 0'],
  ['--interval', '5', 'a duration, e.g. 5s'],
  ['--history', '5x', 'a duration, e.g. 5s'],
])(
  'scripts/demo.ts refuses %s %s in its own words, before it starts anything',
  async (flag, value, words) => {
    const { code, stdout, stderr } = await call('scripts/demo.ts', flag, value);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${flag} ${value}: ${words}`);
  },
);

test('scripts/lab.ts refuses a port that is none, before it starts anything', async () => {
  const { code, stdout, stderr } = await call('scripts/lab.ts', '--port', '70000');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('--port 70000: a whole number from 0 to 65535');
});
