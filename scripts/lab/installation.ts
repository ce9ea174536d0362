// jidi on the machines of the laboratory, as an administrator puts it there: packages, the collector's first start, a token for
// each node, joining. In: machines that are up, deb files. Out: every node connected. Uses only what is installed and documented.
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from './commands.ts';
import type { Machine } from './machine.ts';
import type { LabPackage, PackageFiles } from './packages.ts';

const connectWithinMs = 30_000;
const installWithinMs = 180_000;
const inbox = '/var/lib/lab-packages';
const tokenFile = '/root/join-token';

/** Also over another version, higher or lower. */
export async function install(
  machine: Machine,
  files: PackageFiles,
  names: readonly LabPackage[],
): Promise<void> {
  mkdirSync(machine.path(inbox), { recursive: true });
  const paths = names.map((name) => join(inbox, basename(files[name])));
  names.forEach((name, index) => copyFileSync(files[name], machine.path(paths[index] ?? '')));
  await machine.run(
    [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      'install',
      '-y',
      '-q',
      '--allow-downgrades',
      ...paths,
    ],
    { timeoutMs: installWithinMs },
  );
  for (const path of paths) await machine.run(['rm', path]);
}

/** The collector runs afterwards, with an authority of its own, reachable by the machines under the manager's name. */
export async function initCollector(manager: Machine, cluster: string): Promise<void> {
  const lines = [
    `cluster: ${cluster}`,
    `names: [${manager.name}, ${manager.address}]`,
    'agents: 0.0.0.0:7301',
    'enrolment: 0.0.0.0:7302',
  ];
  await manager.write('/etc/jidi/collector.yaml', `${lines.join('\n')}\n`);
  await manager.run(['jidi-collector', 'init']);
  await manager.run(['systemctl', 'start', 'jidi-collector']);
}

interface CreatedTokens {
  readonly tokens: readonly { readonly node: string; readonly token: string }[];
  /** What the nodes know the authority by. */
  readonly authority: string;
}

/**
 * Gives each node a token, joins it with that and starts its agent, with further lines of its configuration; resolves when the
 * collector hears from all of them.
 */
export async function enrol(
  manager: Machine,
  nodes: readonly Machine[],
  settings: readonly string[] = [],
): Promise<void> {
  const set = nodes.map(({ name }) => name).join(',');
  const { stdout } = await manager.run(['jidi', 'node', 'token', 'create', set, '-o', 'json']);
  const { tokens, authority } = JSON.parse(stdout) as CreatedTokens;
  await Promise.all(
    nodes.map(async (node) => {
      const token = tokens.find((each) => each.node === node.name)?.token;
      if (token === undefined) throw new LabError(`no token for ${node.name}`);
      await node.write(tokenFile, `${token}\n`, 0o600);
      const lines = [`collectors: ['${manager.name}:7301']`, ...settings];
      await node.write('/etc/jidi/agent.yaml', `${lines.join('\n')}\n`);
      const flags = ['--ca-hash', authority, '--token-file', tokenFile];
      await node.run(['jidi-agent', 'join', ...flags]);
      await node.run(['systemctl', 'start', 'jidi-agent']);
    }),
  );
  await awaitConnected(
    manager,
    nodes.map(({ name }) => name),
  );
}

interface ListedNode {
  readonly name: string;
  readonly state: string;
}

/** Names of the nodes from which the collector has just heard. */
async function connectedNodes(manager: Machine): Promise<readonly string[]> {
  const { stdout } = await manager.run(['jidi', 'node', 'ls', '-o', 'json']);
  return (JSON.parse(stdout) as readonly ListedNode[])
    .filter(({ state }) => state === 'up')
    .map(({ name }) => name);
}

export async function awaitConnected(manager: Machine, names: readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + connectWithinMs;
  for (;;) {
    const connected = await connectedNodes(manager).catch((): readonly string[] => []);
    if (names.every((name) => connected.includes(name))) return;
    if (performance.now() > deadlineMs) {
      throw new LabError(
        `connected within ${connectWithinMs / 1000} s: ${connected.join(', ')} of ${names.join(', ')}`,
      );
    }
    await delay(200);
  }
}

/** Where the collector of the manager listens for people, on its loopback. */
export const consolePort = 7300;

/** A link that logs its opener in as administrator, once. `console`: where it is for those who open it. */
export async function loginLink(manager: Machine, console: string): Promise<string> {
  const { stdout } = await manager.run(['jidi', 'account', 'link', 'admin', '-o', 'json']);
  return new URL((JSON.parse(stdout) as { readonly path: string }).path, console).href;
}
