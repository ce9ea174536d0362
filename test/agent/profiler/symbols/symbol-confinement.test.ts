import { spawnSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  findConfinement,
  reachesNobody,
  symbolMemoryBytes,
} from '../../../../agent/profiler/symbols/symbol-confinement.ts';

describe('the reader of symbols', () => {
  test.each([0, 1000])('of user %i is confined by everything that works', (uid) => {
    const { prefix, user, isStranger, lacks } = findConfinement(uid, () => true);
    expect(lacks).toEqual([]);
    expect(user).toBeUndefined();
    expect(isStranger).toBe(uid === 0);
    expect(prefix.filter((word) => /^(nice|ionice|prlimit|unshare|setpriv)$/.test(word))).toEqual([
      'nice',
      'ionice',
      'prlimit',
      'unshare',
      'setpriv',
    ]);
    expect(prefix.includes('--reuid=65534')).toBe(uid === 0);
  });

  test('does without what a machine lacks, and says what', () => {
    const without = (...names: string[]) =>
      findConfinement(0, (words) => !words.some((word) => names.includes(word)));
    expect(without('unshare')).toMatchObject({ lacks: ['network'], user: undefined });
    expect(without('unshare').prefix).toContain('setpriv');
    expect(without('ionice', '--pdeathsig=KILL')).toMatchObject({ lacks: [] });
    expect(without('prlimit', 'setpriv')).toMatchObject({ lacks: ['limits', 'privileges'], user: 65_534 });
    expect(findConfinement(0, (words) => words.length === 0)).toMatchObject({
      prefix: [],
      user: 65_534,
      isStranger: true,
    });
    expect(findConfinement(1000, () => false)).toMatchObject({ prefix: [], user: undefined });
  });

  test('needs no network taken away where there is none', () => {
    const heading = 'Inter-|   Receive\n face |bytes\n';
    expect(reachesNobody(`${heading}    lo:  0 0\n`)).toBe(true);
    expect(reachesNobody(`${heading}    lo:  0 0\n  eth0:12 0\n`)).toBe(false);
    expect(reachesNobody('')).toBe(false);
    const withoutNamespaces = (words: readonly string[]) => !words.includes('unshare');
    expect(findConfinement(1000, withoutNamespaces, true)).toMatchObject({ lacks: [] });
    expect(findConfinement(1000, withoutNamespaces, false)).toMatchObject({ lacks: ['network'] });
  });

  test('is still ours where root may not become another user', () => {
    const found = findConfinement(0, (words, user) => user === undefined && !words.includes('setpriv'));
    expect(found).toMatchObject({ lacks: ['privileges'], user: undefined, isStranger: false });
  });

  test('is found by a root that may not become another user', (ctx) => {
    if (process.geteuid?.() !== 0 || !existsSync('/usr/bin/setpriv'))
      return ctx.skip('needs root and setpriv: apt-get install util-linux');
    const file = join(import.meta.dirname, '../../../../agent/profiler/symbols/symbol-confinement.ts');
    const asked = `import(${JSON.stringify(file)}).then((m) => console.log(JSON.stringify(m.findConfinement())))`;
    const bare = [
      '--inh-caps=-setuid,-setgid',
      '--bounding-set=-setuid,-setgid',
      process.execPath,
      '-e',
      asked,
    ];
    const { stdout } = spawnSync('setpriv', bare, { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ isStranger: false, lacks: ['privileges'] });
    expect(JSON.parse(stdout)).not.toHaveProperty('user');
  });

  test('has no rights, no network and little memory on this machine', (ctx) => {
    const { prefix, lacks } = findConfinement();
    if (lacks.length > 0)
      return ctx.skip(`this machine lacks ${lacks.join(', ')}; install util-linux, run as root`);
    const [program = '', ...args] = prefix;
    const run = (...command: string[]) =>
      spawnSync(program, [...args, ...command], { encoding: 'utf8' }).stdout;
    const status = run('cat', '/proc/self/status');
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^CapPrm:\t0+$/m);
    expect(status).toMatch(/^CapAmb:\t0+$/m);
    if (process.geteuid?.() === 0) {
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
      expect(status).toMatch(/^Groups:\t\s*$/m);
      expect(status).toMatch(/^CapBnd:\t0+$/m);
    }
    expect(run('readlink', '/proc/self/ns/net').trim()).not.toBe(readlinkSync('/proc/self/ns/net'));
    expect(run('cat', '/proc/self/limits')).toMatch(
      new RegExp(`^Max data size\\s+${symbolMemoryBytes} `, 'm'),
    );
  });
});
