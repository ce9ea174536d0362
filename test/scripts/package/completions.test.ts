import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliTree } from '../../../scripts/package/command-tree.ts';
import { bashCompletion, fishCompletion, zshCompletion } from '../../../scripts/package/completions.ts';

const tree = cliTree();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-completions-'));
  writeFileSync(join(folder, 'bash'), bashCompletion(tree));
  writeFileSync(join(folder, '_jidi'), zshCompletion(tree));
  writeFileSync(join(folder, 'jidi.fish'), fishCompletion(tree));
  // Stands in for a collector with two nodes.
  writeFileSync(join(folder, 'jidi'), '#!/bin/sh\necho "n1,compute,up"\necho "n2,compute,up"\n');
  chmodSync(join(folder, 'jidi'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function call(program: string, ...args: readonly string[]) {
  return spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, HOME: folder, PATH: `${folder}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C.UTF-8' },
  });
}

/** What bash offers behind these words; the last one is being written. */
function inBash(...words: readonly string[]): readonly string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `source ${folder}/bash; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _jidi; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = call('bash', '--norc', '-c', script);
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

/** What fish offers behind this line. */
function inFish(line: string): readonly string[] {
  const { stdout, stderr } = call(
    'fish',
    '--no-config',
    '-c',
    `source ${folder}/jidi.fish; complete -C '${line}'`,
  );
  expect(stderr).toBe('');
  return stdout.split('\n').flatMap((each) => each.split('\t')[0] || []);
}

describe('completions in bash', () => {
  test.each([
    [['jidi', ''], 'node'],
    [['jidi', 'no'], 'node'],
    [['jidi', 'node', ''], 'ls'],
    [['jidi', 'node', 'ls', '--'], '--output'],
    [['jidi', 'node', 'ls', '-o', ''], 'csv'],
    [['jidi', '-o', 'json', 'profile', ''], 'export'],
    [['jidi', 'profile', 'show', '--'], '--view'],
    [['jidi', 'profile', 'show', '--view', ''], 'bottom-up'],
    [['jidi', 'top', ''], 'n1'],
    [['jidi', 'node', 'show', 'n'], 'n2'],
  ])('%j offers %s', (words, offer) => {
    expect(inBash(...words)).toContain(offer);
  });

  test('what cannot stand there is not offered', () => {
    expect(inBash('jidi', 'node', 'x')).toEqual([]);
    expect(inBash('jidi', 'node', '')).not.toContain('export');
  });
});

describe('completions in fish', () => {
  test.for([
    ['jidi ', 'node'],
    ['jidi node ', 'ls'],
    ['jidi node ls -o ', 'csv'],
    ['jidi profile show --', '--view'],
    ['jidi profile show --view ', 'bottom-up'],
    ['jidi top ', 'n1'],
  ])('%j offers %s', ([line = '', offer = ''], ctx) => {
    if (call('fish', '--version').error !== undefined) return ctx.skip('needs fish: apt-get install fish');
    expect(inFish(line)).toContain(offer);
  });
});

describe('completions in zsh', () => {
  test('are read without complaint and offer commands and nodes', (ctx) => {
    if (call('zsh', '--version').error !== undefined) return ctx.skip('needs zsh: apt-get install zsh');
    // compadd and _describe stand in for the editor, which needs a terminal.
    const script = `compadd() { shift; print -l -- "$@" }; _describe() { print -l -- "\${(@P)2}" }; _files() { : }
words=(jidi node ''); CURRENT=3; PREFIX=''; source ${folder}/_jidi
words=(jidi top ''); CURRENT=3; source ${folder}/_jidi
words=(jidi node ls -o ''); CURRENT=5; source ${folder}/_jidi`;
    const { stdout, stderr } = call('zsh', '-f', '-c', script);
    expect(stderr).toBe('');
    expect(stdout.split('\n').map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['ls', 'show', 'n1', 'n2', 'csv']),
    );
  });
});
