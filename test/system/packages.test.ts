// The packages as they are shipped: what they hold, how large they are, and that what they hold runs by itself.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTwice } from '../../scripts/package/build-twice.ts';
import { architectures, packagePlans } from '../../scripts/package/packages.ts';
import { type PackageRequest, writePackages } from '../../scripts/package/write-packages.ts';
import { findProgram } from '../../scripts/prerequisites.ts';
import { startRefusedExitCode } from '../../shared/lifecycle.ts';
import { version } from '../../shared/version.ts';

const root = join(import.meta.dirname, '../..');
const largestAgent = 40e6;
const architecture = architectures.find(({ node }) => node === process.arch);
const names = packagePlans.map(({ name }) => name);
const missing = ['dpkg-deb', 'rpmbuild'].filter((program) => findProgram(program) === undefined);

let folder: string;
/** Path of a package by the beginning and the end of its name. */
let files: readonly string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-packages-'));
  if (missing.length > 0) return;
  const out = join(root, 'build/packages');
  const debs = await writePackages({
    ...request(out),
    formats: ['deb', 'list'],
    root,
    tell: () => undefined,
  });
  const rpm = { ...request(out), names: ['jidi-agent'] as const, formats: ['rpm'] as const };
  files = [...debs, ...(await writePackages({ ...rpm, root, tell: () => undefined }))];
  for (const name of names) told('dpkg-deb', '-x', fileOf(name, '.deb'), join(folder, name));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function request(out: string): PackageRequest {
  if (architecture === undefined) throw new Error(`no packages for ${process.arch}`);
  return { out, architecture, names, formats: ['list'], revision: 1 };
}

function fileOf(name: string, end: string): string {
  const file = files.find((each) => basename(each).startsWith(name) && each.endsWith(end));
  if (file === undefined) throw new Error(`no ${name}…${end} was made`);
  return file;
}

function told(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  expect({ program, status, stderr: status === 0 ? '' : stderr }).toEqual({ program, status: 0, stderr: '' });
  return stdout;
}

/** A program of an unpacked package, on its own Node.js. */
function runInstalled(name: string, program: string, ...args: readonly string[]) {
  const home = join(folder, name, 'usr/lib', name);
  return spawnSync(join(home, 'node'), [join(home, program), ...args], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    timeout: 60_000,
  });
}

