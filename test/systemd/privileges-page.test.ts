// docs/privileges.md says what the units say, and what the sources themselves say of what they may not read.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../agent/host/host.ts';
import { HostError } from '../../agent/host/host-error.ts';
import { examineProcessIo } from '../../agent/report/examine-process-io.ts';
import type { Finding } from '../../agent/report/finding.ts';
import { surveySources } from '../../agent/report/survey-sources.ts';
import { createSources } from '../../agent/sources/registry.ts';
import { copyMachine, fixtureHost } from '../agent/sources/fixture-machine.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['docs/privileges.md', 'docs/zh/privileges.md'].map(
  (path) => [path, readFileSync(join(root, path), 'utf8')] as const,
);

/** The last word of the unit on a setting. */
function setting(unit: string, name: string): string | undefined {
  const text = readFileSync(join(root, 'systemd', unit), 'utf8');
  return [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].at(-1)?.[1];
}

let findings: Promise<readonly Pick<Finding, 'reason' | 'remedy'>[]> | undefined;

const units = readdirSync(join(root, 'systemd')).filter((name) => name.endsWith('.service'));

describe.each(pages)('%s', (_, page) => {
  test.each(units)('says of %s what the unit says', (unit) => {
    const cells = page
      .split('\n')
      .find((line) => line.startsWith(`| \`${unit}\` `))
      ?.split('|')
      .slice(2, -1);
    if (cells === undefined) throw new Error(`no row of ${unit}`);
    const [user = '', capabilities = '', network = '', most = ''] = cells;
    const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
    const isDynamic = setting(unit, 'DynamicUser') === 'yes';
    expect(quoted(user)).toEqual(isDynamic ? [] : [setting(unit, 'User')]);
    expect(quoted(capabilities)).toEqual(setting(unit, 'CapabilityBoundingSet')?.split(' ').filter(Boolean));
    expect(/^ (none|无) $/.test(network)).toBe(setting(unit, 'PrivateNetwork') === 'yes');
    const limits = ['MemoryMax', 'TasksMax', 'RuntimeMaxSec'].map((name) => setting(unit, name));
    expect(quoted(most)).toEqual(limits.filter((limit) => limit !== undefined));
  });

  test('tells the patience of systemd and of the executor as the units have it', () => {
    expect(page).toMatch(new RegExp(`${setting('jidi-agent.service', 'WatchdogSec')?.slice(0, -1)} (s|秒)`));
    const idle = /--idle=(\d+)/.exec(readFileSync(join(root, 'systemd/jidi-executor.service'), 'utf8'))?.[1];
    expect(page).toMatch(new RegExp(`${idle} (s|秒)`));
    for (const socket of ['executor', 'profiler']) {
      const [mode, user, group] = ['SocketMode', 'SocketUser', 'SocketGroup'].map((name) =>
        setting(`jidi-${socket}.socket`, name),
      );
      expect(page).toContain(`\`${mode} ${user}:${group}\``);
    }
  });

  test('names what the sources say when they may not read what is for root', async () => {
    const closed = await (findings ??= refusedFindings());
    // Energy, Lustre, errors of GPUs, I/O of processes.
    expect(closed.length).toBeGreaterThanOrEqual(4);
    for (const { reason, remedy } of closed) {
      const steps = [...(remedy ?? '').matchAll(/`([^`]+)`/g)].map(([, step]) => step ?? '');
      expect(steps, `${reason}: a remedy without a command`).not.toEqual([]);
      for (const step of steps) expect(page, reason ?? '').toContain(step);
    }
  });
});

/** What only root may read on most machines. */
const isForRoot = (path: string): boolean =>
  /\/energy_uj$|\/kernel\/debug\/|\/proc\/\d+\/(io|environ|smaps_rollup)$|\/dev\/kmsg$/.test(path);

async function refusedFindings(): Promise<readonly Pick<Finding, 'reason' | 'remedy'>[]> {
  const found: Pick<Finding, 'reason' | 'remedy'>[] = [];
  for (const name of ['two-socket', 'nvidia']) {
    const { folder, dispose } = copyMachine(name);
    const host = closedHost(folder);
    const sources = createSources(host);
    const reports = await surveySources(sources, host.clock, () => Promise.resolve());
    found.push(...reports.flatMap((report) => [report, ...report.lacks]));
    if (existsSync(join(folder, 'proc/1'))) found.push(examineProcessIo(host, ['1']));
    for (const source of sources) source.close();
    dispose();
  }
  return found.filter(({ reason }) => /\bE(ACCES|PERM)\b/.test(reason ?? ''));
}

function closedHost(folder: string): Host {
  const host = fixtureHost(folder);
  const refuse = (path: string): void => {
    if (isForRoot(path)) throw new HostError(`read ${path}`, 'EACCES');
  };
  const refused = (): never => {
    throw new HostError('read /dev/kmsg', 'EPERM');
  };
  return {
    ...host,
    list: (path) => (isForRoot(`${path}/`) ? [] : host.list(path)),
    kernelLog: () => ({ readNew: refused, close: () => undefined }),
    readBytes(path) {
      refuse(path);
      return host.readBytes(path);
    },
    readText(path) {
      refuse(path);
      return host.readText(path);
    },
  };
}
