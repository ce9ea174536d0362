import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readProgram } from '../../collector/program.ts';
import { listPartitions } from '../../collector/store/partitions/partition-folder.ts';
import { StartError } from '../../shared/errors.ts';
import { tempDir } from './store/open-store.ts';
import { makeStore } from './store/upkeep/made-store.ts';

async function call(args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let errors = '';
  const outcome = await readProgram(args, {
    env,
    isTerminal: false,
    write: async (text) => {
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

  test('writes what is in the files and in the log, for a spreadsheet and for a script', async () => {
    const data = ['--data', await makeStore()];
    const range = ['--from', '1800000000', '--to', '1800000125', '--nodes', 'n[1-2]', '--metrics', 'm1,m2'];
    const csv = (await call([...data, 'export', ...range])).out.trimEnd().split('\n');
    expect(csv[0]).toBe('time,node,metric,labels,value');
    // Ticks of 0 to 115 s are flushed, those of 120 and 125 s are not. m1 and m2 have two series each.
    expect(new Set(csv.slice(1))).toHaveProperty('size', 26 * 4);
    expect(csv[1]).toBe('2027-01-15T08:00:00.000Z,n1,m1,"place=""1""",100');
    const { out } = await call([...data, 'export', ...range, '--format', 'ndjson']);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(rows).toHaveLength(26 * 4);
    expect(rows[0]).toEqual({ time: 1.8e9, value: 100, node: 'n1', metric: 'm1', labels: { place: '1' } });
    await expect(call([...data, 'export', '--from', 'soon'])).rejects.toThrow('--from soon: this is no time');
    await expect(call([...data, 'export', '--nodes', 'n[1'])).rejects.toThrow(StartError);
  });

  test('exports a range of decades as fast as what is in it, and says of what it knows nothing', async () => {
    const data = ['--data', await makeStore()];
    const all = ['--from', '0', '--to', '2100000000'];
    const { out, errors } = await call([
      ...data,
      'export',
      ...all,
      '--nodes',
      'n[1,9]',
      '--metrics',
      'm1,zz',
    ]);
    expect(out.trimEnd().split('\n')).toHaveLength(1 + 48 * 2);
    expect(errors).toBe('n9: no samples in the store\nzz: no node has this metric\n');
    const reversed = call([...data, 'export', '--from', 'now', '--to', '-1h']);
    await expect(reversed).rejects.toThrow('--from now lies after --to -1h');
  });

  test('brings a store into its final form', async () => {
    const root = await makeStore();
    expect((await call(['--data', root, '--log', 'silent', 'compact'])).out).toMatch(/ before, .* now\n$/);
    expect(readdirSync(join(root, 'log'))).toEqual([]);
    expect(listPartitions(root).map(({ tier }) => tier)).not.toContain('hot');
    expect((await call(['--data', root, 'verify'])).out).toContain('nothing is damaged');
  });
});
