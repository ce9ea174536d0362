import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { AgentConfigSchema } from '../../../agent/config.ts';
import { CollectorConfigSchema } from '../../../collector/config.ts';
import {
  agentHelp,
  type CommandHelp,
  cliTree,
  collectorTree,
} from '../../../scripts/package/command-tree.ts';
import { manualPages } from '../../../scripts/package/manual-pages.ts';
import { entry, roff } from '../../../scripts/package/roff.ts';
import { keysOf } from '../../../scripts/reference/config-keys.ts';

const pages = manualPages({ version: '1.2.3', timeSeconds: 1_764_600_000 });

function leaves(command: CommandHelp): readonly CommandHelp[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function pageOf(name: string): string {
  return (pages[name] ?? '').replaceAll('\\-', '-');
}

describe('manual pages', () => {
  test.each([
    ['jidi.1', cliTree()],
    ['jidi-collector.8', collectorTree()],
  ])('%s has every command with all its options', (name, tree) => {
    const commands = leaves(tree);
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) {
      expect(pageOf(name)).toContain(`.SS "${command.path.slice(1).join(' ')} `);
      for (const { flags } of command.options) expect(pageOf(name)).toContain(flags);
    }
  });

  test('jidi-agent.8 has every way to call it and every flag', () => {
    const { calls, options } = agentHelp();
    expect(calls.length).toBeGreaterThan(2);
    expect(options.length).toBeGreaterThan(10);
    expect(calls.filter(({ text }) => text === '')).toEqual([]);
    for (const { call } of calls) expect(pageOf('jidi-agent.8')).toContain(call);
    for (const { flags } of options) expect(pageOf('jidi-agent.8')).toContain(flags);
    expect(pageOf('jidi-agent.8')).toContain('--token-file');
  });

  test.each([
    ['jidi-agent.yaml.5', AgentConfigSchema],
    ['jidi-collector.yaml.5', CollectorConfigSchema],
  ])('%s has every key', (name, schema) => {
    for (const { path } of keysOf(schema)) expect(pageOf(name)).toContain(`\\fB${path.join('.')}\\fR`);
  });

  test('a text is never a macro', () => {
    expect(roff(".so /etc/passwd\n'x\na\\b-c")).toBe("\\&.so /etc/passwd\n\\&'x\na\\eb\\-c");
    expect(entry('.x', '.y')).toBe('.TP\n\\fB\\&.x\\fR\n\\&.y');
  });

  test.for(Object.keys(pages))('%s is set by man without a warning', (name, ctx) => {
    const { error, stderr, stdout } = spawnSync('man', ['--warnings', '--encoding=UTF-8', '-l', '-'], {
      input: pages[name] ?? '',
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8' },
    });
    if (error !== undefined) return ctx.skip('needs man: apt-get install man-db');
    expect(stderr).toBe('');
    expect(stdout).toContain('SEE ALSO');
  });
});
