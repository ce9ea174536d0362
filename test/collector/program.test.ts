import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readProgram } from '../../collector/program.ts';
import { tempDir } from './store/open-store.ts';
import { makeStore } from './store/upkeep/made-store.ts';

async function call(args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let errors = '';
  const outcome = await readProgram(args, {
    env,
    isTerminal: false,
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      errors += text;
    },
  });
  return { outcome, out, errors };
}

describe('the command line of the collector', () => {
  test('runs with the configuration of its flags when no command is given', async () => {
    const { outcome, out } = await call(['--data', '/d', '--http', '127.0.0.1:0']);
    expect(outcome).toMatchObject({ kind: 'run', config: { dataDir: '/d', http: { port: 0 } } });
    expect(out).toBe('');
  });

  test.each([[['check-config']], [['--check-config']]])('%j starts nothing', async (args) => {
    expect(await call(args)).toEqual({
      outcome: { kind: 'end', exitCode: 0 },
      out: 'configuration: valid\n',
      errors: '',
    });
  });

  test('refuses a command that is none and a configuration that is wrong, by name', async () => {
    await expect(call(['verfy'])).rejects.toThrow('unknown command verfy');
    await expect(call(['check-config', '--grpc', 'nowhere'])).rejects.toThrow(/nowhere/);
  });

  test('backs a store up, checks it, and restores it elsewhere', async () => {
    const root = await makeStore();
    const copy = join(tempDir(), 'copy');
    const again = tempDir();
    expect((await call(['--data', root, 'backup', copy])).out).toMatch(/^3 files, [\d.]+ KiB, in \//);
    expect((await call(['verify', copy], { LANG: 'zh_CN.UTF-8' })).out).toBe(`${copy}：没有损坏\n`);
    expect((await call(['--data', again, 'restore', copy])).out).toContain(`${again} is restored`);
    expect((await call(['--data', again, 'verify'])).out).toBe(`${again}: nothing is damaged\n`);
  });
});
