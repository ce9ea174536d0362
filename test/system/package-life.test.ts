// What a package does to a machine when it comes, comes again, goes and is purged: on a Debian of its own, without a running
// systemd, as when an image for nodes is built. What a running systemd does beside it is the laboratory's.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseTree } from '../../scripts/lab/base-tree.ts';
import { MachineTree } from '../../scripts/lab/machine-tree.ts';
import { Progress } from '../../scripts/lab/progress.ts';
import { architectures, type PackageName } from '../../scripts/package/packages.ts';
import { writePackages } from '../../scripts/package/write-packages.ts';
import { findProgram } from '../../scripts/prerequisites.ts';

const root = join(import.meta.dirname, '../..');
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'jidi/lab');
const names: readonly PackageName[] = ['jidi-agent', 'jidi-collector', 'jidi-cli'];
const architecture = architectures.find(({ node }) => node === process.arch);
const lacking = ['debootstrap', 'dpkg-deb', 'unshare'].filter(
  (program) => findProgram(program) === undefined,
);
const isPossible = process.getuid?.() === 0 && lacking.length === 0 && architecture !== undefined;

let folder: string;
let tree: MachineTree;
const files = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-package-life-'));
  if (!isPossible || architecture === undefined) return;
  const silent = (): void => undefined;
  tree = await MachineTree.make(await baseTree(cache, new Progress(silent)), join(folder, 'machine'));
  const out = join(root, 'build/packages');
  const request = { root, out, architecture, names, formats: ['deb'] as const, revision: 1 };
  for (const file of await writePackages({ ...request, tell: silent })) {
    // Another build may put a later one in its place meanwhile.
    copyFileSync(file, join(folder, basename(file)));
    files.set(basename(file).split('_')[0] ?? '', `/packages/${basename(file)}`);
  }
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs shell lines in the machine's files; they stay as they are left. */
function inMachine(script: string): { readonly status: number | null; readonly told: string } {
  const inside = `set -e\nexport PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive\n${script}`;
  const enter = `${tree.mountCommand}
mkdir -p "$1/packages" && mount --bind "$2" "$1/packages" && mount -t proc proc "$1/proc"
exec chroot "$1" sh -c "$3" 2>&1`;
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', enter, 'sh', tree.root, folder, inside];
  const env = { PATH: process.env['PATH'] ?? '' };
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', env, timeout: 200_000 });
  return { status, told: stdout + stderr };
}

function lines(script: string): readonly string[] {
  const { status, told } = inMachine(script);
  expect({ status, told }).toEqual({ status: 0, told: expect.any(String) as string });
  return told.trim().split('\n');
}

function install(...packages: readonly PackageName[]): string {
  const paths = packages.map((name) => files.get(name) ?? '');
  return `dpkg -i ${paths.join(' ')} </dev/null`;
}

const isThere = (...paths: readonly string[]): string =>
  paths
    .map((path) => `[ -e ${path} ] || [ -L ${path} ] && echo ${path} is there || echo ${path} is gone`)
    .join('\n');

const agentWants = '/etc/systemd/system/multi-user.target.wants/jidi-agent.service';
const collectorWants = '/etc/systemd/system/multi-user.target.wants/jidi-collector.service';

