// How exposed each unit is, by systemd's own reckoning: 0 is nothing, 10 is everything.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../systemd');
const services = readdirSync(folder).filter((name) => name.endsWith('.service'));
const most = 2;

describe('exposure', () => {
  test('every program that runs as a service has a unit', () => {
    expect(services).toEqual(
      expect.arrayContaining([
        'jidi-agent.service',
        'jidi-collector.service',
        'jidi-executor.service',
        'jidi-profiler@.service',
      ]),
    );
  });

  test.for(services)(`of %s is at most ${most}`, (service, ctx) => {
    const args = ['security', '--offline=true', '--no-pager', join(folder, service)];
    const { error, stdout, stderr } = spawnSync('systemd-analyze', args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8', SYSTEMD_COLORS: '0' },
    });
    if (error !== undefined) return ctx.skip('needs systemd-analyze: apt-get install systemd');
    if (stderr.includes('unrecognized option')) return ctx.skip('needs systemd 250 or later');
    const overall = Number(/Overall exposure level for [^:]+: ([\d.]+)/.exec(stdout)?.[1]);
    expect(
      overall,
      stdout
        .split('\n')
        .filter((line) => /\s0\.[1-9]$/.test(line))
        .join('\n'),
    ).toBeLessThanOrEqual(most);
  });
});
