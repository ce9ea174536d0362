// Runs every test. As root on Debian it first installs what the tests need; elsewhere it names what is missing and
// the command that brings it, and the tests that need it report themselves as skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installCommand, missingPrerequisites } from './prerequisites.ts';

const root = join(import.meta.dirname, '..');
const isRoot = process.getuid?.() === 0;

setUp();
process.exitCode = runTests(process.argv.slice(2));

function setUp(): void {
  const missing = missingPrerequisites();
  if (missing.length === 0) return;
  if (isRoot && existsSync('/etc/debian_version')) install(missing.map(({ debian }) => debian));
  for (const { program, debian, neededBy } of missingPrerequisites()) {
    console.log(
      `missing: ${program} – skipped without it: ${neededBy} – install with: apt-get install ${debian}`,
    );
  }
}

function install(packages: readonly string[]): void {
  const names = packages.flatMap((name) => name.split(' '));
  console.log(`set-up: ${installCommand(missingPrerequisites())}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  const options = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0'];
  const result = withoutServices(() =>
    spawnSync('apt-get', [...options, ...names], { stdio: ['ignore', 'ignore', 'inherit'], env }),
  );
  if (update.status !== 0 || result.status !== 0) {
    console.log('set-up: apt-get did not succeed; going on with what is there');
  }
}

/** Keeps packages from starting their services: the tests start what they need, with files of their own. */
function withoutServices<T>(run: () => T): T {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return run();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return run();
  } finally {
    rmSync(policy, { force: true });
  }
}

function runTests(args: readonly string[]): number {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const result = spawnSync(process.execPath, [vitest, 'run', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, NO_COLOR: '1' },
  });
  return result.status ?? 1;
}