describe.skipIf(!isPossible)('a package on a machine', () => {
  test('comes: users, folders, units that start at boot; it says what is to be done next', () => {
    const told = lines(install('jidi-agent', 'jidi-collector')).join('\n');
    expect(told).toContain('this node has not joined a cluster yet');
    expect(told).toContain('Once: jidi-collector init');
    expect(
      lines(`stat -c '%A %U %G %n' /var/lib/jidi /var/lib/jidi-collector /run/jidi /etc/jidi /etc/jidi/*
getent passwd jidi jidi-collector | cut -d: -f1,6,7
${isThere(agentWants, collectorWants, '/etc/systemd/system/sockets.target.wants/jidi-executor.socket')}
jidi --version && jidi-agent --version && jidi-collector --version`),
    ).toEqual([
      'drwx------ jidi jidi /var/lib/jidi',
      'drwx------ jidi-collector jidi-collector /var/lib/jidi-collector',
      'drwxr-xr-x jidi jidi /run/jidi',
      'drwxr-xr-x root root /etc/jidi',
      ...['agent.yaml', 'collector.yaml', 'policy.json'].map(
        (file) => `-rw-r--r-- root root /etc/jidi/${file}`,
      ),
      'jidi:/var/lib/jidi:/usr/sbin/nologin',
      'jidi-collector:/var/lib/jidi-collector:/usr/sbin/nologin',
      `${agentWants} is there`,
      `${collectorWants} is there`,
      '/etc/systemd/system/sockets.target.wants/jidi-executor.socket is gone',
      expect.stringMatching(/^\d/),
      expect.stringMatching(/^jidi-agent \d/),
      expect.stringMatching(/^\d/),
    ]);
  });

  test('the collector is initialised as its own user, whoever calls', () => {
    lines('jidi-collector init --cluster trial --names mgr');
    const owners = lines('find /var/lib/jidi-collector -printf "%u\\n" | sort -u');
    expect(owners).toEqual(['jidi-collector']);
    expect(lines('stat -c %a /var/lib/jidi-collector/identity/node-authority.key')).toEqual(['600']);
  });

  test('comes again: what the administrator wrote, and what was switched off, stays', () => {
    lines(`echo 'interval: 10s' >> /etc/jidi/agent.yaml
systemctl --no-reload disable jidi-agent.service
${install('jidi-agent')}`);
    expect(lines(`tail -n1 /etc/jidi/agent.yaml\n${isThere(agentWants)}\n`)).toEqual([
      'interval: 10s',
      `${agentWants} is gone`,
    ]);
  });

  test('goes: configuration and data stay, nothing else', () => {
    lines('dpkg --remove jidi-agent jidi-collector');
    expect(
      lines(
        "find / -xdev -name '*jidi*' -not -path '/proc/*' -not -path '/packages*' -not -path '/var/lib/dpkg/*' -not -path '/var/lib/jidi*/*' | sort",
      ),
    ).toEqual(['/etc/jidi', '/var/lib/jidi', '/var/lib/jidi-collector']);
    expect(lines('ls /etc/jidi')).toEqual(['agent.yaml', 'collector.yaml', 'policy.json']);
  });

  test('comes back after that: it starts at boot again, with the configuration of before', () => {
    lines(install('jidi-agent'));
    expect(lines(`tail -n1 /etc/jidi/agent.yaml\n${isThere(agentWants)}`)).toEqual([
      'interval: 10s',
      `${agentWants} is there`,
    ]);
  });

  test('is purged: the configuration goes, data and keys stay, and it says so', () => {
    const told = lines('dpkg --purge jidi-agent jidi-collector').join('\n');
    expect(told).toContain('identity, buffer and audit log stay in /var/lib/jidi');
    expect(told).toContain('the keys of the cluster stay in /var/lib/jidi-collector');
    expect(
      lines(isThere('/etc/jidi', '/var/lib/jidi', '/var/lib/jidi-collector/identity/node-authority.key')),
    ).toEqual([
      '/etc/jidi is gone',
      '/var/lib/jidi is there',
      '/var/lib/jidi-collector/identity/node-authority.key is there',
    ]);
  });

  test('the collector takes the place of the CLI, whose command it has, too', () => {
    lines(install('jidi-cli'));
    lines(install('jidi-collector'));
    expect(
      lines("dpkg-query -W -f '${db:Status-Abbrev} ${Package}\\n' 'jidi-*' | grep ^ii; jidi --version"),
    ).toEqual(['ii  jidi-collector', expect.stringMatching(/^\d/)]);
    lines('dpkg --purge jidi-collector');
  });
});
