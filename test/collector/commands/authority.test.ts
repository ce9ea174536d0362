import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProgram } from '../../../collector/program.ts';
import { tempDir } from '../store/open-store.ts';

async function call(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  let out = '';
  await readProgram(args, {
    env,
    isTerminal: false,
    write: async (text) => {
      out += text;
    },
    writeError: () => undefined,
  });
  return out;
}

function hashIn(text: string): string {
  return /--ca-hash (sha256:[0-9a-f]{64})/.exec(text)?.[1] ?? 'none';
}

describe('jidi-collector init', () => {
  it('makes the authority, and nothing when it is called again', async () => {
    const dataDir = tempDir();
    const init = ['--data', dataDir, 'init', '--cluster', 'hpc', '--names', 'mgr,10.0.0.1,fd00::1'];
    const first = await call(init);
    expect(first).toContain('An authority for the nodes of hpc was made');
    expect(first).toContain('names: mgr, 10.0.0.1, fd00::1, localhost');
    const second = await call(['--data', dataDir, 'init'], { LANG: 'zh_CN.UTF-8' });
    expect(second).toContain('已有集群 hpc 的节点 CA：未作任何改变');
    expect(hashIn(second)).toBe(hashIn(first));
    expect(hashIn(await call(['--data', dataDir, 'ca', 'show']))).toBe(hashIn(first));
  });

  it('leaves nothing that others can read, and refuses a key that they can', async () => {
    const dataDir = tempDir();
    await call(['--data', dataDir, 'init']);
    const folder = join(dataDir, 'identity');
    const modes = ['.', ...readdirSync(folder)].map((name) => statSync(join(folder, name)).mode & 0o077);
    expect(new Set(modes)).toEqual(new Set([0]));
    chmodSync(join(folder, 'node-authority.key'), 0o640);
    await expect(call(['--data', dataDir, 'ca', 'show'])).rejects.toThrow('others can read this key');
  });

  it.each([
    [['--cluster', 'HPC'], '--cluster HPC'],
    [['--names', 'mgr,a b'], '--names a b'],
  ])('refuses %j', async (flags, said) => {
    await expect(call(['--data', tempDir(), 'init', ...flags])).rejects.toThrow(said);
  });

  it('refuses a configuration that names another cluster', async () => {
    const dataDir = tempDir();
    await call(['--data', dataDir, 'init', '--cluster', 'hpc']);
    await expect(call(['--data', dataDir, 'init', '--cluster', 'other'])).rejects.toThrow('was made for hpc');
  });
});

describe('jidi-collector ca', () => {
  it('rotates once a day, or without trust in what was before', async () => {
    const data = ['--data', tempDir()];
    const first = hashIn(await call([...data, 'init']));
    const rotated = await call([...data, 'ca', 'rotate']);
    expect(hashIn(rotated)).not.toBe(first);
    expect(rotated).toMatch(/^believed until .*: O=cluster, CN=jidi node authority /m);
    await expect(call([...data, 'ca', 'rotate'])).rejects.toThrow('was changed lately');
    const again = await call([...data, 'ca', 'rotate', '--distrust']);
    expect(again).not.toContain('believed until 2');
    expect(new Set([first, hashIn(rotated), hashIn(again)]).size).toBe(3);
  });

  it('says what is missing', async () => {
    const dataDir = tempDir();
    await expect(call(['--data', dataDir, 'ca', 'show'])).rejects.toThrow('no authority for nodes there');
    await call(['--data', dataDir, 'init']);
    const file = join(dataDir, 'text');
    writeFileSync(file, 'no PEM');
    const files = ['--certificate', file, '--key', file];
    await expect(call(['--data', dataDir, 'ca', 'import', ...files])).rejects.toThrow(
      'no certificate in the file',
    );
  });
});
