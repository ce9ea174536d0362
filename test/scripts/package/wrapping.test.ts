import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeDeb } from '../../../scripts/package/deb.ts';
import { architectures, packagePlans, type Release } from '../../../scripts/package/packages.ts';
import { writeRpm } from '../../../scripts/package/rpm.ts';
import { writeTarball } from '../../../scripts/package/tarball.ts';
import type { Tree } from '../../../scripts/package/tree.ts';
import { missingPrerequisites } from '../../../scripts/prerequisites.ts';

const missing = new Set(missingPrerequisites().map(({ program }) => program));
const wrappers = { 'dpkg-deb': writeDeb, rpmbuild: writeRpm, tar: writeTarball };

const [plan] = packagePlans;
const [architecture] = architectures;
if (plan === undefined || architecture === undefined) throw new Error('there is nothing to pack');
const release: Release = { version: '1.2.3', revision: 4, timeSeconds: 1_764_600_000, architecture };
/** A package in small: a program, a file of the system, one of the administrator's. */
const tree: Tree = new Map([
  ['usr/lib/jidi-agent/agent/jidi-agent.mjs', { content: 'export {};\n' }],
  ['usr/bin/jidi-agent', { content: '#!/bin/sh\n', executable: true }],
  ['usr/share/zsh/site-functions/_jidi', { content: '' }],
  ['etc/jidi/agent.yaml', { content: '# empty\n' }],
  ['etc/jidi/policy.json', { content: '{}\n' }],
]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-wrapping-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function wrapIn(place: string, program: keyof typeof wrappers): Promise<string> {
  const out = join(folder, place);
  mkdirSync(join(out, 'work'), { recursive: true });
  if (plan === undefined) throw new Error('there is nothing to pack');
  return wrappers[program](plan, tree, { release, work: join(out, 'work'), out });
}

function told(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  expect({ program, status, stderr }).toEqual({ program, status: 0, stderr: '' });
  return stdout;
}

describe('wrapping', () => {
  test.for(Object.keys(wrappers) as (keyof typeof wrappers)[])(
    'by %s gives the same bytes at another time, in another folder, under another mask',
    async (program, ctx) => {
      if (missing.has(program)) return ctx.skip(`needs ${program}`);
      const first = await wrapIn('first', program);
      await delay(1_100);
      const before = process.umask(0o077);
      const second = await wrapIn('a second one', program).finally(() => process.umask(before));
      expect(statSync(first).size).toBeGreaterThan(200);
      expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
    },
  );

  test('in a deb everything is of root, has its mode, and the configuration is the administrator’s', async (ctx) => {
    if (missing.has('dpkg-deb')) return ctx.skip('needs dpkg-deb');
    const file = await wrapIn('deb', 'dpkg-deb');
    const lines = told('dpkg-deb', '-c', file).trim().split('\n');
    expect(lines.filter((line) => !/ root\/root /.test(line))).toEqual([]);
    expect(lines.filter((line) => !/^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) /.test(line))).toEqual([]);
    expect(lines.find((line) => line.endsWith('./usr/bin/jidi-agent'))).toMatch(/^-rwxr-xr-x /);
    expect(lines.some((line) => line.endsWith('./usr/share/zsh/vendor-completions/_jidi'))).toBe(true);
    expect(told('dpkg-deb', '-I', file, 'conffiles')).toBe('/etc/jidi/agent.yaml\n/etc/jidi/policy.json\n');
    expect(told('dpkg-deb', '-f', file, 'Version', 'Architecture')).toBe(
      'Version: 1.2.3-4\nArchitecture: amd64\n',
    );
  });

  test('an rpm says the same, and nothing of the machine that made it', async (ctx) => {
    if (missing.has('rpmbuild')) return ctx.skip('needs rpmbuild: apt-get install rpm');
    const file = await wrapIn('rpm', 'rpmbuild');
    const ask = (...args: readonly string[]): readonly string[] =>
      told('rpm', '--dbpath', join(folder, 'db'), '-qp', ...args, file)
        .trim()
        .split('\n');
    const format = '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES} %{FILEFLAGS:fflags}\n]';
    expect(ask('--qf', format).map((line) => line.trim())).toEqual([
      'drwxr-xr-x root root /etc/jidi',
      '-rw-r--r-- root root /etc/jidi/agent.yaml cn',
      '-rw-r--r-- root root /etc/jidi/policy.json cn',
      '-rwxr-xr-x root root /usr/bin/jidi-agent',
      'drwxr-xr-x root root /usr/lib/jidi-agent',
      'drwxr-xr-x root root /usr/lib/jidi-agent/agent',
      '-rw-r--r-- root root /usr/lib/jidi-agent/agent/jidi-agent.mjs',
      '-rw-r--r-- root root /usr/share/zsh/site-functions/_jidi',
    ]);
    expect(ask('--qf', '%{VERSION} %{RELEASE} %{ARCH} %{BUILDHOST} %{BUILDTIME}\n')).toEqual([
      '1.2.3 4 x86_64 jidi 1764600000',
    ]);
    expect(ask('--requires').join()).toContain('libc.so.6(GLIBC_2.28)(64bit)');
  });

  test('a tarball leaves out what is the administrator’s', async () => {
    const file = await wrapIn('tar', 'tar');
    const names = told('tar', '-tf', file).split('\n');
    expect(names).toContain('usr/bin/jidi-agent');
    expect(names.filter((name) => name.startsWith('etc'))).toEqual([]);
  });

  test.for(['preinst', 'postinst', 'prerm', 'postrm'])(
    'the script %s is one for any shell',
    async (name, ctx) => {
      if (missing.has('dpkg-deb')) return ctx.skip('needs dpkg-deb');
      const text = told('dpkg-deb', '-I', await wrapIn('deb', 'dpkg-deb'), name);
      const { status, stderr } = spawnSync('dash', ['-n'], { input: text, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(text.startsWith('#!/bin/sh\nset -e\n')).toBe(true);
    },
  );
});