/** Names that carry a hash of what is in them are given without it. */
function pathsIn(name: string): readonly string[] {
  const lines = readFileSync(fileOf(`${name}-`, '.files'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => (line.split(' ')[2] ?? '').replace(/-[0-9A-Z]{8}\./, '-HASH.'));
}

const unitPath = (unit: string): string => `/usr/lib/systemd/system/${unit}`;

const documents = (name: string): readonly string[] =>
  ['changelog.gz', 'copyright', 'node-LICENSE.gz'].map((file) => `/usr/share/doc/${name}/${file}`);

const completions = [
  '/usr/share/bash-completion/completions/jidi',
  '/usr/share/fish/vendor_completions.d/jidi.fish',
  '/usr/share/zsh/site-functions/_jidi',
];

describe.skipIf(missing.length > 0 || architecture === undefined)('packages', () => {
  test('the agent holds its programs and nothing of the others', () => {
    expect(pathsIn('jidi-agent')).toEqual(
      [
        '/etc/jidi/agent.yaml',
        '/etc/jidi/policy.json',
        '/usr/bin/jidi-agent',
        ...['jidi-agent-daemon', 'jidi-agent', 'jidi-profiler', 'jidi-survey'].map(
          (program) => `/usr/lib/jidi-agent/agent/${program}.mjs`,
        ),
        '/usr/lib/jidi-agent/executor/jidi-executor.mjs',
        '/usr/lib/jidi-agent/executor/policy.json',
        '/usr/lib/jidi-agent/node',
        '/usr/lib/systemd/system-preset/80-jidi-agent.preset',
        ...['jidi-agent.service', 'jidi-executor.service', 'jidi-executor.socket'].map(unitPath),
        ...['jidi-profiler.socket', 'jidi-profiler@.service', 'run-jidi-quiet.mount'].map(unitPath),
        '/usr/lib/systemd/system-generators/jidi-profiler-generator',
        '/usr/lib/sysusers.d/jidi-agent.conf',
        '/usr/lib/tmpfiles.d/jidi-agent.conf',
        ...documents('jidi-agent'),
        '/usr/share/jidi-agent/agent.yaml',
        '/usr/share/jidi-agent/policy.json',
        '/usr/share/man/man5/jidi-agent.yaml.5.gz',
        '/usr/share/man/man8/jidi-agent.8.gz',
      ].sort(byBytes),
    );
  });

  test('the CLI holds one program', () => {
    expect(pathsIn('jidi-cli')).toEqual(
      [
        '/usr/bin/jidi',
        '/usr/lib/jidi-cli/cli/jidi.mjs',
        '/usr/lib/jidi-cli/node',
        ...documents('jidi-cli'),
        ...completions,
        '/usr/share/man/man1/jidi.1.gz',
      ].sort(byBytes),
    );
  });

  test('the collector holds console, command line and one compiled add-on for this machine', () => {
    const paths = pathsIn('jidi-collector');
    const expected = ['/usr/bin/jidi', '/usr/bin/jidi-collector', '/etc/jidi/collector.yaml', ...completions];
    expect(paths).toEqual(expect.arrayContaining([...expected, ...documents('jidi-collector')]));
    expect(paths).toContain('/usr/lib/jidi-collector/web/assets/main-HASH.js');
    expect(paths.filter((path) => path.endsWith('.node'))).toEqual([
      `/usr/lib/jidi-collector/node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
    ]);
    expect(paths.filter((path) => /\.(ts|map|o|gyp|c|cpp|h)$|jidi-agent/.test(path))).toEqual([]);
  });

  test.for(['.deb', '.rpm'])(`the agent as %s is at most ${largestAgent / 1e6} MB`, (end) => {
    expect(statSync(fileOf('jidi-agent', end)).size).toBeLessThan(largestAgent);
  });

  // What is in the CLI's package is in the collector's, too; looking through a Node.js takes half a minute.
  test.for(['jidi-agent', 'jidi-collector'])('%s has no error by the rules of Debian', (name, ctx) => {
    if (findProgram('lintian') === undefined) return ctx.skip('needs lintian: apt-get install lintian');
    const { stdout } = spawnSync('lintian', ['--fail-on', 'none', fileOf(`${name}_`, '.deb')], {
      encoding: 'utf8',
    });
    expect(stdout.split('\n').filter((line) => line.startsWith('E:'))).toEqual([]);
  });

  test('the same sources in another folder give the same contents', async () => {
    const { same, different } = await buildTwice(root, request(''), folder);
    expect({ same: same.length, different }).toEqual({ same: names.length, different: [] });
  });

  test.each([
    ['jidi-agent', 'agent/jidi-agent.mjs', `jidi-agent ${version}\n`],
    ['jidi-collector', 'collector/jidi-collector.mjs', `${version}\n`],
    ['jidi-collector', 'cli/jidi.mjs', `${version}\n`],
    ['jidi-cli', 'cli/jidi.mjs', `${version}\n`],
  ])('%s: %s runs on its own', (name, program, words) => {
    const { status, stdout, stderr } = runInstalled(name, program, '--version');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: words, stderr: '' });
  });

  test('the installed agent measures this machine with the configuration that comes along', () => {
    const config = join(folder, 'jidi-agent/etc/jidi/agent.yaml');
    const { status, stdout } = runInstalled(
      'jidi-agent',
      'agent/jidi-agent.mjs',
      `--config=${config}`,
      '--once',
      '-o',
      'prometheus',
    );
    expect(status).toBe(0);
    expect(stdout).toContain('node_cpu_seconds_total');
  });

  test('the installed collector opens a store, shows the console, and refuses a store of a later version', async () => {
    const home = join(folder, 'jidi-collector/usr/lib/jidi-collector');
    const data = join(folder, 'data');
    mkdirSync(data);
    const flags = [`--config=${join(folder, 'jidi-collector/etc/jidi/collector.yaml')}`, `--data=${data}`];
    const program = join(home, 'collector/jidi-collector.mjs');
    const ports = ['--log=error', '--http=127.0.0.1:0', '--agents=127.0.0.1:0', '--enrolment=127.0.0.1:0'];
    const child = spawn(join(home, 'node'), [program, ...flags, ...ports], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: '/usr/bin:/bin', RUNTIME_DIRECTORY: folder },
    });
    const ended = once(child, 'exit');
    try {
      const url = await consoleOf(child.stdout);
      expect(await (await fetch(url)).text()).toContain('<title>jidi</title>');
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
    const catalog = new DatabaseSync(join(data, 'catalog.db'));
    catalog.exec('PRAGMA user_version = 999');
    catalog.close();
    const { status, stderr } = runInstalled(
      'jidi-collector',
      'collector/jidi-collector.mjs',
      ...flags,
      ...ports,
    );
    expect(status).toBe(startRefusedExitCode);
    expect(stderr).toMatch(/format 999 is newer than \d+/);
    expect(stderr).toContain('Start the version of the collector that wrote it');
  });
});

function byBytes(a: string, b: string): number {
  return a < b ? -1 : 1;
}

async function consoleOf(stdout: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stdout) {
    text += chunk.toString();
    const url = /^console: (.*)$/m.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`the collector ended before it was ready: ${text}`);
}
